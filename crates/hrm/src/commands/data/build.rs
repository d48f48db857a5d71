//! `hrm data build`

use super::{out_folder, sources};
use crate::cli::DataBuild;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_config::{Benchmark, DatasetConfig, StageConfig};
use std::fs;
use std::path::Path;

pub(super) fn build(args: &DataBuild, state: &Path) -> Result<Exit, CliError> {
    let config = config(args)?;
    let sources = sources(state, &args.raw_data)?;
    let dataset = hrm_dataset::build(&config, Path::new(""), &sources, &mut |_, _, _| {})?;
    out_folder::make(&args.out, |dir| {
        if config.materialize {
            dataset.write_materialized(dir)?;
        } else {
            dataset.write(dir)?;
        }
        Ok(())
    })?;
    let card = &dataset.card;
    output::line(&format!(
        "{}: {}. {}",
        args.out.display(),
        card.description,
        card.guarantee
    ))?;
    for (split, counts) in &card.splits {
        let counts =
            serde_json::to_value(counts).map_err(|error| CliError::output(&error.into()))?;
        output::line(&format!("  {:<10} {counts}", split.name()))?;
    }
    Ok(Exit::Ok)
}

/// The recipe with what `--set` changes, checked as the dataset stage of a workflow is.
fn config(args: &DataBuild) -> Result<DatasetConfig, CliError> {
    let benchmark = benchmark(&args.name)?;
    let folder = tempfile::tempdir()
        .map_err(|error| CliError::new(Exit::Internal, format!("no temporary folder: {error}")))?;
    let file = folder.path().join("build.toml");
    let name = benchmark.name();
    let text = format!("name = \"build\"\n[dataset.build]\nbenchmark = \"{name}\"\n");
    fs::write(&file, text).map_err(CliError::file("write", &file))?;
    let set: Vec<String> = args
        .set
        .iter()
        .map(|set| format!("dataset.{set}"))
        .collect();
    let workflow = hrm_workflow::load(&file, &set)?;
    let mut stages = workflow.stages.into_iter();
    match stages.next().map(|stage| stage.config) {
        Some(StageConfig::Dataset(config)) => Ok(*config),
        _ => Err(CliError::new(Exit::Usage, "there is nothing to build")),
    }
}

fn benchmark(name: &str) -> Result<Benchmark, CliError> {
    let mut all = Benchmark::ALL.into_iter();
    all.find(|benchmark| benchmark.name() == name)
        .ok_or_else(|| {
            let names = Benchmark::ALL.map(Benchmark::name);
            let message = format!("there is no benchmark `{name}`");
            let help = match hrm_workflow::suggest(name, names) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => format!("use {}", names.join(", ")),
            };
            CliError::new(Exit::Usage, message).help(help)
        })
}
