//! A database as runs of benchmarks would leave it, without a training.

use super::*;
use crate::environment;
use crate::{ExpectationDescription, ExpectationVerdict, expectations};
use hrm_store::rows::{NewRun, NewStageRun, OutcomeRow};
use hrm_store::{InputRef, PublishInfo, RunStatus, StageStatus, Store};
use serde_json::{Value, json};
use std::fs;

const DIRECT: &str = "hrm-fig1/maze-hard/direct-pred-8-layer-transformer-27m";

struct Bench {
    _folder: tempfile::TempDir,
    store: Store,
    database: Database,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let database = Database::open(&store).unwrap();
        Self {
            _folder: folder,
            store,
            database,
        }
    }

    /// Publishes and records an artifact whose only file is its name.
    fn artifact(&self, workflow: &str, instance: &str, inputs: &[Key], config: Value) -> Key {
        let kind = instance.split('.').next().unwrap();
        let key = Key::of(format!("{workflow} {instance}").as_bytes());
        let lock = self.store.lock(kind, &key, || ()).unwrap();
        let work = self.store.work_dir(&lock).unwrap();
        fs::write(work.join("name"), format!("{workflow} {instance}")).unwrap();
        let input = |key: &Key| InputRef {
            instance: String::new(),
            key: *key,
        };
        let info = PublishInfo {
            workflow: workflow.to_owned(),
            instance: instance.to_owned(),
            inputs: inputs.iter().map(input).collect(),
            key_parts: json!({ "config": config, "seed": 0 }),
        };
        let artifact = self.store.publish(&lock, &work, info).unwrap();
        self.database.record_artifact(&artifact, None).unwrap();
        key
    }

    /// A run of direct prediction on Maze-Hard with two seeds, which solve nothing.
    fn run(&self, workflow: &str, scale: Option<Scale>, segments: usize, puzzles: u32) -> String {
        let dataset = json!({ "benchmark": "maze-hard", "seed": 0 });
        let dataset = self.artifact(workflow, "dataset.maze", &[], dataset);
        let seeds = [0, 1].map(|seed| {
            let model = json!({ "arch": "transformer", "h_layers": 8 });
            let train = json!({ "segments": segments, "steps": 2, "model": model });
            let train = self.artifact(
                workflow,
                &format!("train.direct[seed={seed}]"),
                &[dataset],
                train,
            );
            let instance = format!("evaluate.test[seed={seed}]");
            let evaluate = json!({ "split": "test", "segments": segments });
            let key = self.artifact(workflow, &instance, &[train, dataset], evaluate);
            let outcome = |puzzle| OutcomeRow {
                puzzle,
                ..OutcomeRow::default()
            };
            let outcomes: Vec<OutcomeRow> = (0..puzzles).map(outcome).collect();
            self.database.record_outcomes(&key, &outcomes).unwrap();
            (instance, key)
        });
        let run = self.begin(workflow, scale, &seeds);
        self.database.finish_run(&run, RunStatus::Done).unwrap();
        run
    }

    fn begin(&self, workflow: &str, scale: Option<Scale>, seeds: &[(String, Key)]) -> String {
        let stage = |(id, _): &(String, Key)| StageDescription {
            id: id.clone(),
            group: "evaluate.test".to_owned(),
            kind: StageKind::Evaluate,
            name: "test".to_owned(),
            axes: Vec::new(),
            seed: None,
            config: json!({}),
            inputs: Vec::new(),
        };
        let config = json!({ "evaluation": "test", "published": DIRECT, "tolerance": 0.01 });
        let description = RunDescription {
            workflow: workflow.to_owned(),
            description: None,
            scale,
            expectations: vec![ExpectationDescription {
                name: "direct".to_owned(),
                config: serde_json::from_value(config).unwrap(),
                evaluations: seeds.iter().map(|(id, _)| id.clone()).collect(),
                above: Vec::new(),
            }],
            document: json!({}),
            stages: seeds.iter().map(stage).collect(),
        };
        let run = self.database.insert_run(&NewRun {
            workflow,
            file: "workflow.toml",
            command: "hrm run",
            config: &serde_json::to_value(description).unwrap(),
            environment: &environment("cpu", self.store.root()),
        });
        let run = run.unwrap();
        for (id, key) in seeds {
            let stage = NewStageRun {
                run_id: &run,
                instance: id,
                kind: "evaluate",
                name: "test",
                key: Some(key),
                status: StageStatus::Cached,
                reason: None,
                device: None,
            };
            self.database.start_stage(&stage).unwrap();
        }
        run
    }

    /// Ids of the published values with a result of ours.
    fn matched(&self) -> Vec<&'static str> {
        let rows = published_tables(&self.database).unwrap();
        let with_ours = rows.iter().filter(|row| row.ours.is_some());
        with_ours.map(|row| row.published.id.as_str()).collect()
    }
}

#[test]
fn whole_tables_are_shown_with_what_is_comparable() {
    let bench = Bench::new();
    let run = bench.run("maze", Some(Scale::Full), 1, 1000);
    assert_eq!(
        bench.matched(),
        [DIRECT, "trm-table4/maze-hard/direct-pred"]
    );
    let rows = published_tables(&bench.database).unwrap();
    assert!(rows.iter().any(|row| row.published.method == "DeepSeek R1"));
    let ours = rows.iter().find_map(|row| row.ours.clone()).unwrap();
    assert_eq!(
        (&ours.run, ours.evaluation.as_str()),
        (&run, "evaluate.test")
    );
    assert_eq!((ours.estimate.seeds, ours.estimate.puzzles), (2, 1000));

    let judged = expectations(&bench.database, &run).unwrap();
    assert_eq!(
        judged[0].verdict,
        ExpectationVerdict::Reproduced,
        "{}",
        judged[0].reason
    );
    assert_eq!(judged[0].claim, "0.0 % ± 1.0 points (hrm, Figure 1)");
}

#[test]
fn what_differs_in_the_key_or_is_small_stands_beside_nothing() {
    for (scale, segments, puzzles, reason) in [
        (
            Some(Scale::Small),
            1,
            1000,
            "the small scale cannot judge a published number",
        ),
        (
            Some(Scale::Full),
            4,
            1000,
            "published and ours differ: segments 1 and 4",
        ),
        (
            None,
            1,
            200,
            "published and ours differ: puzzles 1000 and 200",
        ),
    ] {
        let bench = Bench::new();
        let run = bench.run("maze", scale, segments, puzzles);
        assert_eq!(bench.matched(), [""; 0]);
        let judged = expectations(&bench.database, &run).unwrap();
        assert_eq!(judged[0].verdict, ExpectationVerdict::Inconclusive);
        assert_eq!(judged[0].reason, reason);
        assert_eq!(judged[0].ours.map(|ours| ours.value), Some(0.0));
    }
}

#[test]
fn the_last_run_of_a_workflow_counts() {
    let bench = Bench::new();
    bench.run("maze", None, 1, 1000);
    bench.run("maze", Some(Scale::Small), 1, 1000);
    assert_eq!(bench.matched(), [""; 0]);
    let other = bench.run("other", None, 1, 1000);
    let rows = published_tables(&bench.database).unwrap();
    let runs: Vec<String> = rows
        .into_iter()
        .filter_map(|row| Some(row.ours?.run))
        .collect();
    assert_eq!(runs, [other.clone(), other]);
}
