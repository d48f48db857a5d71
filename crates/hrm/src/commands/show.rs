//! `hrm show`

use crate::cli::Show;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, duration, moment, span};
use crate::output;
use crate::result::result_text;
use crate::state;
use crate::table::Table;
use hrm_runner::EvaluationResult;
use hrm_store::rows::{EnvironmentRow, RunRow, StageRunRow};
use hrm_store::{Database, Key};
use serde_json::json;
use std::path::Path;

pub(super) fn show(args: &Show, state: &Path) -> Result<Exit, CliError> {
    let (_, database) = state::open(state)?;
    let run = database.run(&args.run)?;
    let stages = database.stages_of(&run.id)?;
    let environment = database.environment(&run.environment_id)?;
    let results = results(&database, &stages)?;
    if args.json {
        let config = database.run_config(&run.id)?;
        output::json(&json!({
            "run": run, "environment": environment, "stages": stages, "results": results, "config": config,
        }))?;
        return Ok(Exit::Ok);
    }
    output::line(&heading(&run, environment.as_ref()))?;
    output::line(&stage_table(&stages).to_string())?;
    for result in &results {
        output::line(&result_text(result))?;
    }
    Ok(Exit::Ok)
}

fn results(database: &Database, stages: &[StageRunRow]) -> Result<Vec<EvaluationResult>, CliError> {
    let evaluations: Vec<(&str, Key)> = stages
        .iter()
        .filter_map(|stage| Some((stage.instance.as_str(), stage.key?)))
        .collect();
    Ok(hrm_runner::evaluation_results(database, &evaluations)?)
}

fn heading(run: &RunRow, environment: Option<&EnvironmentRow>) -> String {
    let mut lines = vec![
        format!("run       {}", run.id),
        format!("workflow  {} ({})", run.workflow, run.file),
        format!("status    {}", run.status),
        format!("started   {}", moment(&run.started_at)),
        format!(
            "time      {}",
            span(&run.started_at, run.finished_at.as_deref())
        ),
        format!("command   {}", run.command),
    ];
    if let Some(machine) = environment {
        let memory = bytes(machine.memory_bytes);
        lines.push(format!(
            "machine   {}, {}, {} ({} cores, {memory}), device {}",
            machine.host, machine.os, machine.cpu, machine.cores, machine.device
        ));
        lines.push(format!(
            "versions  hrm {}, burn {}",
            machine.hrm_version, machine.burn_version
        ));
        lines.extend(machine.git_commit.as_ref().map(|commit| {
            let branch = machine
                .git_branch
                .as_ref()
                .map_or_else(String::new, |branch| format!(" on {branch}"));
            let dirty = if machine.git_dirty == Some(true) {
                ", with uncommitted changes"
            } else {
                ""
            };
            format!("git       {commit}{branch}{dirty}")
        }));
    }
    lines.join("\n")
}

fn stage_table(stages: &[StageRunRow]) -> Table {
    let mut table = Table::new(["stage", "status", "time", "key", "reason"]);
    for stage in stages {
        table.row([
            stage.instance.clone(),
            stage.status.to_string(),
            stage.seconds.map_or_else(String::new, duration),
            stage.key.map_or_else(String::new, |key| key.to_string()),
            stage
                .error
                .clone()
                .or_else(|| stage.reason.clone())
                .unwrap_or_default(),
        ]);
    }
    table
}
