//! Holds the implementation against numbers of the published code, where the golden fixtures
//! stand beside the project. Each fixture replays evaluation, six training steps with their
//! carry, and the weights after three of them.

use crate::halting::HaltingRule;
use crate::metrics::MetricSums;
use crate::model::{Model, Place};
use crate::parts::parts_of;
use crate::tensor_file::{self, NamedValues, read_back};
use crate::trainer::Trainer;
use burn::tensor::{Device, Tensor, TensorData};
use hrm_config::{Precision, TrainConfig};
use hrm_dataset::Batch;
use hrm_model::{Architecture, DeviceChoice, Dims, States};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Largest difference of a weight after an optimizer step. A gradient that is nearly zero has a
/// sign and size made of rounding, which atan2 turns into a visible share of the step of 1e-3.
const WEIGHT_TOLERANCE: f64 = 5e-6;

fn fixtures() -> Vec<PathBuf> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/models");
    let Ok(entries) = fs::read_dir(&models) else {
        println!("skipped: no fixtures at {}", models.display());
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn cpu() -> Place {
    Place::open(DeviceChoice::Cpu, Precision::F32).unwrap()
}

struct Fixture {
    folder: PathBuf,
    config: TrainConfig,
    architecture: Architecture,
    total_steps: u64,
}

impl Fixture {
    fn open(folder: &Path) -> Self {
        let all: Value =
            serde_json::from_str(&fs::read_to_string(folder.join("config.json")).unwrap()).unwrap();
        let spec = &all["spec"];
        let size = |name: &str| spec[name].as_u64().unwrap() as usize;
        let dims = Dims {
            vocab_size: size("vocab_size"),
            seq_len: size("seq_len"),
            num_puzzle_identifiers: size("num_puzzle_identifiers"),
        };
        let config = config_of(spec);
        let architecture = Architecture::new(&config.model, dims).unwrap();
        let total_steps = all["total_steps"].as_u64().unwrap();
        Self {
            folder: folder.to_owned(),
            config,
            architecture,
            total_steps,
        }
    }

    fn model(&self, file: &str) -> Model {
        let path = self.folder.join(file);
        Model::read(self.architecture.clone(), &path, &cpu()).unwrap()
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.folder.join(file)).unwrap()).unwrap()
    }
}

/// The published configuration in this project's terms.
fn config_of(spec: &Value) -> TrainConfig {
    let (arch, train) = (&spec["arch"], &spec["train"]);
    let published = arch["name"].as_str().unwrap();
    let kind = match published {
        name if name.contains("hrm_act") => "hrm",
        name if name.contains("trm@") => "trm",
        _ => "transformer",
    };
    let loss = if arch["loss"]["loss_type"] == "softmax_cross_entropy" {
        "softmax"
    } else {
        "stablemax"
    };
    let or = |value: &Value, default: u64| value.as_u64().unwrap_or(default).max(1);
    let mut model = json!({
        "arch": kind, "hidden_size": arch["hidden_size"], "num_heads": arch["num_heads"],
        "expansion": arch["expansion"], "h_layers": or(&arch["H_layers"], 1), "l_layers": or(&arch["L_layers"], 1),
        "h_cycles": or(&arch["H_cycles"], 1), "l_cycles": or(&arch["L_cycles"], 1),
        "pos_encodings": arch["pos_encodings"], "puzzle_emb_ndim": arch["puzzle_emb_ndim"],
        "mixer": if arch["mlp_t"] == true { "mlp" } else { "attention" },
    });
    if let Some(len) = arch["puzzle_emb_len"].as_u64() {
        model["puzzle_emb_len"] = json!(len);
    }
    let mut config = json!({
        "dataset": "fixture", "model": model, "segments": arch["halt_max_steps"], "loss": loss,
        "exploration": arch["halt_exploration_prob"], "batch_size": spec["batch_size"], "epochs": train["epochs"],
    });
    for key in [
        "lr",
        "lr_min_ratio",
        "lr_warmup_steps",
        "weight_decay",
        "beta1",
        "beta2",
        "puzzle_emb_lr",
        "puzzle_emb_weight_decay",
    ] {
        config[key] = train[key].clone();
    }
    if train["ema"] == true {
        config["ema"] = train["ema_rate"].clone();
    }
    serde_json::from_value(config).unwrap()
}

/// Any safetensors file as float32 numbers.
fn load(path: &Path) -> NamedValues {
    let bytes = fs::read(path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let numbers = |view: &safetensors::tensor::TensorView<'_>| -> Vec<f32> {
        let data = view.data();
        match view.dtype() {
            safetensors::Dtype::F32 => data
                .chunks(4)
                .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
                .collect(),
            safetensors::Dtype::I32 => data
                .chunks(4)
                .map(|b| i32::from_le_bytes(b.try_into().unwrap()) as f32)
                .collect(),
            safetensors::Dtype::U8 => data.iter().map(|b| f32::from(*b)).collect(),
            _ => Vec::new(),
        }
    };
    file.iter()
        .map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), numbers(&view))))
        .collect()
}

