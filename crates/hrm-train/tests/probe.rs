//! Hidden states of evaluated puzzles, and evaluations of untrained models.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

use hrm_config::{DatasetConfig, EvaluateConfig, HiddenState, TrainConfig};
use hrm_dataset::{Dataset, eval_examples};
use hrm_source::Sources;
use hrm_train::{
    DeviceChoice, EvaluateJob, MetricRow, Probe, StepProgress, TrainJob, TrainObserver, TrainStart,
    evaluate, train,
};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const SEGMENTS: usize = 3;

fn dataset() -> Dataset {
    let config: DatasetConfig = serde_json::from_value(json!({
        "sudoku": { "box_rows": 2, "box_cols": 2, "train": 12, "test": 11, "givens": [4, 10] },
    }))
    .unwrap();
    let sources = Sources::with_manifests(Vec::new(), PathBuf::new(), None);
    hrm_dataset::build(&config, Path::new("."), &sources, &mut |_, _, _| {}).unwrap()
}

struct Silent;

impl TrainObserver for Silent {
    fn started(&mut self, _: &TrainStart) {}
    fn step(&mut self, _: &StepProgress) {}
    fn metrics(&mut self, _: &[MetricRow]) {}
    fn loss_spike(&mut self, _: u64, _: f64) {}
    fn checkpoint(&mut self, _: u64) {}
    fn stop_requested(&self) -> bool {
        false
    }
}

/// The folder of a training of so many steps.
fn trained(dataset: &Dataset, arch: &str, steps: u64) -> tempfile::TempDir {
    let config: TrainConfig = serde_json::from_value(json!({
        "dataset": "d", "segments": SEGMENTS, "batch_size": 6, "steps": steps, "lr": 0.01,
        "lr_warmup_steps": 0, "model": {
            "arch": arch, "hidden_size": 16, "num_heads": 2, "h_layers": 2, "l_layers": 1,
            "h_cycles": 2, "l_cycles": 2,
        },
    }))
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let job = TrainJob {
        config: &config,
        seed: 7,
        dataset,
        work_dir: folder.path(),
        weights: None,
        device: DeviceChoice::Cpu,
    };
    train(&job, &mut Silent).unwrap();
    folder
}

fn probe(dataset: &Dataset, folder: &Path, more: Value) -> Probe {
    let mut config = json!({ "train": "t", "probes": 11 });
    config
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let config: EvaluateConfig = serde_json::from_value(config).unwrap();
    let split = dataset.split(config.split).unwrap();
    let job = EvaluateJob {
        config: &config,
        train_dir: folder,
        dataset,
        examples: &eval_examples(split, None, None),
        probed: &eval_examples(split, Some(config.probes), Some(0)),
        device: DeviceChoice::Cpu,
    };
    let evaluation = evaluate(&job, &mut |_, _| ControlFlow::Continue(())).unwrap();
    evaluation.unwrap().probe.unwrap()
}

#[test]
fn every_update_has_a_residual_and_every_state_a_ratio() {
    use HiddenState::{Layer, ZH, ZL};
    let dataset = dataset();
    for (arch, segment, states) in [
        ("hrm", vec![ZL, ZL, ZH, ZL, ZL, ZH], vec![ZH, ZL]),
        ("transformer", vec![Layer, Layer, ZH], vec![ZH]),
    ] {
        let folder = trained(&dataset, arch, 2);
        let probe = probe(&dataset, folder.path(), json!({}));
        assert_eq!(probe.puzzles, 11);
        let found: Vec<_> = probe.residuals.iter().map(|point| point.state).collect();
        assert_eq!(found, segment.repeat(SEGMENTS));
        for (index, point) in probe.residuals.iter().enumerate() {
            assert_eq!(point.step as usize, index + 1);
            assert_eq!(point.segment as usize, index / segment.len() + 1);
            assert!(point.value > 0.0 && point.value.is_finite());
        }
        for state in states {
            let of_state = probe.participation.iter().filter(|p| p.state == state);
            let puzzles: Vec<_> = of_state.clone().map(|point| point.puzzles).collect();
            assert_eq!(puzzles, [2, 4, 6, 8, 10, 11]);
            assert!(of_state.clone().all(|p| (1.0..=16.0).contains(&p.value)));
        }
    }
}

#[test]
fn the_size_of_batches_does_not_matter() {
    let dataset = dataset();
    let folder = trained(&dataset, "hrm", 2);
    let whole = probe(&dataset, folder.path(), json!({}));
    let single = probe(&dataset, folder.path(), json!({ "batch_size": 1 }));
    let close = |a: f64, b: f64| (a - b).abs() < 1e-4 * a.abs();
    for (a, b) in whole.residuals.iter().zip(&single.residuals) {
        assert!(close(a.value, b.value), "{a:?} {b:?}");
    }
    for (a, b) in whole.participation.iter().zip(&single.participation) {
        assert!(close(a.value, b.value), "{a:?} {b:?}");
    }
}

#[test]
fn the_untrained_model_does_not_depend_on_the_training() {
    let dataset = dataset();
    let (short, long) = (trained(&dataset, "hrm", 1), trained(&dataset, "hrm", 3));
    let initial = json!({ "checkpoint": "initial" });
    let untrained = probe(&dataset, short.path(), initial.clone());
    assert_eq!(untrained, probe(&dataset, long.path(), initial));
    assert_ne!(untrained, probe(&dataset, long.path(), json!({})));
}
