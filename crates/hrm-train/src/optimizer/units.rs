//! The published optimizers' trajectories.

use super::{AdamAtan2, AdamSettings, SignSgdSettings, learning_rate, sign_sgd};
use crate::tensor_file::{NamedValues, read_back};
use burn::tensor::{Device, Tensor, TensorData};
use hrm_config::TrainConfig;
use serde_json::{Value, json};
use std::path::Path;

struct Units {
    tensors: NamedValues,
    texts: Value,
}

impl Units {
    fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hrm-model/tests/units");
        let tensors = hrm_checkpoint::read(&folder.join("units.safetensors")).unwrap();
        let texts = std::fs::read_to_string(folder.join("units.json")).unwrap();
        Self {
            tensors: tensors.into_values(),
            texts: serde_json::from_str(&texts).unwrap(),
        }
    }

    fn numbers(&self, name: &str) -> &[f32] {
        &self.tensors[name].1
    }
}

fn vector(numbers: &[f32]) -> Tensor<1> {
    Tensor::from_data(
        TensorData::new(numbers.to_vec(), [numbers.len()]),
        &Device::flex(),
    )
}

#[track_caller]
fn assert_close<const D: usize>(what: &str, ours: &Tensor<D>, golden: &[f32], tolerance: f32) {
    let ours = read_back(ours, "").unwrap();
    let differences = ours.iter().zip(golden).map(|(o, g)| (o - g).abs());
    let worst = differences.fold(0.0, f32::max);
    assert!(
        ours.len() == golden.len() && worst <= tolerance,
        "{what} differs by {worst:e}"
    );
}

#[test]
fn adam_atan2_follows_the_published_trajectories() {
    let units = Units::read();
    for case in ["a", "b"] {
        let texts = &units.texts[format!("adam_{case}")];
        let number = |name: &str| texts[name].as_f64().unwrap();
        let settings = AdamSettings {
            beta1: number("beta1"),
            beta2: number("beta2"),
            weight_decay: number("weight_decay"),
        };
        let named = |name: &str| units.numbers(&format!("adam.{case}.{name}"));
        let mut p = vector(named("p0"));
        let mut adam = AdamAtan2::new(settings, std::slice::from_ref(&p), &[true]);
        let width = named("p0").len();
        for (step, lr) in texts["lrs"].as_array().unwrap().iter().enumerate() {
            let row = |name: &str| &named(name)[step * width..(step + 1) * width];
            let g = vector(row("grads"));
            p = adam.update(0, p, g, lr.as_f64().unwrap(), step as u64 + 1);
            // The published float32 run is itself up to 1.8e-6 from float64.
            assert_close(&format!("{case} p {step}"), &p, row("p"), 6e-7);
            for (name, moment) in [("m", &adam.first[0]), ("v", &adam.second[0])] {
                let golden = row(name);
                let largest = golden
                    .iter()
                    .fold(0.0, |largest: f32, m| largest.max(m.abs()));
                assert_close(name, moment.as_ref().unwrap(), golden, 1e-6 * largest);
            }
        }
    }
}

#[test]
fn sign_sgd_sums_repeated_ids() {
    let units = Units::read();
    let settings = SignSgdSettings {
        lr: units.texts["signsgd"]["lr"].as_f64().unwrap(),
        weight_decay: units.texts["signsgd"]["weight_decay"].as_f64().unwrap(),
    };
    let ids: Vec<i32> = units
        .numbers("signsgd.ids")
        .iter()
        .map(|id| *id as i32)
        .collect();
    let mut table = vector(units.numbers("signsgd.w0")).reshape([6, 8]);
    let steps = units.numbers("signsgd.grads").chunks(7 * 8);
    for (gradients, golden) in steps.zip(units.numbers("signsgd.w").chunks(6 * 8)) {
        table = sign_sgd(table, &ids, vector(gradients).reshape([7, 8]), settings);
        assert_close("table", &table, golden, 1e-7);
    }
}

#[test]
fn schedules_are_the_published_ones() {
    let units = Units::read();
    let rows = units.texts["cosine_base_warmup_total_minratio_step_lr"].as_array();
    let rows = rows.unwrap();
    assert!(rows.len() > 50);
    for row in rows {
        let row: Vec<f64> = row
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_f64().unwrap())
            .collect();
        let config: TrainConfig = serde_json::from_value(json!({
            "dataset": "d", "lr_warmup_steps": row[1] as u64, "lr_min_ratio": row[3],
        }))
        .unwrap();
        let ours = learning_rate(&config, row[0], row[4] as u64, row[2] as u64);
        assert!((ours - row[5]).abs() <= 1e-12 * row[0], "{ours} {row:?}");
    }
}
