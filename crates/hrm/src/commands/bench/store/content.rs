//! A state folder with many runs, made through the store's own interface.

use crate::error::CliError;
use crate::exit::Exit;
use hrm_config::{DatasetConfig, EvaluateConfig, StageKind, TrainConfig};
use hrm_plan::KeyParts;
use hrm_store::rows::{
    EnvironmentRow, MetricRow, NewRun, NewStageRun, OutcomeRow, StageCost, SummaryRow,
};
use hrm_store::{
    Artifact, Database, Halting, InputRef, Key, PublishInfo, RunStatus, StageStatus, Store,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// How much the state folder holds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Size {
    /// Runs, each with a training and its evaluation.
    pub(super) runs: u32,
    /// Metric rows of each training.
    pub(super) rows: u32,
    /// Puzzles of the evaluations that are compared.
    pub(super) puzzles: u32,
}

/// Curves of a training.
const CURVES: [&str; 5] = [
    "train/lm_loss",
    "train/q_halt_loss",
    "train/exact_accuracy",
    "train/cell_accuracy",
    "train/grad_norm",
];
const SEGMENTS: u32 = 16;
/// Runs whose evaluations have outcomes of puzzles: those that are compared.
pub(super) const COMPARED: [u32; 2] = [0, 1];
const WORKFLOW: &str = "bench-store";

/// Instance of the evaluation of a run.
pub(super) fn evaluation(run: u32) -> String {
    format!("evaluate.test[seed={run}]")
}

/// Point number `index` of a training, one after another on all its curves.
pub(super) fn point(run: u32, index: u32) -> MetricRow {
    let curves = CURVES.len() as u32;
    let step = index / curves;
    MetricRow {
        name: CURVES[(index % curves) as usize].to_owned(),
        step: step.into(),
        value: 1.0 / f64::from(1 + step) + 1e-3 * f64::from(run),
    }
}

/// Fills an empty state folder; returns the key of the last training.
pub(super) fn fill(store: &Store, database: &Database, size: Size) -> Result<Key, CliError> {
    let environment = hrm_runner::environment("cpu", store.root());
    let dataset = dataset(store, database)?;
    let mut last = *dataset.key();
    for run in 0..size.runs {
        last = fill_run(store, database, &environment, &dataset, run, size)?;
    }
    Ok(last)
}

fn dataset(store: &Store, database: &Database) -> Result<Artifact, CliError> {
    let config = filled_in::<DatasetConfig>(json!({ "benchmark": "sudoku-extreme-1k" }), "")?;
    let stage = Stage {
        kind: StageKind::Dataset,
        name: "sudoku",
        instance: "dataset.sudoku".to_owned(),
        config,
        seed: None,
        inputs: &[],
    };
    let dataset = stage.publish(store)?;
    database.record_artifact(&dataset, None)?;
    Ok(dataset)
}

fn fill_run(
    store: &Store,
    database: &Database,
    environment: &EnvironmentRow,
    dataset: &Artifact,
    run: u32,
    size: Size,
) -> Result<Key, CliError> {
    let arch = if run.is_multiple_of(2) { "hrm" } else { "trm" };
    let train = json!({ "dataset": "sudoku", "steps": 10_000, "model": { "arch": arch } });
    let evaluate = json!({ "train": "hrm", "split": "test", "segments": SEGMENTS });
    let id = database.insert_run(&NewRun {
        workflow: WORKFLOW,
        file: "bench-store.toml",
        command: "hrm bench store",
        config: &train,
        environment,
    })?;
    let training = Stage {
        kind: StageKind::Train,
        name: "hrm",
        instance: format!("train.hrm[seed={run}]"),
        config: filled_in::<TrainConfig>(train, "dataset")?,
        seed: Some(run.into()),
        inputs: &[("dataset", dataset)],
    };
    let trained = training.record(store, database, &id, |key| {
        let points: Vec<MetricRow> = (0..size.rows).map(|index| point(run, index)).collect();
        Ok(database.record_metrics(key, &points)?)
    })?;
    let evaluation = Stage {
        kind: StageKind::Evaluate,
        name: "test",
        instance: evaluation(run),
        config: filled_in::<EvaluateConfig>(evaluate, "train")?,
        seed: None,
        inputs: &[("train", &trained), ("dataset", dataset)],
    };
    evaluation.record(store, database, &id, |key| {
        database.record_summaries(key, &summaries(run, size))?;
        if COMPARED.contains(&run) {
            database.record_outcomes(key, &outcomes(run, size.puzzles))?;
        }
        Ok(())
    })?;
    database.finish_run(&id, RunStatus::Done)?;
    Ok(*trained.key())
}

/// A stage that was run.
struct Stage<'a> {
    kind: StageKind,
    name: &'a str,
    instance: String,
    config: Value,
    seed: Option<u64>,
    inputs: &'a [(&'a str, &'a Artifact)],
}

