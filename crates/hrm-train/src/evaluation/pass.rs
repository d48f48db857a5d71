//! One pass over a split.

use super::result::{Evaluation, PuzzleOutcome, PuzzleTrace, SegmentCounts};
use super::traces::TraceKeeper;
use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::metrics::count_cells;
use crate::model::Model;
use crate::parts::{Lanes, parts_of, run_parts, slots};
use crate::tensor_file::{predictions, read_back, read_tokens};
use crate::watch::{StepPart, Watch, done};
use burn::tensor::{Int, Tensor};
use hrm_config::Loss;
use hrm_dataset::{Batch, SplitData, eval_batches};
use hrm_model::{LabelTensors, Network, cross_entropy_by_puzzle};
use std::ops::ControlFlow;

/// Settings of a pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PassSettings {
    pub(crate) segments: usize,
    pub(crate) segments_trained: usize,
    pub(crate) batch_size: usize,
    pub(crate) traces: usize,
    /// Whether the final predictions are part of the result.
    pub(crate) keep_predictions: bool,
}

/// A batch's numbers after one segment.
pub(crate) struct SegmentResult {
    /// Predicted tokens [B · S].
    pub(super) cells: Vec<i32>,
    pub(super) q_halt: Vec<f32>,
    pub(super) q_continue: Vec<f32>,
    lm_loss: Vec<f32>,
}

/// The same on their device.
struct SegmentTensors {
    cells: Tensor<2, Int>,
    q_halt: Tensor<1>,
    q_continue: Tensor<1>,
    lm_loss: Tensor<1>,
}

impl SegmentTensors {
    fn read(&self) -> Result<SegmentResult, TrainError> {
        Ok(SegmentResult {
            cells: read_tokens(&self.cells)?,
            q_halt: read_back(&self.q_halt, "q_halt")?,
            q_continue: read_back(&self.q_continue, "q_continue")?,
            lm_loss: read_back(&self.lm_loss, "a loss")?,
        })
    }
}

