//! One optimizer step.

use crate::carry::Carry;
use crate::error::TrainError;
use crate::halting::{HaltingRule, exploration_minima};
use crate::metrics::{MetricSums, count_cells};
use crate::model::Model;
use crate::optimizer::{AdamAtan2, AdamSettings, Ema, SignSgdSettings, learning_rate, sign_sgd};
use crate::tensor_file::read_back;
use burn::tensor::{DType, Gradients, Tensor, TensorData};
use hrm_config::TrainConfig;
use hrm_dataset::Batch;
use hrm_model::{LabelTensors, LossTensors, Network, Segment, States};

/// Everything that a training step reads and changes.
#[derive(Debug)]
pub(crate) struct Trainer<'a> {
    pub(crate) config: &'a TrainConfig,
    pub(crate) seed: u64,
    pub(crate) total_steps: u64,
    /// Steps done.
    pub(crate) step: u64,
    pub(crate) model: Model,
    pub(crate) adam: AdamAtan2,
    pub(crate) ema: Option<Ema>,
    pub(crate) carry: Option<Carry>,
    halting: HaltingRule,
}

/// Host-side numbers of a segment.
struct Predictions {
    /// Predicted tokens [B · S].
    cells: Vec<i32>,
    q_halt: Vec<f32>,
    q_continue: Vec<f32>,
}

/// A slot's result in the current segment.
struct SlotResult {
    correct: u32,
    counted: u32,
}

impl SlotResult {
    fn exact(&self) -> bool {
        self.correct == self.counted
    }
}

impl<'a> Trainer<'a> {
    pub(crate) fn new(config: &'a TrainConfig, seed: u64, total_steps: u64, model: Model) -> Self {
        let trained: Vec<bool> = model.parameters.specs().iter().map(|spec| spec.trained).collect();
        let adam = AdamAtan2::new(AdamSettings::of(config), model.parameters.tensors(), &trained);
        let ema = config.ema.map(|rate| Ema::new(rate, model.parameters.tensors()));
        let halting = HaltingRule::of(config);
        Self { config, seed, total_steps, step: 0, model, adam, ema, carry: None, halting }
    }

    /// The model that is evaluated: the moving average where there is one.
    pub(crate) fn evaluated_model(&self) -> Model {
        match &self.ema {
            Some(ema) => self.model.with_tensors(&ema.shadow),
            None => self.model.clone(),
        }
    }

    /// Runs one segment on the whole batch and updates the weights.
    pub(crate) fn step(&mut self, incoming: &Batch) -> Result<MetricSums, TrainError> {
        self.step += 1;
        let mut carry = self.carry.take().unwrap_or_else(|| Carry::new(incoming));
        let fresh = carry.admit(incoming);

        let leaves = self.model.parameters.leaves();
        let live = Network::new(&self.model.architecture, &self.model.parameters, &leaves, self.model.dtype);
        let frozen = self.model.network();
        let rows = self.model.puzzle_rows(&carry.current.puzzle_identifiers).map(|r| r.autodiff().require_grad());
        let tokens = self.model.tokens(&carry.current.inputs, carry.current.size);
        let input = live.encode(tokens, rows.clone());
        let states = match carry.states.take() {
            Some(states) => frozen.reset_states(states, &fresh),
            None => frozen.initial_states(carry.current.size),
        };
        let segment = live.train_segment(&frozen, states, &input);
        let predictions = read_predictions(&segment)?;
        self.halt(&mut carry, &predictions);

        let target = self.continue_target(&frozen, &segment.states, &input, &carry)?;
        let results = slot_results(&carry.current, &predictions);
        let loss = self.loss(&segment, &carry.current, &results, target);
        let sums = self.metrics(&loss, &carry, &predictions, &results)?;
        let mut gradients = loss.total.backward();
        self.update_weights(&leaves, &mut gradients);
        if let Some(rows) = rows {
            self.update_puzzle_table(&carry.current.puzzle_identifiers, &rows, &mut gradients);
        }
        carry.states = Some(segment.states);
        self.carry = Some(carry);
        Ok(sums)
    }

    /// Counts the segment and decides which slots halt.
    fn halt(&self, carry: &mut Carry, predictions: &Predictions) {
        let minima = exploration_minima(self.config, self.seed, self.step, carry.current.size);
        for (slot, minimum) in minima.into_iter().enumerate() {
            carry.steps[slot] += 1;
            let steps = carry.steps[slot] as usize;
            let last = steps >= self.config.segments;
            let wants = self.halting.halts(predictions.q_halt[slot], predictions.q_continue[slot]);
            let learned = self.config.segments > 1 && wants;
            carry.halted[slot] = (last || learned) && steps >= minimum.min(self.config.segments);
        }
    }