impl Stage<'_> {
    /// Publishes the stage's artifact, which has its instance in a file and nothing else.
    fn publish(&self, store: &Store) -> Result<Artifact, CliError> {
        let content_hash = |(role, input): &(&str, &Artifact)| {
            ((*role).to_owned(), input.content_hash().to_owned())
        };
        let parts = KeyParts {
            kind: self.kind.name().to_owned(),
            semantics_version: self.kind.semantics_version(),
            config: self.config.clone(),
            external: BTreeMap::new(),
            seed: self.seed,
            device_kind: None,
            inputs: self.inputs.iter().map(content_hash).collect(),
        };
        let key = parts.key().parse().map_err(hrm_runner::RunnerError::from)?;
        let lock = store.lock(self.kind.name(), &key, || ())?;
        let work = store.work_dir(&lock)?;
        let file = work.join("instance");
        fs::write(&file, &self.instance).map_err(|error| {
            let message = format!("cannot write `{}`: {error}", file.display());
            CliError::new(Exit::Internal, message)
        })?;
        let input = |(_, input): &(&str, &Artifact)| InputRef {
            instance: input.manifest().instance.clone(),
            key: *input.key(),
        };
        let info = PublishInfo {
            workflow: WORKFLOW.to_owned(),
            instance: self.instance.clone(),
            inputs: self.inputs.iter().map(input).collect(),
            key_parts: parts.to_json(),
        };
        Ok(store.publish(&lock, &work, info)?)
    }

    /// Publishes the artifact and records the stage and what `rows` records, as a run does.
    fn record(
        &self,
        store: &Store,
        database: &Database,
        run: &str,
        rows: impl FnOnce(&Key) -> Result<(), CliError>,
    ) -> Result<Artifact, CliError> {
        let artifact = self.publish(store)?;
        let key = artifact.key();
        let stage = database.start_stage(&NewStageRun {
            run_id: run,
            instance: &self.instance,
            kind: self.kind.name(),
            name: self.name,
            key: Some(key),
            status: StageStatus::Running,
            reason: Some("never run"),
            device: None,
        })?;
        database.record_parameters(key, &self.config)?;
        rows(key)?;
        database.record_artifact(&artifact, stage)?;
        let cost = StageCost::of_time(Duration::from_secs(1));
        database.finish_stage(run, &self.instance, StageStatus::Done, cost, None)?;
        Ok(artifact)
    }
}

/// A configuration with its defaults, as in a cache key: without the key that names another stage.
fn filled_in<T: Serialize + DeserializeOwned>(
    config: Value,
    other_stage: &str,
) -> Result<Value, CliError> {
    let typed = serde_json::from_value::<T>(config).and_then(serde_json::to_value);
    let mut filled = typed.map_err(|error| CliError::new(Exit::Internal, error.to_string()))?;
    if let Value::Object(map) = &mut filled {
        map.retain(|key, value| key != other_stage && !value.is_null());
    }
    Ok(filled)
}

/// Exact and cell accuracy after every segment, and with adaptive halting.
fn summaries(run: u32, size: Size) -> Vec<SummaryRow> {
    let row = |metric: &str, segment, halting, numerator: u32| SummaryRow {
        metric: metric.to_owned(),
        segment,
        halting,
        value: f64::from(numerator) / f64::from(size.puzzles),
        numerator: Some(numerator.into()),
        denominator: Some(size.puzzles.into()),
    };
    let exact = |segment: u32| {
        let share = f64::from(segment) / f64::from(SEGMENTS) * f64::from(1 + run % 100) / 100.0;
        (share * f64::from(size.puzzles)) as u32
    };
    let segments = (1..=SEGMENTS).map(|segment| (segment, Halting::Fixed));
    let all = segments.chain([(SEGMENTS, Halting::Adaptive)]);
    all.flat_map(|(segment, halting)| {
        ["exact_accuracy", "cell_accuracy", "q_halt_accuracy"]
            .map(|metric| row(metric, segment, halting, exact(segment)))
    })
    .collect()
}

/// Outcomes of which the runs share most: every third puzzle is failed by both, and every run fails
/// some of its own.
fn outcomes(run: u32, puzzles: u32) -> Vec<OutcomeRow> {
    let solved = |puzzle: u32| !puzzle.is_multiple_of(3) && puzzle % (17 + run) != 1;
    (0..puzzles)
        .map(|puzzle| OutcomeRow {
            puzzle,
            first_exact_segment: solved(puzzle).then_some(1 + puzzle % SEGMENTS),
            exact_last: solved(puzzle),
            exact_halt: Some(solved(puzzle)),
            halt_segment: Some(1 + puzzle % SEGMENTS),
            correct_cells: if solved(puzzle) { 81 } else { 60 },
            counted_cells: 81,
            difficulty: Some((puzzle % 50).into()),
            ..OutcomeRow::default()
        })
        .collect()
}
