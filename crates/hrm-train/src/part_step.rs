//! One segment with its loss and gradients, for one part of a batch.

use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::metrics::{MetricSums, count_cells};
use crate::model::Model;
use crate::tensor_file::read_back;
use crate::watch::{StepPart, Watch, done};
use burn::tensor::{DType, Tensor, TensorData};
use hrm_config::TrainConfig;
use hrm_dataset::Batch;
use hrm_model::{LabelTensors, LossTensors, Network, Outputs, Segment, States};

/// The slots of a part.
pub(crate) struct PartInput {
    /// The puzzles that the slots hold.
    pub(crate) current: Batch,
    /// Whether a slot has just taken its puzzle.
    pub(crate) fresh: Vec<bool>,
    /// Segments of each slot, this one counted.
    pub(crate) steps: Vec<u32>,
    /// Segments that exploration demands of each slot.
    pub(crate) minima: Vec<usize>,
    /// Carried states; none before the first step.
    pub(crate) states: Option<States>,
}

/// What a part gives.
pub(crate) struct PartOutput {
    pub(crate) states: States,
    pub(crate) halted: Vec<bool>,
    pub(crate) sums: MetricSums,
    /// Outputs without gradient.
    pub(crate) outputs: Outputs,
    /// Targets of `q_continue`; empty where it is not trained.
    pub(crate) continue_targets: Vec<f32>,
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
    /// The model's network on plain tensors.
    pub(crate) frozen: &'a Network,
    /// The model that has the puzzle table, on its own device.
    pub(crate) table: &'a Model,
    pub(crate) halting: HaltingRule,
    /// Slots of the whole batch, by which the loss is divided.
    pub(crate) batch_size: usize,
    pub(crate) watch: Watch<'a>,
}

/// Host-side numbers of a segment.
struct Predictions {
    /// Predicted tokens [B · S].
    cells: Vec<i32>,
    q_halt: Vec<f32>,
    q_continue: Vec<f32>,
}

/// A slot's result in the segment.
struct SlotResult {
    correct: u32,
    counted: u32,
}

impl SlotResult {
    fn exact(&self) -> bool {
        self.correct == self.counted
    }
}

