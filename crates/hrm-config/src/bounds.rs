//! Ranges of numbers, used both by the checks and by the JSON Schema, so that they cannot differ.

use crate::Problem;
use schemars::{Schema, transform::Transform};
use serde::Serialize;
use std::fmt::{Debug, Display};

/// The numbers that a key accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds<T> {
    min: T,
    max: T,
    /// Whether `min` itself is refused.
    above_min: bool,
    /// Whether `max` itself is refused.
    below_max: bool,
}

/// Puzzles of a training or test split: enough for every published set, far from overflow.
pub(crate) const PUZZLES: Bounds<usize> = Bounds::between(1, 100_000_000);
/// The same for what may be left out.
pub(crate) const PUZZLES_OR_NONE: Bounds<usize> = Bounds::between(0, 100_000_000);
/// Symmetric copies of a puzzle.
pub(crate) const AUGMENTATIONS: Bounds<u32> = Bounds::between(0, 1_000_000);
/// Rows or columns of a Sudoku box. Their product is the largest digit, 16 at most.
pub(crate) const BOX_SIDE: Bounds<usize> = Bounds::between(2, 4);
/// Rows or columns of a maze.
pub(crate) const MAZE_SIDE: Bounds<usize> = Bounds::between(2, 256);
/// Steps of a maze's shortest path.
pub(crate) const PATH: Bounds<usize> = Bounds::between(1, 65_535);

/// Width of the state vectors.
pub(crate) const HIDDEN_SIZE: Bounds<usize> = Bounds::between(1, 16_384);
/// Attention heads.
pub(crate) const HEADS: Bounds<usize> = Bounds::between(1, 16_384);
/// Factor of the SwiGLU's width.
pub(crate) const EXPANSION: Bounds<f64> = Bounds::between(0.0, 64.0).above_min();
/// Blocks of a network.
pub(crate) const LAYERS: Bounds<usize> = Bounds::between(1, 256);
/// H or L cycles.
pub(crate) const CYCLES: Bounds<usize> = Bounds::between(1, 1024);
/// Width of a puzzle's embedding vector.
pub(crate) const PUZZLE_EMB_NDIM: Bounds<usize> = Bounds::between(0, 1_048_576);
/// Positions of the puzzle embedding.
pub(crate) const PUZZLE_EMB_LEN: Bounds<usize> = Bounds::between(0, 4096);

/// Distance from an expected value.
pub(crate) const TOLERANCE: Bounds<f64> = Bounds::between(0.0, 1e6).above_min();
/// Seeds that an expectation asks for.
pub(crate) const SEEDS: Bounds<u32> = Bounds::between(1, 10_000);

/// Supervision segments.
pub(crate) const SEGMENTS: Bounds<usize> = Bounds::between(1, 4096);
/// Devices that share a batch.
pub(crate) const DEVICES: Bounds<usize> = Bounds::between(1, 64);
/// Parts of a batch, one after another.
pub(crate) const GRADIENT_ACCUMULATION: Bounds<usize> = Bounds::between(1, 1_048_576);
/// Puzzles in a batch.
pub(crate) const BATCH_SIZE: Bounds<usize> = Bounds::between(1, 1_048_576);
/// Steps, epochs and intervals.
pub(crate) const STEPS: Bounds<u64> = Bounds::between(1, 1_000_000_000);
/// Steps of something that may be left out.
pub(crate) const STEPS_OR_NONE: Bounds<u64> = Bounds::between(0, 1_000_000_000);
/// Evaluations without improvement.
pub(crate) const PATIENCE: Bounds<u32> = Bounds::between(1, 1_000_000);
/// A learning rate that has to move something.
pub(crate) const LR: Bounds<f64> = Bounds::between(0.0, 1.0).above_min();
/// A learning rate; 0 freezes.
pub(crate) const LR_OR_NONE: Bounds<f64> = Bounds::between(0.0, 1.0);
/// Decoupled weight decay.
pub(crate) const WEIGHT_DECAY: Bounds<f64> = Bounds::between(0.0, 1000.0);
/// A share or a probability.
pub(crate) const SHARE: Bounds<f64> = Bounds::between(0.0, 1.0);
/// A decay rate of optimizer moments: 1 would never take anything in.
pub(crate) const BETA: Bounds<f64> = Bounds::between(0.0, 1.0).below_max();
/// The decay rate of the weight average: 0 would be no average, 1 would never move.
pub(crate) const EMA: Bounds<f64> = Bounds::between(0.0, 1.0).above_min().below_max();
/// Puzzles whose predictions are kept.
pub(crate) const TRACES: Bounds<usize> = Bounds::between(0, 1000);
/// Puzzles whose hidden states are analysed.
pub(crate) const PROBES: Bounds<usize> = Bounds::between(0, 1_000_000);

impl<T> Bounds<T> {
    /// From `min` to `max`, both accepted.
    const fn between(min: T, max: T) -> Self {
        Self {
            min,
            max,
            above_min: false,
            below_max: false,
        }
    }

    const fn above_min(mut self) -> Self {
        self.above_min = true;
        self
    }

    const fn below_max(mut self) -> Self {
        self.below_max = true;
        self
    }
}

impl<T: PartialOrd + Copy + Debug + Display> Bounds<T> {
    /// The problem with `value` of the key `path`, if it is outside.
    pub(crate) fn check(self, path: &str, value: T) -> Option<Problem> {
        let high_enough = if self.above_min {
            value > self.min
        } else {
            value >= self.min
        };
        let low_enough = if self.below_max {
            value < self.max
        } else {
            value <= self.max
        };
        let low = if self.above_min { "above" } else { "at least" };
        let high = if self.below_max { "below" } else { "at most" };
        let (min, max) = (self.min, self.max);
        let rule = match (high_enough, low_enough) {
            (true, true) => return None,
            (false, true) => format!("{low} {min}"),
            (true, false) => format!("{high} {max}"),
            // Only NaN is neither.
            (false, false) => format!("{low} {min} and {high} {max}"),
        };
        let key = path.rsplit('.').next().unwrap_or(path);
        Some(Problem::new(
            path,
            format!("`{key}` is {value:?}, but must be {rule}"),
        ))
    }

    /// The same for a key that need not be set.
    pub(crate) fn check_set(self, path: &str, value: Option<T>) -> Option<Problem> {
        value.and_then(|value| self.check(path, value))
    }
}

impl<T: Copy + Serialize> Bounds<T> {
    /// Writes the bounds into the schema of a number, or of each number of an array.
    pub(crate) fn schema(self) -> impl Transform {
        let min = if self.above_min {
            "exclusiveMinimum"
        } else {
            "minimum"
        };
        let max = if self.below_max {
            "exclusiveMaximum"
        } else {
            "maximum"
        };
        move |schema: &mut Schema| {
            let bounded = match schema.get_mut("items") {
                Some(serde_json::Value::Object(items)) => items,
                _ => schema.ensure_object(),
            };
            bounded.remove("minimum");
            bounded.remove("maximum");
            bounded.insert(min.into(), serde_json::json!(self.min));
            bounded.insert(max.into(), serde_json::json!(self.max));
        }
    }
}
