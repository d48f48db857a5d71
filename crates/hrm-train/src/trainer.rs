//! One optimizer step.

use crate::carry::Carry;
use crate::error::TrainError;
use crate::halting::{HaltingRule, exploration_minima};
use crate::metrics::MetricSums;
use crate::model::Model;
use crate::optimizer::{AdamAtan2, AdamSettings, Ema, SignSgdSettings, learning_rate, sign_sgd};
use crate::part_step::{PartInput, PartOutput, PartStep};
use crate::parts::{Lanes, device_of, fold_parts, parts_of, slots};
use crate::tensor_file::read_back;
use crate::watch::{StepPart, Watch, done};
use burn::tensor::{Device, Tensor};
use hrm_config::TrainConfig;
use hrm_dataset::Batch;
use hrm_model::{Network, Outputs, ParameterSpec};
use std::ops::Range;

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

    /// The first half of a step: admits puzzles, runs the segment and differentiates its loss. The
    /// carry goes on; the weights stay.
    pub(crate) fn forward_backward(
        &mut self,
        incoming: &Batch,
    ) -> Result<TrainedSegment, TrainError> {
        self.watched_forward_backward(incoming, None)
    }

    /// As [`Self::forward_backward`]; `watch` is told each part of the work after it, while one part of
    /// the batch is worked on at a time.
    pub(crate) fn watched_forward_backward(
        &mut self,
        incoming: &Batch,
        watch: Watch<'_>,
    ) -> Result<TrainedSegment, TrainError> {
        self.step += 1;
        let mut carry = self.carry.take().unwrap_or_else(|| Carry::new(incoming));
        let fresh = carry.admit(incoming);
        let inputs = self.part_inputs(&mut carry, &fresh);
        carry.halted.clear();
        let mut segment = TrainedSegment::new(self.model.parameters.specs().len());
        self.run_segment(inputs, carry.current.size, watch, |output| {
            carry.halted.extend(&output.halted);
            carry.states.push(output.states.clone());
            segment.add(output, &self.model.place.device);
            done(watch, StepPart::Backward);
        })?;
        self.carry = Some(carry);
        Ok(segment)
    }

    /// The second half of a step: both optimizers, then the moving average.
    pub(crate) fn update(&mut self, segment: TrainedSegment) {
        self.update_weights(segment.gradients);
        let ids = self
            .carry
            .as_ref()
            .map(|carry| carry.current.puzzle_identifiers.clone());
        self.update_puzzle_table(&ids.unwrap_or_default(), segment.row_gradients);
    }

    /// Counts the segment; the slots of each part, with the device that works on it. The states are
    /// taken out of the carry.
    fn part_inputs(&self, carry: &mut Carry, fresh: &[bool]) -> Vec<(usize, PartInput)> {
        let batch_size = carry.current.size;
        let minima = exploration_minima(self.config, self.seed, self.step, batch_size);
        carry.steps.iter_mut().for_each(|steps| *steps += 1);
        let mut states = std::mem::take(&mut carry.states).into_iter();
        let devices = self.model.place.devices();
        let input = |(part, range): (usize, Range<usize>)| {
            let input = PartInput {
                current: slots(&carry.current, range.clone()),
                fresh: fresh[range.clone()].to_vec(),
                steps: carry.steps[range.clone()].to_vec(),
                minima: minima[range].to_vec(),
                states: states.next(),
            };
            (device_of(part, devices), input)
        };
        let parts = self.parts(batch_size).into_iter();
        parts.enumerate().map(input).collect()
    }

    /// Runs the segment, with loss and gradients, part by part; `take` gets what each gives, in their
    /// order.
    fn run_segment(
        &self,
        inputs: Vec<(usize, PartInput)>,
        batch_size: usize,
        watch: Watch<'_>,
        mut take: impl FnMut(PartOutput),
    ) -> Result<(), TrainError> {
        let place = &self.model.place;
        let lanes = match watch {
            None => Lanes::of(place.kind, place.devices()),
            Some(_) => Lanes::Devices(1),
        };
        let replicas = self.replicas();
        let step = |(device, input): (usize, PartInput)| {
            let (model, frozen) = &replicas[device];
            let step = PartStep {
                config: self.config,
                model,
                frozen,
                table: &self.model,
                halting: self.halting,
                batch_size,
                watch,
            };
            step.run(input)
        };
        let mut failed = None;
        fold_parts(inputs, lanes, step, |output| match output {
            Ok(output) => take(output),
            Err(error) => _ = failed.get_or_insert(error),
        });
        failed.map_or(Ok(()), Err)
    }

    /// The slots of each part of a batch.
    pub(crate) fn parts(&self, batch_size: usize) -> Vec<Range<usize>> {
        let place = &self.model.place;
        parts_of(
            batch_size,
            &self.model.architecture,
            place.kind,
            place.devices() * self.config.gradient_accumulation,
        )
    }

    /// The model on each device, and its network on plain tensors.
    fn replicas(&self) -> Vec<(Model, Network)> {
        let others = self.model.place.others.iter();
        let others = others.map(|device| self.model.replica(device));
        let models = std::iter::once(self.model.clone()).chain(others);
        models
            .map(|model| {
                let network = model.network();
                (model, network)
            })
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

/// A segment of the whole batch with its loss differentiated.
#[derive(Debug)]
pub(crate) struct TrainedSegment {
    pub(crate) sums: MetricSums,
    /// Gradients of the parameters, in their order; none where the loss does not reach.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
    /// Gradients of the slots' puzzle vectors, part by part; empty where the model has none.
    pub(crate) row_gradients: Vec<Tensor<2>>,
    /// Outputs without gradient, part by part.
    pub(crate) outputs: Vec<Outputs>,
    /// Targets of `q_continue` of all slots, where it is trained.
    pub(crate) continue_targets: Vec<f32>,
}

impl TrainedSegment {
    fn new(parameters: usize) -> Self {
        Self {
            sums: MetricSums::default(),
            gradients: vec![None; parameters],
            row_gradients: Vec::new(),
            outputs: Vec::new(),
            continue_targets: Vec::new(),
        }
    }

    /// The first loss or gradient with a number that is not finite.
    pub(crate) fn first_not_finite(
        &self,
        specs: &[ParameterSpec],
    ) -> Result<Option<String>, TrainError> {
        let sums = &self.sums;
        let losses = [
            ("train/lm_loss", sums.lm_loss),
            ("train/q_halt_loss", sums.q_halt_loss),
            ("train/q_continue_loss", sums.q_continue_loss),
        ];
        if let Some((name, _)) = losses.iter().find(|(_, value)| !value.is_finite()) {
            return Ok(Some((*name).to_owned()));
        }
        let named = specs.iter().zip(&self.gradients);
        let dense = named.filter_map(|(spec, gradient)| {
            Some((
                format!("the gradient of `{}`", spec.name),
                gradient.clone()?,
            ))
        });
        let rows = self.row_gradients.iter().map(|rows| {
            let name = "the gradient of `puzzle_emb.weights`".to_owned();
            (name, rows.clone().flatten(0, 1))
        });
        first_not_finite(dense.chain(rows))
    }

    /// Adds the next part. Its gradients go to `device`, so that they are summed in the order of the
    /// parts whatever devices they come from.
    fn add(&mut self, part: PartOutput, device: &Device) {
        self.sums.add(&part.sums);
        let rows = part.row_gradient.map(|rows| rows.to_device(device));
        self.row_gradients.extend(rows);
        self.outputs.push(part.outputs);
        self.continue_targets.extend(part.continue_targets);
        for (sum, gradient) in self.gradients.iter_mut().zip(part.gradients) {
            let gradient = gradient.map(|gradient| gradient.to_device(device));
            *sum = match (sum.take(), gradient) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
        }
    }
}

/// The first of the named tensors with a number that is not finite.
pub(crate) fn first_not_finite(
    tensors: impl Iterator<Item = (String, Tensor<1>)>,
) -> Result<Option<String>, TrainError> {
    let magnitudes = tensors.map(|(name, tensor)| (name, tensor.abs().sum()));
    let (names, magnitudes): (Vec<String>, Vec<Tensor<1>>) = magnitudes.unzip();
    if magnitudes.is_empty() {
        return Ok(None);
    }
    // One reading for all of them, because each waits for the device.
    let magnitudes = read_back(&Tensor::cat(magnitudes, 0), "magnitudes")?;
    let bad = magnitudes
        .iter()
        .position(|magnitude| !magnitude.is_finite());
    Ok(bad.and_then(|index| names.into_iter().nth(index)))
}
