//! A checkpoint of the published code and its evaluation in bfloat16, beside ours.

use crate::model::{Model, Place};
use crate::tensor_file::{NamedValues, read_back};
use hrm_config::{ModelConfig, Precision};
use hrm_dataset::Batch;
use hrm_model::{Architecture, DeviceChoice, Dims};
use std::path::Path;

/// How much further than the published bfloat16 run we may be from the published float32 run.
const FACTOR: f64 = 3.0;

/// Relative distance that is always allowed: two units in the last place of bfloat16.
const LEAST: f64 = 0.01;

fn ids(values: &NamedValues, name: &str) -> Vec<i32> {
    values[name].1.iter().map(|id| *id as i32).collect()
}

/// Euclidean distance over the norm of `to`.
fn distance(from: &[f32], to: &[f32]) -> f64 {
    let squares = |numbers: &mut dyn Iterator<Item = f32>| -> f64 {
        numbers.map(|n| f64::from(n).powi(2)).sum::<f64>().sqrt()
    };
    let difference = squares(&mut from.iter().zip(to).map(|(a, b)| a - b));
    difference / squares(&mut to.iter().copied())
}

fn model(checkpoint: &Path, precision: Precision) -> Model {
    let config = ModelConfig {
        hidden_size: 32,
        num_heads: 2,
        h_layers: 1,
        l_layers: 1,
        puzzle_emb_ndim: Some(32),
        ..ModelConfig::default()
    };
    let values = hrm_checkpoint::read(checkpoint).unwrap().into_values();
    let rows = |name: &str| values[&format!("_orig_mod.model.inner.{name}")].0[0];
    let dims = Dims {
        vocab_size: rows("embed_tokens.embedding_weight"),
        seq_len: 12,
        num_puzzle_identifiers: rows("puzzle_emb.weights"),
    };
    let architecture = Architecture::new(&config, dims).unwrap();
    let place = Place::open(DeviceChoice::Cpu, precision).unwrap();
    Model::from_values(architecture, values, checkpoint, &place).unwrap()
}

#[test]
fn a_published_checkpoint_evaluates_as_published() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/units/hrm_bf16_ckpt");
    if !folder.exists() {
        println!("skipped: no fixtures at {}", folder.display());
        return;
    }
    let golden = hrm_checkpoint::read(&folder.join("eval.safetensors")).unwrap();
    let golden = golden.into_values();
    let inputs = ids(&golden, "batch.inputs");
    let identifiers = ids(&golden, "batch.puzzle_identifiers");
    let batch = Batch {
        size: identifiers.len(),
        seq_len: 12,
        labels: inputs.clone(),
        inputs,
        examples: vec![Some(0); identifiers.len()],
        puzzle_identifiers: identifiers,
    };
    for (precision, name) in [(Precision::F32, "f32"), (Precision::Bf16, "bf16")] {
        let model = model(&folder.join("step_0"), precision);
        let network = model.network();
        let tokens = model.tokens(&batch.inputs, batch.size);
        let input = network.encode(tokens, model.puzzle_rows(&batch.puzzle_identifiers));
        let mut states = network.initial_states(batch.size);
        for t in 1..=3 {
            let segment = network.segment(states, &input);
            states = segment.states.clone();
            for (head, ours) in [
                ("logits", read_back(&segment.outputs.logits, "").unwrap()),
                (
                    "q_halt_logits",
                    read_back(&segment.outputs.q_halt, "").unwrap(),
                ),
                (
                    "q_continue_logits",
                    read_back(&segment.outputs.q_continue, "").unwrap(),
                ),
            ] {
                let exact = &golden[&format!("f32.t{t}.{head}")].1;
                let published = &golden[&format!("{name}.t{t}.{head}")].1;
                let allowed = match precision {
                    Precision::F32 => 1e-4,
                    Precision::Bf16 => (FACTOR * distance(published, exact)).max(LEAST),
                };
                let found = distance(&ours, exact);
                assert!(
                    found <= allowed,
                    "{name} t{t} {head}: {found:.4}, allowed {allowed:.4}"
                );
            }
        }
    }
}