impl PartStep<'_> {
    pub(crate) fn run(&self, input: PartInput) -> Result<PartOutput, TrainError> {
        let PartInput {
            current,
            fresh,
            steps,
            minima,
            states,
        } = input;
        let leaves = self.model.parameters.leaves();
        let live = Network::new(
            &self.model.architecture,
            &self.model.parameters,
            &leaves,
            self.model.place.dtype,
        );
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
        let predictions = read_predictions(&segment.outputs)?;
        let halted = self.halt(&steps, &minima, &predictions);
        let results = slot_results(&current, &predictions);
        done(self.watch, StepPart::Losses);
        let targets = self.continue_targets(frozen, &segment, &encoded, &steps)?;
        done(self.watch, StepPart::Target);
        let loss = self.loss(&segment, &current, &results, targets.clone());
        let sums = self.metrics(&loss, &halted, &steps, &predictions, &results)?;
        done(self.watch, StepPart::Losses);

        let mut gradients = loss.total.backward();
        let row_gradient = rows.map(|rows| {
            rows.grad_remove(&mut gradients)
                .unwrap_or_else(|| rows.clone().inner().zeros_like())
        });
        let gradients = leaves
            .iter()
            .map(|leaf| leaf.grad_remove(&mut gradients))
            .collect();
        Ok(PartOutput {
            states: segment.states,
            halted,
            sums,
            outputs: segment.outputs.detached(),
            continue_targets: targets.unwrap_or_default(),
            gradients,
            row_gradient,
        })
    }

    /// Which slots halt after this segment.
    fn halt(&self, steps: &[u32], minima: &[usize], predictions: &Predictions) -> Vec<bool> {
        let segments = self.config.segments;
        (0..steps.len())
            .map(|slot| {
                let done = steps[slot] as usize;
                let wants = self
                    .halting
                    .halts(predictions.q_halt[slot], predictions.q_continue[slot]);
                let learned = segments > 1 && wants;
                (done >= segments || learned) && done >= minima[slot].min(segments)
            })
            .collect()
    }

    /// Targets of q_continue, [B]: what one more segment says of the best it can get.
    fn continue_targets(
        &self,
        frozen: &Network,
        segment: &Segment,
        encoded: &Tensor<2>,
        steps: &[u32],
    ) -> Result<Option<Vec<f32>>, TrainError> {
        if !self.config.trains_continue() || self.config.segments <= 1 {
            return Ok(None);
        }
        let next = frozen.segment(segment.states.clone(), &encoded.clone().inner());
        let halt = read_back(&next.outputs.q_halt, "q_halt")?;
        let go_on = read_back(&next.outputs.q_continue, "q_continue")?;
        let target = |slot: usize| {
            let last = steps[slot] as usize >= self.config.segments;
            let q = if last {
                halt[slot]
            } else {
                halt[slot].max(go_on[slot])
            };
            1.0 / (1.0 + (-q).exp())
        };
        Ok(Some((0..steps.len()).map(target).collect()))
    }

    fn vector(&self, values: Vec<f32>) -> Tensor<1> {
        let len = values.len();
        Tensor::from_data(
            TensorData::new(values, [len]),
            (&self.model.place.device, DType::F32),
        )
    }

    fn loss(
        &self,
        segment: &Segment,
        current: &Batch,
        results: &[SlotResult],
        targets: Option<Vec<f32>>,
    ) -> LossTensors {
        let labels = LabelTensors::new(&current.labels, current.seq_len, &self.model.place.device);
        let exact = self.vector(
            results
                .iter()
                .map(|r| f32::from(u8::from(r.exact())))
                .collect(),
        );
        LossTensors::new(
            self.config.loss,
            &segment.outputs,
            &labels,
            exact,
            targets.map(|targets| self.vector(targets)),
            self.batch_size,
        )
    }

    fn metrics(
        &self,
        loss: &LossTensors,
        halted: &[bool],
        steps: &[u32],
        predictions: &Predictions,
        results: &[SlotResult],
    ) -> Result<MetricSums, TrainError> {
        let scalar = |t: &Tensor<1>| read_back(t, "a loss").map(|v| f64::from(v[0]));
        let mut sums = MetricSums {
            slots: steps.len() as f64,
            lm_loss: scalar(&loss.lm)?,
            q_halt_loss: scalar(&loss.q_halt)?,
            q_continue_loss: loss.q_continue.as_ref().map_or(Ok(0.0), scalar)?,
            ..Default::default()
        };
        for (slot, result) in results
            .iter()
            .enumerate()
            .filter(|(slot, r)| halted[*slot] && r.counted > 0)
        {
            sums.count += 1.0;
            sums.accuracy += f64::from(result.correct) / f64::from(result.counted);
            sums.exact_accuracy += f64::from(u8::from(result.exact()));
            sums.q_halt_accuracy += f64::from(u8::from(
                (predictions.q_halt[slot] >= 0.0) == result.exact(),
            ));
            sums.segments += f64::from(steps[slot]);
        }
        Ok(sums)
    }
}

fn slot_results(current: &Batch, predictions: &Predictions) -> Vec<SlotResult> {
    predictions
        .cells
        .chunks(current.seq_len)
        .zip(current.labels.chunks(current.seq_len))
        .map(|(cells, labels)| {
            let (correct, counted) = count_cells(cells, labels);
            SlotResult { correct, counted }
        })
        .collect()
}

fn read_predictions(outputs: &Outputs) -> Result<Predictions, TrainError> {
    Ok(Predictions {
        cells: predicted_tokens(&outputs.logits)?,
        q_halt: read_back(&outputs.q_halt.clone().inner(), "q_halt")?,
        q_continue: read_back(&outputs.q_continue.clone().inner(), "q_continue")?,
    })
}

/// The most likely token of every cell, [B · S].
pub(crate) fn predicted_tokens(logits: &Tensor<2>) -> Result<Vec<i32>, TrainError> {
    logits
        .clone()
        .inner()
        .argmax(1)
        .try_to_vec_as::<i32>()
        .map_err(|error| TrainError::Read {
            what: "predictions",
            reason: error.to_string(),
        })
}
