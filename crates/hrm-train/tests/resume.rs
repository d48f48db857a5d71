//! An interrupted training that goes on ends with the same bytes as an undisturbed one.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

use hrm_config::{DatasetConfig, TrainConfig};
use hrm_dataset::Dataset;
use hrm_source::Sources;
use hrm_train::{
    DeviceChoice, MetricRow, StepProgress, TrainJob, TrainObserver, TrainOutcome, TrainStart, train,
};
use rand::Rng;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

const STEPS: u64 = 14;

/// Random points at which each model's training is ended.
const ENDS: usize = 20;

fn dataset() -> Dataset {
    let config: DatasetConfig = serde_json::from_value(json!({
        "augmentations": 2,
        "sudoku": { "box_rows": 2, "box_cols": 2, "train": 20, "validation": 6, "test": 6, "givens": [4, 10] },
    }))
    .unwrap();
    let sources = Sources::with_manifests(Vec::new(), PathBuf::new(), None);
    hrm_dataset::build(&config, Path::new("."), &sources, &mut |_, _, _| {}).unwrap()
}

/// Everything that has a state: halting with exploration, puzzle embeddings, the best checkpoint.
fn config(model: Value, ema: Option<f64>) -> TrainConfig {
    serde_json::from_value(json!({
        "dataset": "d", "model": model, "ema": ema, "segments": 3, "exploration": 0.5, "batch_size": 6,
        "steps": STEPS, "lr": 1e-2, "weight_decay": 0.1, "puzzle_emb_lr": 1e-2, "lr_warmup_steps": 3,
        "lr_min_ratio": 0.1, "eval_interval": 4, "log_interval": 3, "checkpoint_interval": 5,
    }))
    .unwrap()
}

