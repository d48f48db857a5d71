//! `hrm model info`

use crate::cli::Info;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::table::Table;
use hrm_config::TrainConfig;
use hrm_train::ModelFolder;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn info(args: &Info, state: &Path) -> Result<Exit, CliError> {
    let model = hrm_runner::find_model(state, &args.model.model, args.model.checkpoint)?;
    let architecture = model.card.architecture()?;
    let parts = architecture.parameters_by_part();
    let flops = architecture.segment_flops(model.card.train.trains_continue());
    if args.json {
        output::json(&json!({
            "card": model.card, "parameters": architecture.parameter_count(), "parts": parts,
            "flops_per_puzzle_and_segment": flops,
        }))?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new(["part", "parameters"]);
    for part in &parts {
        table.row([part.part.to_owned(), part.parameters.to_string()]);
    }
    table.row(["all".to_owned(), architecture.parameter_count().to_string()]);
    let dims = model.card.dims;
    output::line(&format!("model     {}", model.path().display()))?;
    output::line(&format!(
        "puzzles   {}: {} cells, {} tokens, {} identifiers\n",
        model.card.puzzle, dims.seq_len, dims.vocab_size, dims.num_puzzle_identifiers
    ))?;
    output::line(&table.to_string())?;
    output::line(&format!(
        "\noperations for one puzzle and segment: {} in evaluation, {} in training\n",
        giga(flops.forward),
        giga(flops.training)
    ))?;
    output::line(&stage(&model)?)?;
    Ok(Exit::Ok)
}

fn giga(operations: u64) -> String {
    format!("{:.3} GFLOP", operations as f64 / 1e9)
}

/// The train stage of a workflow that takes these weights.
fn stage(model: &ModelFolder) -> Result<String, CliError> {
    let path = std::path::absolute(model.path()).unwrap_or_else(|_| model.path().to_owned());
    let train = TrainConfig {
        weights: Some(path.display().to_string()),
        seeds: vec![0],
        epochs: None,
        steps: None,
        ..model.card.train.clone()
    };
    let stage = BTreeMap::from([("train", BTreeMap::from([("imported", train)]))]);
    let text = toml::to_string(&stage)
        .map_err(|error| CliError::new(Exit::Internal, error.to_string()))?;
    Ok(format!(
        "# The train stage that takes these weights as they are:\n{text}"
    ))
}
