//! One segment with its loss and gradients, for one part of a batch.

use crate::error::TrainError;
use crate::model::Model;
use crate::reader::{Reader, Reading};
use crate::step_numbers::packed;
use crate::watch::{StepPart, Watch, done};
use burn::tensor::{Bool, DType, FloatDType, Tensor};
use hrm_config::TrainConfig;
use hrm_dataset::Batch;
use hrm_model::{Judged, LabelTensors, LossTensors, Network, Outputs, Segment, States};

/// The slots of a part.
pub(crate) struct PartInput {
    /// The puzzles that the slots hold.
    pub(crate) current: Batch,
    /// Whether a slot has just taken its puzzle.
    pub(crate) fresh: Vec<bool>,
    /// Segments of each slot, this one counted.
    pub(crate) steps: Vec<u32>,
    /// What is read back beside the part's own numbers.
    pub(crate) more: Option<Tensor<1>>,
    /// Carried states; none before the first step.
    pub(crate) states: Option<States>,
}

/// What a part gives. Its numbers are on their way, and the device may still be at work.
pub(crate) struct PartOutput {
    pub(crate) states: States,
    /// Slots of the part.
    pub(crate) slots: usize,
    /// The numbers that [`packed`] packed.
    pub(crate) numbers: Reading,
    /// Outputs without gradient.
    pub(crate) outputs: Outputs,
    /// Targets of `q_continue`, [B], where it is trained.
    pub(crate) continue_targets: Option<Tensor<1>>,
    /// Gradients of the parameters, in their order.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
    /// Gradients of the slots' puzzle vectors, where the model has them.
    pub(crate) row_gradient: Option<Tensor<2>>,
}

/// What all parts on one device share.
pub(crate) struct PartStep<'a> {
    pub(crate) config: &'a TrainConfig,
    /// The model on the device.
    pub(crate) model: &'a Model,
    /// The model's weights in the number format of the activations.
    pub(crate) weights: &'a [Tensor<1>],
    /// Their network, on plain tensors.
    pub(crate) frozen: &'a Network,
    /// The model that has the puzzle table, on its own device.
    pub(crate) table: &'a Model,
    pub(crate) reader: &'a Reader,
    /// Slots of the whole batch, by which the loss is divided.
    pub(crate) batch_size: usize,
    pub(crate) watch: Watch<'a>,
}

/// A gradient in the format of the master weights, in which parts are added up.
fn in_float32(gradient: Tensor<1>) -> Tensor<1> {
    match gradient.dtype() {
        DType::F32 => gradient,
        _ => gradient.cast(FloatDType::F32),
    }
}

impl PartStep<'_> {
    pub(crate) fn run(&self, input: PartInput) -> Result<PartOutput, TrainError> {
        let PartInput {
            current,
            fresh,
            steps,
            more,
            states,
        } = input;
        let leaves = self.model.parameters.leaves(self.weights);
        let live = self.model.network_of(&leaves);
        let frozen = self.frozen;
        let device = &self.model.place.device;
        let rows = self
            .table
            .puzzle_rows(&current.puzzle_identifiers)
            .map(|rows| rows.to_device(device).autodiff().require_grad());
        let encoded = live.encode(
            self.model.tokens(&current.inputs, current.size),
            rows.clone(),
        );
        let states = match states {
            Some(states) => frozen.reset_states(states.to_device(device), &fresh),
            None => frozen.initial_states(current.size),
        };
        done(self.watch, StepPart::Embedding);
        let segment = live.train_segment(frozen, states, &encoded, |part| done(self.watch, part));
        let labels = LabelTensors::new(&current.labels, current.seq_len, device);
        let Judged { lm, correct } = labels.judge(self.config.loss, &segment.outputs.logits);
        done(self.watch, StepPart::Losses);
        let targets = self.continue_targets(&segment, &encoded, &steps);
        done(self.watch, StepPart::Target);
        let loss = LossTensors::new(
            lm,
            &segment.outputs,
            labels.exact(&correct),
            targets.clone(),
            self.batch_size,
        );
        // Asked for before the backward pass is queued, which the device does not wait for.
        let numbers = packed(correct, &segment.outputs, &loss, more);
        let numbers = self.reader.start(numbers)?;
        done(self.watch, StepPart::Losses);

        let mut gradients = loss.total.backward();
        let row_gradient = rows.map(|rows| {
            rows.grad_remove(&mut gradients)
                .unwrap_or_else(|| rows.clone().inner().zeros_like())
        });
        let gradients = leaves
            .iter()
            .map(|leaf| leaf.grad_remove(&mut gradients).map(in_float32))
            .collect();
        Ok(PartOutput {
            states: segment.states,
            slots: current.size,
            numbers,
            outputs: segment.outputs.detached(),
            continue_targets: targets,
            gradients,
            row_gradient,
        })
    }

    /// Targets of `q_continue`, [B], where it is trained: what one more segment says of the best that a
    /// slot can get, which is halting in a slot's last segment.
    fn continue_targets(
        &self,
        segment: &Segment,
        encoded: &Tensor<2>,
        steps: &[u32],
    ) -> Option<Tensor<1>> {
        if !self.config.trains_continue() || self.config.segments <= 1 {
            return None;
        }
        let input = encoded.clone().inner();
        let [halt, go_on] = self.frozen.segment_q(segment.states.clone(), &input);
        let last: Vec<bool> = steps
            .iter()
            .map(|steps| *steps as usize >= self.config.segments)
            .collect();
        let last = Tensor::<1, Bool>::from_data(last.as_slice(), &halt.device());
        let best = halt.clone().max_pair(go_on).mask_where(last, halt);
        Some(((-best).exp() + 1.0).recip())
    }
}
