//! What the hidden states of a model do while it works: forward residuals and participation ratios.

use super::result::{ParticipationPoint, Probe, ResidualPoint};
use crate::error::TrainError;
use crate::model::Model;
use crate::parts::{Lanes, parts_of, run_parts, slots};
use crate::tensor_file::read_back;
use burn::tensor::{FloatDType, Tensor};
use hrm_config::HiddenState;
use hrm_dataset::{Batch, SplitData, eval_batches};
use hrm_model::{Network, StateChange};
use hrm_stats::Moments;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Numbers of puzzles, evenly spaced, for which participation ratios are given.
const POINTS: usize = 10;

/// Runs `segments` segments on the given examples of a split and watches the hidden states. `None` if
/// `progress`, which gets the puzzles done, stopped it.
pub(super) fn run_probe(
    model: &Model,
    split: &SplitData,
    examples: &[usize],
    segments: usize,
    batch_size: usize,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<Probe>, TrainError> {
    let network = model.network();
    let mut tally = Tally::default();
    for group in examples.chunks(examples.len().div_ceil(POINTS).max(1)) {
        for chunk in group.chunks(batch_size.max(1)) {
            if progress(tally.puzzles).is_break() {
                return Ok(None);
            }
            // A batch of its own size, since padding is no puzzle.
            for batch in eval_batches(split, chunk.len(), chunk) {
                let parts = parts_of(batch.size, &model.architecture, model.place.kind, 1);
                let parts = parts.into_iter().map(|range| slots(&batch, range));
                let watch = |part: Batch| watch(model, &network, &part, segments);
                let lanes = Lanes::of(model.place.kind, 1);
                for changes in run_parts(parts.collect(), lanes, watch) {
                    tally.add(&changes?);
                }
            }
            tally.puzzles += chunk.len();
        }
        tally.measure();
    }
    Ok(Some(tally.finish()))
}

/// One change of a state, summed over the rows of a batch.
struct ChangeSums {
    state: HiddenState,
    segment: u32,
    rows: usize,
    /// Sum of the lengths of the differences.
    distance: f64,
    /// Sum of the vectors after the change [D], and of their outer products [D · D].
    vectors: (Vec<f32>, Vec<f32>),
}

fn watch(
    model: &Model,
    network: &Network,
    batch: &Batch,
    segments: usize,
) -> Result<Vec<ChangeSums>, TrainError> {
    let tokens = model.tokens(&batch.inputs, batch.size);
    let input = network.encode(tokens, model.puzzle_rows(&batch.puzzle_identifiers));
    let mut states = network.initial_states(batch.size);
    let mut sums = Vec::new();
    for segment in 1..=segments {
        states = network.observed_segment(states, &input, |change| {
            sums.push(sum(&change, segment as u32));
        });
    }
    sums.into_iter().collect()
}

fn sum(change: &StateChange, segment: u32) -> Result<ChangeSums, TrainError> {
    let what = "a hidden state";
    let float = |tensor: &Tensor<2>| tensor.clone().cast(FloatDType::F32);
    let (before, after) = (float(&change.before), float(&change.after));
    let distance = (after.clone() - before).powi_scalar(2).sum_dim(1).sqrt();
    let distances = read_back(&distance, what)?;
    let products = after.clone().transpose().matmul(after.clone());
    Ok(ChangeSums {
        state: change.state,
        segment,
        rows: distances.len(),
        distance: distances.into_iter().map(f64::from).sum(),
        vectors: (
            read_back(&after.sum_dim(0), what)?,
            read_back(&products, what)?,
        ),
    })
}

#[derive(Default)]
struct Tally {
    puzzles: usize,
    /// By place in the order of changes: state, segment, rows, sum of distances.
    residuals: Vec<(HiddenState, u32, usize, f64)>,
    moments: BTreeMap<HiddenState, Moments>,
    participation: Vec<ParticipationPoint>,
}

impl Tally {
    fn add(&mut self, changes: &[ChangeSums]) {
        self.residuals
            .resize(changes.len(), (HiddenState::ZH, 0, 0, 0.0));
        for (change, residual) in changes.iter().zip(&mut self.residuals) {
            let (_, _, rows, distance) = *residual;
            *residual = (
                change.state,
                change.segment,
                rows + change.rows,
                distance + change.distance,
            );
            let (sum, products) = &change.vectors;
            self.moments
                .entry(change.state)
                .or_insert_with(|| Moments::new(sum.len()))
                .add(change.rows, sum, products);
        }
    }

    /// Notes the participation ratios over the puzzles so far.
    fn measure(&mut self) {
        for (&state, moments) in &self.moments {
            if state != HiddenState::Layer
                && let Some(value) = moments.participation_ratio()
            {
                self.participation.push(ParticipationPoint {
                    state,
                    puzzles: self.puzzles as u64,
                    value,
                });
            }
        }
    }

    fn finish(self) -> Probe {
        let steps = self.residuals.into_iter().zip(1..);
        let residuals = steps.map(|((state, segment, rows, distance), step)| ResidualPoint {
            state,
            step,
            segment,
            value: distance / rows.max(1) as f64,
        });
        Probe {
            puzzles: self.puzzles as u64,
            residuals: residuals.collect(),
            participation: self.participation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn a_change_is_summed_over_its_rows() {
        let rows = |rows| Tensor::<2>::from_floats(rows, &Device::flex());
        let change = StateChange {
            state: HiddenState::ZL,
            before: rows([[0.0, 0.0], [1.0, 1.0]]),
            after: rows([[3.0, 4.0], [1.0, 1.0]]),
        };
        let sums = sum(&change, 2).unwrap();
        assert_eq!((sums.rows, sums.segment, sums.distance), (2, 2, 5.0));
        assert_eq!(sums.vectors.0, [4.0, 5.0]);
        assert_eq!(sums.vectors.1, [10.0, 13.0, 13.0, 17.0]);
    }
}
