//! A state folder with a run of trainings that have long curves.

use crate::cli::BenchReport;
use crate::commands::bench::no_folder;
use crate::commands::run::workers;
use crate::error::CliError;
use crate::exit::Exit;
use crate::state;
use hrm_runner::{DeviceChoice, Event, Events, Executor, Interrupt, RunEnd, RunOptions, Selection};
use hrm_store::rows::{MetricRow, RunRow};
use hrm_store::{Database, Key, Store};
use std::fs;
use std::path::Path;

const WORKFLOW: &str = include_str!("workflow.toml");
/// Trainings for each seed: the values of the workflow's sweep.
pub(super) const VARIANTS: u32 = 4;
/// Curves that a training logs at every step: two that a report draws and one that it does not.
const CURVES: [&str; 3] = ["train/lm_loss", "train/exact_accuracy", "train/accuracy"];
/// Steps that are recorded at once.
const STEPS_AT_ONCE: u32 = 5_000;

/// Runs the workflow in `folder` with as many seeds as are asked for, and records curves for its
/// trainings.
pub(super) fn fill(folder: &Path, args: &BenchReport) -> Result<(Database, RunRow), CliError> {
    let file = folder.join("bench-report.toml");
    fs::write(&file, WORKFLOW).map_err(|error| no_folder(&error))?;
    let seeds: Vec<u32> = (0..args.seeds).collect();
    let workflow = hrm_workflow::load(&file, &[format!("train.hrm.seeds={seeds:?}")])?;
    let state = folder.join("state");
    run(&state, folder, &workflow)?;
    let store = Store::open(&state)?;
    let database = Database::open(&store)?;
    let run = database.last_run_of(&workflow.name)?;
    let run = run.ok_or_else(|| failed("left no run"))?;
    let stages = database.stages_of(&run.id)?.into_iter();
    let trainings = stages.filter(|stage| stage.kind == "train");
    for (training, key) in (0..).zip(trainings.filter_map(|stage| stage.key)) {
        record(&database, &key, training, args.steps)?;
    }
    Ok((database, run))
}

fn run(state: &Path, folder: &Path, workflow: &hrm_workflow::Workflow) -> Result<(), CliError> {
    let session = state::session(state, DeviceChoice::Cpu)?;
    let options = RunOptions {
        selection: Selection {
            stages: Vec::new(),
            forced: Vec::new(),
        },
        keep_going: false,
        command: "hrm bench report".to_owned(),
        reports: folder.join("reports"),
        workers: workers(1)?,
        executor: Executor::Local,
        retries: 0,
        timeout: None,
    };
    let interrupt = Interrupt::default();
    let outcome = hrm_runner::run(&session, workflow, &options, &interrupt, &mut Quiet)?;
    match outcome.end {
        RunEnd::Done => Ok(()),
        RunEnd::Failed | RunEnd::Interrupted => Err(failed("did not end")),
    }
}

/// Nobody listens.
struct Quiet;

impl Events for Quiet {
    fn event(&mut self, _: Event) {}
}

fn failed(what: &str) -> CliError {
    CliError::new(Exit::Internal, format!("the measured workflow {what}"))
}

/// Records curves that fall or rise with some noise.
fn record(database: &Database, key: &Key, training: u32, steps: u32) -> Result<(), CliError> {
    let mut rows = Vec::new();
    for step in 1..=steps {
        let done = f64::from(step) / f64::from(steps);
        // Far from its neighbors' is noise enough.
        let noise =
            f64::from(step.wrapping_add(training).wrapping_mul(2_654_435_761) % 1_000) / 1_000.0;
        for name in CURVES {
            let value = 0.8 * if name == CURVES[0] { 1.0 - done } else { done } + 0.2 * noise;
            rows.push(MetricRow {
                name: name.to_owned(),
                step: step.into(),
                value,
            });
        }
        if step % STEPS_AT_ONCE == 0 || step == steps {
            database.record_metrics(key, &rows)?;
            rows.clear();
        }
    }
    Ok(())
}
