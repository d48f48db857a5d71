//! `hrm model import`

use crate::cli::Import;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_config::{PublishedConfig, TrainConfig};
use hrm_train::ImportJob;
use std::fs;
use std::path::Path;

/// Largest configuration that is read, bytes; published ones have under 2 kB.
const CONFIG_BYTES_MAX: u64 = 1 << 20;

pub(super) fn import(args: &Import) -> Result<Exit, CliError> {
    let beside = || args.checkpoint.with_file_name("all_config.yaml");
    let config = args.config.clone().unwrap_or_else(beside);
    let train = read_config(&config)?;
    let imported = hrm_train::import_model(&ImportJob {
        checkpoint: &args.checkpoint,
        train: &train,
        seq_len: args.seq_len,
        out: &args.out,
    })?;
    let parameters = imported.card.architecture()?.parameter_count();
    let out = args.out.display();
    output::line(&format!(
        "{out}: {parameters} parameters, puzzles: {}",
        imported.card.puzzle
    ))?;
    output::line(&format!(
        "`hrm model info {out}` prints the train stage that evaluates it"
    ))?;
    Ok(Exit::Ok)
}

fn read_config(path: &Path) -> Result<TrainConfig, CliError> {
    let wrong = |reason: String| {
        CliError::new(Exit::Usage, format!("{}: {reason}", path.display()))
            .help("name the published `all_config.yaml` with `--config FILE`")
    };
    let text = read_small(path).map_err(wrong)?;
    let published: PublishedConfig =
        serde_saphyr::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    published
        .train_config("dataset")
        .map_err(|error| wrong(error.to_string()))
}

fn read_small(path: &Path) -> Result<String, String> {
    let bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > CONFIG_BYTES_MAX {
        return Err(format!("{bytes} bytes are no configuration"));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}
