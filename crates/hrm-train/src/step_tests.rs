//! A step, with its numbers read at once and read by another thread while work is queued.

use crate::error::TrainError;
use crate::model::{Model, Place};
use crate::reader::Reader;
use crate::tensor_file::NamedValues;
use crate::trained_segment::TrainedSegment;
use crate::trainer::Trainer;
use hrm_config::{Precision, TrainConfig};
use hrm_dataset::Batch;
use hrm_model::{Architecture, DeviceChoice, Dims};
use rand::Rng;
use serde_json::json;

const DIMS: Dims = Dims {
    vocab_size: 5,
    seq_len: 4,
    num_puzzle_identifiers: 3,
};

fn config() -> TrainConfig {
    serde_json::from_value(json!({
        "dataset": "d", "segments": 3, "exploration": 0.5, "lr": 1e-2, "lr_warmup_steps": 0, "puzzle_emb_lr": 1e-2,
        "model": { "hidden_size": 16, "num_heads": 2, "h_layers": 1, "l_layers": 1 },
    }))
    .unwrap()
}

fn trainer(config: &TrainConfig, reader: Reader) -> Trainer<'_> {
    let place = Place::open(DeviceChoice::Cpu, Precision::F32).unwrap();
    let architecture = Architecture::new(&config.model, DIMS).unwrap();
    let mut trainer = Trainer::new(config, 7, 100, Model::initialize(architecture, 7, &place));
    trainer.reader = reader;
    trainer
}

fn readers() -> [Reader; 2] {
    [
        Reader::of(hrm_model::DeviceKind::Cpu),
        Reader::with_thread(),
    ]
}

/// Puzzles of random tokens, of which the second has no counted cell.
fn batch(index: u64) -> Batch {
    let mut rng = hrm_random::stream(0, "test/puzzles", index);
    let mut draw = || -> Vec<i32> { (0..24).map(|_| rng.random_range(1..5)).collect() };
    let (inputs, mut labels) = (draw(), draw());
    labels[4..8].fill(-100);
    Batch {
        size: 6,
        seq_len: 4,
        inputs,
        labels,
        puzzle_identifiers: vec![0, 1, 2, 0, 1, 2],
        examples: (0..6).map(Some).collect(),
    }
}

fn values(trainer: &Trainer<'_>) -> NamedValues {
    trainer.model.values().unwrap()
}

#[test]
fn queueing_ahead_of_the_numbers_changes_none() {
    let config = config();
    let [mut plain, mut ahead] = readers().map(|reader| trainer(&config, reader));
    for index in 0..8 {
        let sums = plain.step(&batch(index)).unwrap();
        assert_eq!(ahead.step(&batch(index)).unwrap(), sums);
    }
    ahead.check_gradients().unwrap();
    assert_eq!(values(&ahead), values(&plain));
    let halted = |trainer: &Trainer<'_>| trainer.carry.as_ref().unwrap().halted.clone();
    assert_eq!(halted(&ahead), halted(&plain));
}

/// A segment whose gradient of the last layer has a number that is not finite.
fn spoiled(trainer: &mut Trainer<'_>) -> TrainedSegment {
    let mut segment = trainer.forward_backward(&batch(0)).unwrap();
    let specs = trainer.model.parameters.specs();
    let head = specs.iter().position(|spec| spec.name == "lm_head.weight");
    let gradient = &mut segment.gradients[head.unwrap()];
    *gradient = gradient.take().map(|gradient| gradient * f32::INFINITY);
    segment
}

#[track_caller]
fn assert_names_the_gradient(error: &TrainError) {
    let TrainError::NotFinite {
        step: 1,
        what,
        checkpoint: 0,
        puzzles,
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(what, "the gradient of `lm_head.weight`");
    assert_eq!(*puzzles, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_gradient_that_is_not_finite_does_not_reach_the_weights_where_numbers_are_read_at_once() {
    let config = config();
    let [reader, _] = readers();
    let mut trainer = trainer(&config, reader);
    let before = values(&trainer);
    let segment = spoiled(&mut trainer);
    assert_names_the_gradient(&trainer.finish_step(segment).unwrap_err());
    assert_eq!(values(&trainer), before);
}

#[test]
fn a_gradient_that_is_not_finite_is_named_before_anything_is_made_of_the_weights() {
    let config = config();
    let [_, reader] = readers();
    let mut trainer = trainer(&config, reader);
    let segment = spoiled(&mut trainer);
    trainer.finish_step(segment).unwrap();
    assert_names_the_gradient(&trainer.check_gradients().unwrap_err());

    // The next step says it, too.
    let [_, reader] = readers();
    let mut trainer = self::trainer(&config, reader);
    let segment = spoiled(&mut trainer);
    trainer.finish_step(segment).unwrap();
    assert_names_the_gradient(&trainer.step(&batch(1)).unwrap_err());
}