fn models() -> [(&'static str, TrainConfig); 4] {
    let small = |arch: &str, more: Value| {
        let mut model = json!({
            "arch": arch, "hidden_size": 16, "num_heads": 2, "h_layers": 1, "l_layers": 1, "h_cycles": 2, "l_cycles": 2,
        });
        model
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        model
    };
    [
        (
            "hrm",
            config(small("hrm", json!({ "pos_encodings": "learned" })), None),
        ),
        (
            "trm",
            config(small("trm", json!({ "puzzle_emb_len": 2 })), Some(0.9)),
        ),
        (
            "trm mlp",
            config(
                small("trm", json!({ "mixer": "mlp", "pos_encodings": "none" })),
                Some(0.9),
            ),
        ),
        ("transformer", config(small("transformer", json!({})), None)),
    ]
}

/// Asks to stop after a number of steps.
struct StopAfter {
    steps: u64,
    done: u64,
}

/// Dies in the middle of the work, after a number of steps.
struct DieAfter(StopAfter);

impl TrainObserver for DieAfter {
    fn started(&mut self, _: &TrainStart) {}
    fn step(&mut self, _: &StepProgress) {
        self.0.done += 1;
        assert!(self.0.done < self.0.steps, "killed");
    }
    fn metrics(&mut self, _: &[MetricRow]) {}
    fn loss_spike(&mut self, _: u64, _: f64) {}
    fn checkpoint(&mut self, _: u64) {}
    fn stop_requested(&self) -> bool {
        false
    }
}

impl TrainObserver for StopAfter {
    fn started(&mut self, _: &TrainStart) {}
    fn step(&mut self, _: &StepProgress) {
        self.done += 1;
    }
    fn metrics(&mut self, _: &[MetricRow]) {}
    fn loss_spike(&mut self, _: u64, _: f64) {}
    fn checkpoint(&mut self, _: u64) {}
    fn stop_requested(&self) -> bool {
        self.done >= self.steps
    }
}

fn train_in(dir: &Path, dataset: &Dataset, config: &TrainConfig, steps: u64) -> TrainOutcome {
    let job = TrainJob {
        config,
        seed: 5,
        dataset,
        device: DeviceChoice::Cpu,
        weights: None,
        work_dir: dir,
    };
    train(&job, &mut StopAfter { steps, done: 0 }).unwrap()
}

/// Trains for a number of steps, then stops or dies; says whether the training was finished before.
fn train_until(
    dir: &Path,
    dataset: &Dataset,
    config: &TrainConfig,
    steps: u64,
    dies: bool,
) -> bool {
    if !dies {
        return matches!(
            train_in(dir, dataset, config, steps),
            TrainOutcome::Finished(_)
        );
    }
    let job = TrainJob {
        config,
        seed: 5,
        dataset,
        device: DeviceChoice::Cpu,
        weights: None,
        work_dir: dir,
    };
    let mut observer = DieAfter(StopAfter { steps, done: 0 });
    let result = catch_unwind(AssertUnwindSafe(|| train(&job, &mut observer)));
    result.is_ok_and(|outcome| matches!(outcome, Ok(TrainOutcome::Finished(_))))
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn resuming_gives_the_same_bytes() {
    let dataset = dataset();
    for (name, config) in models() {
        let whole = tempfile::tempdir().unwrap();
        assert!(matches!(
            train_in(whole.path(), &dataset, &config, u64::MAX),
            TrainOutcome::Finished(_)
        ));
        let expected = files(whole.path());
        assert!(
            expected.contains_key("checkpoints/best/weights.safetensors"),
            "{:?}",
            expected.keys()
        );

        // End it again and again, each time after a random number of steps: half of the times it
        // is asked to stop and saves a checkpoint, half of the times it dies.
        let mut rng = hrm_random::stream(1, "test/stops", 0);
        let mut ends = 0;
        for round in 0.. {
            if ends >= ENDS {
                break;
            }
            let dir = tempfile::tempdir().unwrap();
            let mut points = Vec::new();
            loop {
                let (steps, dies) = (rng.random_range(1..9), rng.random());
                points.push((steps, dies));
                if train_until(dir.path(), &dataset, &config, steps, dies) {
                    break;
                }
                ends += 1;
            }
            let found = files(dir.path());
            let at = format!("{name}, round {round}, ends {points:?}");
            let names: Vec<&String> = expected.keys().collect();
            assert_eq!(found.keys().collect::<Vec<_>>(), names, "{at}");
            for (file, bytes) in &expected {
                assert!(found[file] == *bytes, "{at}: {file} differs");
            }
        }
    }
}

#[test]
fn a_checkpoint_that_was_not_finished_is_ignored() {
    let dataset = dataset();
    let (_, config) = &models()[0];
    let whole = tempfile::tempdir().unwrap();
    train_in(whole.path(), &dataset, config, u64::MAX);
    let dir = tempfile::tempdir().unwrap();
    train_in(dir.path(), &dataset, config, 6);
    // What a kill leaves: a half-written checkpoint, and metrics after the last complete one.
    let writing = dir.path().join("checkpoints/.writing");
    fs::create_dir(&writing).unwrap();
    fs::write(writing.join("weights.safetensors"), b"half").unwrap();
    let metrics = dir.path().join("metrics.jsonl");
    let mut text = fs::read_to_string(&metrics).unwrap();
    text.push_str("{\"step\":9,\"name\":\"train/lm");
    fs::write(&metrics, text).unwrap();
    train_in(dir.path(), &dataset, config, u64::MAX);
    assert!(files(dir.path()) == files(whole.path()));
}

#[test]
fn what_a_kill_left_beside_the_last_checkpoint_is_removed() {
    let dataset = dataset();
    let (_, config) = &models()[0];
    let whole = tempfile::tempdir().unwrap();
    train_in(whole.path(), &dataset, config, u64::MAX);
    let dir = tempfile::tempdir().unwrap();
    train_in(dir.path(), &dataset, config, u64::MAX);
    // A kill after the last checkpoint got its name: the one before it is partly removed, and so is
    // a replaced best one.
    let checkpoints = dir.path().join("checkpoints");
    for left in ["step-00000010", ".writing", ".replaced"] {
        fs::create_dir(checkpoints.join(left)).unwrap();
        fs::write(checkpoints.join(left).join("weights.safetensors"), b"old").unwrap();
    }
    train_in(dir.path(), &dataset, config, u64::MAX);
    assert!(files(dir.path()) == files(whole.path()));
}

#[test]
fn a_damaged_checkpoint_is_named() {
    let dataset = dataset();
    let (_, config) = &models()[0];
    let dir = tempfile::tempdir().unwrap();
    train_in(dir.path(), &dataset, config, 6);
    let weights = dir
        .path()
        .join("checkpoints/step-00000006/weights.safetensors");
    let bytes = fs::read(&weights).unwrap();
    fs::write(&weights, &bytes[..bytes.len() - 10]).unwrap();
    let job = TrainJob {
        config,
        seed: 5,
        dataset: &dataset,
        device: DeviceChoice::Cpu,
        weights: None,
        work_dir: dir.path(),
    };
    let error = train(&job, &mut StopAfter { steps: 1, done: 0 })
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("step-00000006") && error.contains("not a valid safetensors file"),
        "{error}"
    );
}

#[test]
fn a_loss_that_is_not_finite_stops_the_training_and_names_the_step() {
    let dataset = dataset();
    let (_, mut config) = models()[0].clone();
    // A rate at which the weights overflow at once.
    config.lr = 1e38;
    config.lr_warmup_steps = 0;
    config.weight_decay = 0.0;
    // Weights that are not finite never become a checkpoint.
    config.checkpoint_interval = 1;
    let dir = tempfile::tempdir().unwrap();
    let job = TrainJob {
        config: &config,
        seed: 5,
        dataset: &dataset,
        device: DeviceChoice::Cpu,
        weights: None,
        work_dir: dir.path(),
    };
    let error = train(
        &job,
        &mut StopAfter {
            steps: u64::MAX,
            done: 0,
        },
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.starts_with("step ") && error.contains("is not finite"),
        "{error}"
    );
    assert!(
        error.contains("the last good checkpoint is step 0"),
        "{error}"
    );
}

#[test]
fn early_stopping_ends_a_training_that_does_not_improve() {
    let dataset = dataset();
    let (_, mut config) = models()[0].clone();
    // Nothing is learned at this rate, so that no evaluation beats the first.
    config.lr = 1e-12;
    config.puzzle_emb_lr = 1e-12;
    config.eval_interval = Some(2);
    config.early_stopping = Some(hrm_config::EarlyStopping {
        patience: 2,
        min_delta: 0.0,
    });
    let dir = tempfile::tempdir().unwrap();
    let TrainOutcome::Finished(summary) = train_in(dir.path(), &dataset, &config, u64::MAX) else {
        panic!("interrupted");
    };
    assert_eq!(summary.steps, 6);
    assert_eq!(summary.stop_reason, hrm_train::StopReason::EarlyStopping);
    assert_eq!(summary.best_step, Some(2));
}

/// The training losses of a training, in the order of the steps.
fn losses(files: &BTreeMap<String, Vec<u8>>) -> Vec<f64> {
    let metrics = String::from_utf8(files["metrics.jsonl"].clone()).unwrap();
    let rows = metrics
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let losses = rows.filter(|row: &MetricRow| row.name == "train/lm_loss");
    losses.map(|row| row.value).collect()
}

#[test]
fn devices_that_share_the_batches_train_the_same_model() {
    let dataset = dataset();
    for (name, config) in models() {
        let trained = |devices: usize, stops: bool| {
            let config = TrainConfig {
                devices,
                ..config.clone()
            };
            let dir = tempfile::tempdir().unwrap();
            if stops {
                train_in(dir.path(), &dataset, &config, STEPS / 2);
            }
            train_in(dir.path(), &dataset, &config, u64::MAX);
            files(dir.path())
        };
        let one = trained(1, false);
        for devices in [2, 4] {
            // The parts of a batch are the same four, so that not even their sums are rounded otherwise.
            let shared = trained(devices, false);
            for file in ["metrics.jsonl", "checkpoints/last/weights.safetensors"] {
                assert!(
                    shared[file] == one[file],
                    "{name}, {devices} devices: {file} differs"
                );
            }
        }
        // Six parts: other sums.
        let six = trained(6, false);
        for (a, b) in losses(&six).into_iter().zip(losses(&one)) {
            assert!(
                (a - b).abs() < 1e-3 * b.abs(),
                "{name}: a loss of {a} is not {b}"
            );
        }
        assert!(six != one, "{name}: nothing was shared otherwise");
        assert!(trained(3, true) == trained(3, false), "{name}: not resumed");
    }
}

#[test]
fn accumulated_gradients_train_the_same_model() {
    let dataset = dataset();
    for (name, config) in models() {
        let trained = |gradient_accumulation: usize, devices: usize, stops: bool| {
            let config = TrainConfig {
                gradient_accumulation,
                devices,
                ..config.clone()
            };
            let dir = tempfile::tempdir().unwrap();
            if stops {
                train_in(dir.path(), &dataset, &config, STEPS / 2);
            }
            train_in(dir.path(), &dataset, &config, u64::MAX);
            files(dir.path())
        };
        let (whole, six) = (trained(1, 1, false), trained(6, 1, false));
        let pairs = losses(&six).into_iter().zip(losses(&whole));
        for (a, b) in pairs {
            assert!(
                (a - b).abs() < 1e-3 * b.abs(),
                "{name}: a loss of {a} is not {b}"
            );
        }
        assert!(six != whole, "{name}: nothing was split otherwise");
        assert!(trained(6, 1, true) == six, "{name}: not resumed");
        // The same six parts, summed in the same order.
        let shared = trained(3, 2, false);
        let weights = "checkpoints/last/weights.safetensors";
        assert!(shared[weights] == six[weights], "{name}: devices differ");
    }
}