    /// Target of q_continue, [B]: what one more segment says of the best it can get.
    fn continue_target(
        &self,
        frozen: &Network,
        states: &States,
        input: &Tensor<2>,
        carry: &Carry,
    ) -> Result<Option<Tensor<1>>, TrainError> {
        if !self.config.trains_continue() || self.config.segments <= 1 {
            return Ok(None);
        }
        let next = frozen.segment(states.clone(), &input.clone().inner());
        let halt = read_back(&next.outputs.q_halt, "q_halt")?;
        let go_on = read_back(&next.outputs.q_continue, "q_continue")?;
        let targets: Vec<f32> = (0..carry.current.size)
            .map(|slot| {
                let last = carry.steps[slot] as usize >= self.config.segments;
                let q = if last { halt[slot] } else { halt[slot].max(go_on[slot]) };
                1.0 / (1.0 + (-q).exp())
            })
            .collect();
        Ok(Some(self.vector(targets)))
    }

    fn vector(&self, values: Vec<f32>) -> Tensor<1> {
        let len = values.len();
        Tensor::from_data(TensorData::new(values, [len]), (&self.model.device, DType::F32))
    }

    fn loss(&self, segment: &Segment, current: &Batch, results: &[SlotResult], target: Option<Tensor<1>>) -> LossTensors {
        let labels = LabelTensors::new(&current.labels, current.seq_len, &self.model.device);
        let exact = self.vector(results.iter().map(|r| f32::from(u8::from(r.exact()))).collect());
        LossTensors::new(self.config.loss, &segment.outputs, &labels, exact, target)
    }

    fn metrics(
        &self,
        loss: &LossTensors,
        carry: &Carry,
        predictions: &Predictions,
        results: &[SlotResult],
    ) -> Result<MetricSums, TrainError> {
        let scalar = |t: &Tensor<1>| read_back(t, "a loss").map(|v| f64::from(v[0]));
        let mut sums = MetricSums {
            slots: carry.current.size as f64,
            lm_loss: scalar(&loss.lm)?,
            q_halt_loss: scalar(&loss.q_halt)?,
            q_continue_loss: loss.q_continue.as_ref().map_or(Ok(0.0), scalar)?,
            ..Default::default()
        };
        for (slot, result) in results.iter().enumerate().filter(|(slot, r)| carry.halted[*slot] && r.counted > 0) {
            sums.count += 1.0;
            sums.accuracy += f64::from(result.correct) / f64::from(result.counted);
            sums.exact_accuracy += f64::from(u8::from(result.exact()));
            sums.q_halt_accuracy += f64::from(u8::from((predictions.q_halt[slot] >= 0.0) == result.exact()));
            sums.segments += f64::from(carry.steps[slot]);
        }
        Ok(sums)
    }

    fn update_weights(&mut self, leaves: &[Tensor<1>], gradients: &mut Gradients) {
        let lr = learning_rate(self.config, self.config.lr, self.step, self.total_steps);
        for (index, leaf) in leaves.iter().enumerate() {
            if !self.model.parameters.specs()[index].trained {
                continue;
            }
            let weight = self.model.parameters.tensors()[index].clone();
            // A parameter that the loss does not reach (the continue head without its loss) has a zero gradient.
            let gradient = leaf.grad_remove(gradients).unwrap_or_else(|| weight.zeros_like());
            let updated = self.adam.update(index, weight, gradient, lr, self.step);
            if let Some(ema) = &mut self.ema {
                ema.update(index, &updated);
            }
            self.model.parameters.replace(index, updated);
        }
    }

    fn update_puzzle_table(&mut self, ids: &[i32], rows: &Tensor<2>, gradients: &mut Gradients) {
        let Some(table) = self.model.puzzle_table.take() else { return };
        let settings = SignSgdSettings {
            lr: learning_rate(self.config, self.config.puzzle_emb_lr, self.step, self.total_steps),
            weight_decay: self.config.puzzle_emb_weight_decay,
        };
        let gradient = rows.grad_remove(gradients).unwrap_or_else(|| rows.clone().inner().zeros_like());
        self.model.puzzle_table = Some(sign_sgd(table, ids, gradient, settings));
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

fn read_predictions(segment: &Segment) -> Result<Predictions, TrainError> {
    Ok(Predictions {
        cells: predicted_tokens(&segment.outputs.logits)?,
        q_halt: read_back(&segment.outputs.q_halt.clone().inner(), "q_halt")?,
        q_continue: read_back(&segment.outputs.q_continue.clone().inner(), "q_continue")?,
    })
}

/// The most likely token of every cell, [B · S].
pub(crate) fn predicted_tokens(logits: &Tensor<2>) -> Result<Vec<i32>, TrainError> {
    logits
        .clone()
        .inner()
        .argmax(1)
        .try_to_vec_as::<i32>()
        .map_err(|error| TrainError::Read { what: "predictions", reason: error.to_string() })
}