/// Runs all segments on the given examples of a split. `None` if `progress` stopped it.
pub(crate) fn run_pass(
    model: &Model,
    halting: HaltingRule,
    loss: Loss,
    split: &SplitData,
    examples: &[usize],
    settings: PassSettings,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Evaluation>, TrainError> {
    let mut tally = Tally::new(settings, halting);
    let network = model.network();
    for batch in eval_batches(split, settings.batch_size, examples) {
        if progress(tally.evaluation.puzzles as usize, examples.len()).is_break() {
            return Ok(None);
        }
        for (part, results) in run_batch(model, &network, loss, &batch, settings.segments)? {
            tally.add_all(&part, &results);
        }
    }
    Ok(Some(tally.finish()))
}

/// Runs a batch part by part; each part with its numbers after every segment.
pub(crate) fn run_batch(
    model: &Model,
    network: &Network,
    loss: Loss,
    batch: &Batch,
    segments: usize,
) -> Result<Vec<(Batch, Vec<SegmentResult>)>, TrainError> {
    let parts = parts_of(batch.size, &model.architecture, model.place.kind, 1);
    let parts = parts.into_iter().map(|range| slots(batch, range)).collect();
    let run =
        |part: Batch| run_segments(model, network, loss, &part, segments, None).map(|r| (part, r));
    let lanes = Lanes::of(model.place.kind, 1);
    run_parts(parts, lanes, run).into_iter().collect()
}

/// Runs a part of a batch; its numbers after every segment.
pub(crate) fn run_segments(
    model: &Model,
    network: &Network,
    loss: Loss,
    batch: &Batch,
    segments: usize,
    watch: Watch<'_>,
) -> Result<Vec<SegmentResult>, TrainError> {
    let tokens = model.tokens(&batch.inputs, batch.size);
    let input = network.encode(tokens, model.puzzle_rows(&batch.puzzle_identifiers));
    let labels = LabelTensors::new(&batch.labels, batch.seq_len, &model.place.device);
    let mut states = network.initial_states(batch.size);
    let mut tensors = Vec::with_capacity(segments);
    done(watch, StepPart::Embedding);
    for _ in 0..segments {
        let segment = network.watched_segment(states, &input, |part| done(watch, part));
        let lm_loss =
            cross_entropy_by_puzzle(loss, segment.outputs.logits.clone(), &labels, batch.seq_len);
        tensors.push(SegmentTensors {
            cells: predictions(&segment.outputs.logits),
            q_halt: segment.outputs.q_halt,
            q_continue: segment.outputs.q_continue,
            lm_loss,
        });
        states = segment.states;
        done(watch, StepPart::Losses);
    }
    // Reading waits for the device, so that all of its work is queued before.
    tensors.iter().map(SegmentTensors::read).collect()
}

struct Tally {
    evaluation: Evaluation,
    keeper: TraceKeeper,
    halting: HaltingRule,
    keep_predictions: bool,
}

impl Tally {
    fn new(settings: PassSettings, halting: HaltingRule) -> Self {
        let evaluation = Evaluation {
            segments_trained: settings.segments_trained,
            puzzles: 0,
            cells: 0,
            by_segment: vec![SegmentCounts::default(); settings.segments],
            adaptive: SegmentCounts::default(),
            halt_histogram: vec![0; settings.segments],
            outcomes: Vec::new(),
            traces: Vec::new(),
            final_tokens: Vec::new(),
            final_q_halt: Vec::new(),
            probe: None,
        };
        Self {
            evaluation,
            keeper: TraceKeeper::new(settings.traces),
            halting,
            keep_predictions: settings.keep_predictions,
        }
    }

    fn add_all(&mut self, batch: &Batch, results: &[SegmentResult]) {
        for (slot, example) in batch.examples.iter().enumerate() {
            if let Some(index) = example {
                self.add(*index, slot, batch, results);
            }
        }
    }

    /// Adds the puzzle in `slot` of a batch.
    fn add(&mut self, index: u32, slot: usize, batch: &Batch, results: &[SegmentResult]) {
        let cells = slot * batch.seq_len..(slot + 1) * batch.seq_len;
        let labels = &batch.labels[cells.clone()];
        let counts: Vec<SegmentCounts> = results
            .iter()
            .map(|r| puzzle_counts(r, slot, &r.cells[cells.clone()], labels))
            .collect();
        let halts = |r: &SegmentResult| self.halting.halts(r.q_halt[slot], r.q_continue[slot]);
        let halt = results
            .iter()
            .position(halts)
            .unwrap_or(results.len().saturating_sub(1));
        let (Some(last), Some(at_halt)) = (counts.last(), counts.get(halt)) else {
            return;
        };

        let counted_cells = labels.iter().filter(|label| **label >= 0).count();
        let outcome = PuzzleOutcome {
            index,
            first_exact_segment: counts
                .iter()
                .position(|c| c.exact == 1)
                .map(|s| s as u32 + 1),
            exact: last.exact == 1,
            halt_segment: halt as u32 + 1,
            exact_at_halt: at_halt.exact == 1,
            correct_cells: last.correct_cells as u32,
            counted_cells: counted_cells as u32,
        };
        self.keeper
            .offer(outcome.exact, || trace(outcome, slot, batch, results));
        let evaluation = &mut self.evaluation;
        evaluation.puzzles += 1;
        evaluation.cells += counted_cells as u64;
        evaluation
            .by_segment
            .iter_mut()
            .zip(&counts)
            .for_each(|(sum, count)| sum.add(count));
        evaluation.adaptive.add(at_halt);
        evaluation.halt_histogram[halt] += 1;
        evaluation.outcomes.push(outcome);
        if let Some(last) = results.last().filter(|_| self.keep_predictions) {
            evaluation.final_tokens.extend(tokens(&last.cells[cells]));
            evaluation.final_q_halt.push(last.q_halt[slot]);
        }
    }

    fn finish(mut self) -> Evaluation {
        self.evaluation.traces = self.keeper.finish();
        self.evaluation
    }
}

impl SegmentCounts {
    fn add(&mut self, other: &Self) {
        self.exact += other.exact;
        self.correct_cells += other.correct_cells;
        self.q_halt_correct += other.q_halt_correct;
        self.lm_loss_sum += other.lm_loss_sum;
    }
}

fn puzzle_counts(
    result: &SegmentResult,
    slot: usize,
    cells: &[i32],
    labels: &[i32],
) -> SegmentCounts {
    let (correct, counted) = count_cells(cells, labels);
    let exact = correct == counted;
    SegmentCounts {
        exact: u64::from(exact),
        correct_cells: u64::from(correct),
        q_halt_correct: u64::from((result.q_halt[slot] >= 0.0) == exact),
        lm_loss_sum: f64::from(result.lm_loss[slot]),
    }
}

fn trace(
    outcome: PuzzleOutcome,
    slot: usize,
    batch: &Batch,
    results: &[SegmentResult],
) -> PuzzleTrace {
    let cells = slot * batch.seq_len..(slot + 1) * batch.seq_len;
    let bytes = |values: &[i32]| tokens(values).collect();
    PuzzleTrace {
        index: outcome.index,
        question: bytes(&batch.inputs[cells.clone()]),
        answer: bytes(&batch.labels[cells.clone()]),
        predictions: results
            .iter()
            .map(|r| bytes(&r.cells[cells.clone()]))
            .collect(),
        q_halt: results.iter().map(|r| r.q_halt[slot]).collect(),
        halt_segment: outcome.halt_segment,
        exact: outcome.exact,
    }
}

/// Tokens as bytes; an ignored label, which is none, as 0.
fn tokens(values: &[i32]) -> impl Iterator<Item = u8> {
    values.iter().map(|&value| u8::try_from(value).unwrap_or(0))
}