fn batch_of(values: &NamedValues, prefix: &str) -> Batch {
    let ints = |name: &str| {
        values[&format!("{prefix}.{name}")]
            .1
            .iter()
            .map(|v| *v as i32)
            .collect::<Vec<i32>>()
    };
    let shape = &values[&format!("{prefix}.inputs")].0;
    Batch {
        size: shape[0],
        seq_len: shape[1],
        inputs: ints("inputs"),
        labels: ints("labels"),
        puzzle_identifiers: ints("puzzle_identifiers"),
        examples: (0..shape[0] as u32).map(Some).collect(),
    }
}

#[track_caller]
fn assert_close(what: &str, ours: &[f32], theirs: &[f32], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let worst = ours
        .iter()
        .zip(theirs)
        .map(|(a, b)| f64::from((a - b).abs()))
        .fold(0.0, f64::max);
    assert!(
        worst <= tolerance,
        "{what}: differs by {worst:e}, tolerance {tolerance:e}"
    );
}

/// Ten times what float32 rounding alone does to the published code.
fn tolerance(table: &Value, part: &str, name: &str) -> f64 {
    let rounding = table[part][name]["max_abs_diff_vs_f64"].as_f64().unwrap();
    (10.0 * rounding).max(1e-6)
}

fn check_evaluation(fixture: &Fixture, weights: &Model, file: &str, tolerances: Option<&Value>) {
    let values = load(&fixture.folder.join(file));
    let batch = batch_of(&load(&fixture.folder.join("eval.safetensors")), "batch");
    let network = weights.network();
    let input = network.encode(
        weights.tokens(&batch.inputs, batch.size),
        weights.puzzle_rows(&batch.puzzle_identifiers),
    );
    let mut states = network.initial_states(batch.size);
    for t in 1..=fixture.config.segments {
        let segment = network.segment(states, &input);
        states = segment.states.clone();
        let check = |name: &str, ours: Vec<f32>| {
            let key = format!("t{t}.{name}");
            if let Some((_, theirs)) = values.get(&key) {
                let tolerance = tolerances.map_or(5e-3, |table| tolerance(table, "eval", &key));
                assert_close(
                    &format!("{} {file} {key}", fixture.folder.display()),
                    &ours,
                    theirs,
                    tolerance,
                );
            }
        };
        check("logits", read_back(&segment.outputs.logits, "").unwrap());
        check(
            "q_halt_logits",
            read_back(&segment.outputs.q_halt, "").unwrap(),
        );
        check(
            "q_continue_logits",
            read_back(&segment.outputs.q_continue, "").unwrap(),
        );
        check("z_H", read_back(&states.z_h, "").unwrap());
        if let Some(z_l) = &states.z_l {
            check("z_L", read_back(z_l, "").unwrap());
        }
    }
}

#[test]
fn evaluation_segments_equal_the_published_code() {
    for folder in fixtures() {
        let fixture = Fixture::open(&folder);
        let table = fixture.json("tolerance.json");
        check_evaluation(
            &fixture,
            &fixture.model("state.safetensors"),
            "eval.safetensors",
            Some(&table),
        );
    }
}

/// A carry of all-halted slots whose states are wild, so that a missing reset shows.
fn poison(trainer: &mut Trainer<'_>, batch: &Batch) {
    let architecture = &trainer.model.architecture;
    let (positions, hidden) = (architecture.positions(), architecture.hidden_size());
    let full = |slots: usize, value: f32| {
        let shape = [slots * positions, hidden];
        Tensor::<2>::from_data(
            TensorData::new(vec![value; shape[0] * shape[1]], shape),
            &Device::flex(),
        )
    };
    let mut carry = crate::carry::Carry::new(batch);
    carry.states = parts_of(batch.size, architecture, trainer.model.place.kind)
        .into_iter()
        .map(|slots| States {
            z_h: full(slots.len(), 1e3),
            z_l: architecture
                .has_low_state()
                .then(|| full(slots.len(), -1e3)),
        })
        .collect();
    trainer.carry = Some(carry);
}

