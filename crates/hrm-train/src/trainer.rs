//! One optimizer step.

use crate::carry::Carry;
use crate::error::TrainError;
use crate::halting::{HaltingRule, exploration_minima};
use crate::metrics::MetricSums;
use crate::model::Model;
use crate::optimizer::{AdamAtan2, AdamSettings, Ema, SignSgdSettings, learning_rate, sign_sgd};
use crate::part_step::{PartInput, PartOutput, PartStep};
use crate::parts::{parts_of, run_parts, slots};
use burn::tensor::Tensor;
use hrm_config::TrainConfig;
use hrm_dataset::Batch;

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

impl<'a> Trainer<'a> {
    pub(crate) fn new(config: &'a TrainConfig, seed: u64, total_steps: u64, model: Model) -> Self {
        let trained: Vec<bool> = model
            .parameters
            .specs()
            .iter()
            .map(|spec| spec.trained)
            .collect();
        let adam = AdamAtan2::new(
            AdamSettings::of(config),
            model.parameters.tensors(),
            &trained,
        );
        let ema = config
            .ema
            .map(|rate| Ema::new(rate, model.parameters.tensors()));
        let halting = HaltingRule::of(config);
        Self {
            config,
            seed,
            total_steps,
            step: 0,
            model,
            adam,
            ema,
            carry: None,
            halting,
        }
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
        let outputs = self.run_segment(&mut carry, &fresh)?;

        let mut sums = MetricSums::default();
        let mut gradients: Vec<Option<Tensor<1>>> = vec![None; self.model.parameters.specs().len()];
        let mut row_gradients = Vec::with_capacity(outputs.len());
        carry.states.clear();
        for (slot_range, output) in parts_of(
            carry.current.size,
            &self.model.architecture,
            self.model.place.kind,
        )
        .into_iter()
        .zip(outputs)
        {
            sums.add(&output.sums);
            carry.halted[slot_range].copy_from_slice(&output.halted);
            carry.states.push(output.states);
            row_gradients.extend(output.row_gradient);
            for (sum, gradient) in gradients.iter_mut().zip(output.gradients) {
                *sum = match (sum.take(), gradient) {
                    (Some(a), Some(b)) => Some(a + b),
                    (a, b) => a.or(b),
                };
            }
        }
        self.update_weights(gradients);
        self.update_puzzle_table(&carry.current.puzzle_identifiers, row_gradients);
        self.carry = Some(carry);
        Ok(sums)
    }

    /// Counts the segment and runs it, with loss and gradients, part by part.
    fn run_segment(
        &self,
        carry: &mut Carry,
        fresh: &[bool],
    ) -> Result<Vec<PartOutput>, TrainError> {
        let batch_size = carry.current.size;
        let minima = exploration_minima(self.config, self.seed, self.step, batch_size);
        carry.steps.iter_mut().for_each(|steps| *steps += 1);
        let mut states = std::mem::take(&mut carry.states).into_iter();
        let inputs = parts_of(batch_size, &self.model.architecture, self.model.place.kind)
            .into_iter()
            .map(|range| PartInput {
                current: slots(&carry.current, range.clone()),
                fresh: fresh[range.clone()].to_vec(),
                steps: carry.steps[range.clone()].to_vec(),
                minima: minima[range].to_vec(),
                states: states.next(),
            })
            .collect();
        let step = PartStep {
            config: self.config,
            model: &self.model,
            halting: self.halting,
            batch_size,
        };
        run_parts(inputs, |input| step.run(input))
            .into_iter()
            .collect()
    }

    fn update_weights(&mut self, gradients: Vec<Option<Tensor<1>>>) {
        let lr = learning_rate(self.config, self.config.lr, self.step, self.total_steps);
        for (index, gradient) in gradients.into_iter().enumerate() {
            if !self.model.parameters.specs()[index].trained {
                continue;
            }
            let weight = self.model.parameters.tensors()[index].clone();
            // A parameter that the loss does not reach has a zero gradient.
            let gradient = gradient.unwrap_or_else(|| weight.zeros_like());
            let updated = self.adam.update(index, weight, gradient, lr, self.step);
            if let Some(ema) = &mut self.ema {
                ema.update(index, &updated);
            }
            self.model.parameters.replace(index, updated);
        }
    }

    fn update_puzzle_table(&mut self, ids: &[i32], row_gradients: Vec<Tensor<2>>) {
        let Some(table) = self.model.puzzle_table.take() else {
            return;
        };
        let settings = SignSgdSettings {
            lr: learning_rate(
                self.config,
                self.config.puzzle_emb_lr,
                self.step,
                self.total_steps,
            ),
            weight_decay: self.config.puzzle_emb_weight_decay,
        };
        self.model.puzzle_table = Some(sign_sgd(
            table,
            ids,
            Tensor::cat(row_gradients, 0),
            settings,
        ));
    }
}