fn check_step(
    fixture: &Fixture,
    trainer: &Trainer<'_>,
    sums: &MetricSums,
    values: &NamedValues,
    k: usize,
) {
    let at = |what: &str| format!("{} k{k} {what}", fixture.folder.display());
    let theirs = |name: &str| values[&format!("k{k}.{name}")].1.clone();
    let carry = trainer.carry.as_ref().unwrap();
    let ints = |v: &[i32]| v.iter().map(|x| *x as f32).collect::<Vec<f32>>();
    assert_eq!(
        ints(&carry.current.inputs),
        theirs("carry.current.inputs"),
        "{}",
        at("inputs")
    );
    assert_eq!(
        carry.steps.iter().map(|s| *s as f32).collect::<Vec<f32>>(),
        theirs("carry.steps"),
        "{}",
        at("steps")
    );
    let halted: Vec<f32> = carry
        .halted
        .iter()
        .map(|h| f32::from(u8::from(*h)))
        .collect();
    assert_eq!(halted, theirs("carry.halted"), "{}", at("halted"));
    let z_h: Vec<f32> = carry
        .states
        .iter()
        .flat_map(|states| read_back(&states.z_h, "").unwrap())
        .collect();
    // Weights have moved apart by rounding, more with every step.
    assert_close(&at("z_H"), &z_h, &theirs("carry.z_H"), 2e-3);
    let scalars = fixture.json("scalars.json");
    let metrics = &scalars["train"][format!("k{k}")]["metrics"];
    for (name, ours) in [
        ("count", sums.count),
        ("accuracy", sums.accuracy),
        ("exact_accuracy", sums.exact_accuracy),
        ("q_halt_accuracy", sums.q_halt_accuracy),
        ("steps", sums.segments),
        ("lm_loss", sums.lm_loss),
        ("q_halt_loss", sums.q_halt_loss),
        ("q_continue_loss", sums.q_continue_loss),
    ] {
        if let Some(theirs) = metrics[name].as_f64() {
            assert!(
                (ours - theirs).abs() <= 1e-3 * theirs.abs().max(1.0),
                "{}: {ours} and {theirs}",
                at(name)
            );
        }
    }
}

fn check_weights(fixture: &Fixture, model: &Model, file: &str) {
    let path = fixture.folder.join(file);
    if !path.exists() {
        return;
    }
    let theirs = load(&path);
    let mut compared = 0;
    for (spec, tensor) in model
        .parameters
        .specs()
        .iter()
        .zip(model.parameters.tensors())
    {
        let Some((_, numbers)) = theirs.get(&format!("model.inner.{}", spec.name)) else {
            continue;
        };
        let ours = read_back(tensor, "").unwrap();
        assert_close(
            &format!("{} {}", path.display(), spec.name),
            &ours,
            numbers,
            WEIGHT_TOLERANCE,
        );
        compared += 1;
    }
    if let (Some(table), Some((_, numbers))) = (
        &model.puzzle_table,
        theirs.get("model.inner.puzzle_emb.weights"),
    ) {
        assert_close(
            &format!("{} puzzles", path.display()),
            &read_back(table, "").unwrap(),
            numbers,
            WEIGHT_TOLERANCE,
        );
        compared += 1;
    }
    assert!(
        compared > 5,
        "{} compared only {compared} tensors",
        path.display()
    );
}

#[test]
fn training_steps_equal_the_published_code() {
    for folder in fixtures() {
        let fixture = Fixture::open(&folder);
        let values = load(&folder.join("train.safetensors"));
        let model = fixture.model("state.safetensors");
        let mut trainer = Trainer::new(&fixture.config, 0, fixture.total_steps, model);
        poison(&mut trainer, &batch_of(&values, "k1.batch"));
        for k in 1..=6 {
            let sums = trainer
                .step(&batch_of(&values, &format!("k{k}.batch")))
                .unwrap();
            check_step(&fixture, &trainer, &sums, &values, k);
            check_weights(
                &fixture,
                &trainer.model,
                &format!("params_k{k}.safetensors"),
            );
            if k == 3 {
                check_weights(&fixture, &trainer.evaluated_model(), "ema_k3.safetensors");
                let after = if fixture.config.ema.is_some() {
                    "eval_ema_k3.safetensors"
                } else {
                    "eval_k3.safetensors"
                };
                if folder.join(after).exists() {
                    check_evaluation(&fixture, &trainer.evaluated_model(), after, None);
                }
            }
        }
    }
}

#[test]
fn halting_rules_follow_the_architecture() {
    let rule = |model: Value| {
        let config: TrainConfig =
            serde_json::from_value(json!({ "dataset": "d", "model": model })).unwrap();
        HaltingRule::of(&config)
    };
    assert_eq!(rule(json!({ "arch": "hrm" })), HaltingRule::AgainstContinue);
    assert_eq!(rule(json!({ "arch": "trm" })), HaltingRule::HaltAlone);
    assert_eq!(
        rule(json!({ "arch": "transformer" })),
        HaltingRule::AgainstContinue
    );
}

#[test]
fn weights_survive_a_file() {
    let dims = Dims {
        vocab_size: 6,
        seq_len: 4,
        num_puzzle_identifiers: 3,
    };
    let config: TrainConfig =
        serde_json::from_value(json!({ "dataset": "d", "model": { "hidden_size": 16, "num_heads": 2, "h_layers": 1, "l_layers": 1 } }))
            .unwrap();
    let architecture = Architecture::new(&config.model, dims).unwrap();
    let model = Model::initialize(architecture.clone(), 3, &cpu());
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a"), folder.path().join("b"));
    model.write(&first).unwrap();
    let again = Model::read(architecture, &first, &cpu()).unwrap();
    again.write(&second).unwrap();
    assert_eq!(
        tensor_file::read(&first).unwrap(),
        tensor_file::read(&second).unwrap()
    );
}
