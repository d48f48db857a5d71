//! One optimizer step.

use crate::carry::Carry;
use crate::error::TrainError;
use crate::finite::GradientCheck;
use crate::halting::{HaltingRule, exploration_minima};
use crate::metrics::MetricSums;
use crate::model::Model;
use crate::optimizer::{AdamAtan2, AdamSettings, Ema, SignSgdSettings, learning_rate, sign_sgd};
use crate::part_step::{PartInput, PartOutput, PartStep};
use crate::parts::{Lanes, device_of, fold_parts, parts_of, slots};
use crate::reader::{Reader, Reading};
use crate::step_numbers::StepNumbers;
use crate::trained_segment::TrainedSegment;
use crate::watch::{StepPart, Watch, done};
use burn::tensor::Tensor;
use hrm_config::TrainConfig;
use hrm_dataset::Batch;
use hrm_model::Network;
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
    /// Step of the latest checkpoint, which errors name; 0 where there is none.
    pub(crate) checkpoint_step: u64,
    pub(crate) reader: Reader,
    /// The latest step's gradients, where the weights were updated before they are known to be finite.
    pub(crate) unchecked: Option<GradientCheck>,
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
        let reader = Reader::of(model.place.kind);
        Self {
            config,
            seed,
            total_steps,
            step: 0,
            model,
            adam,
            ema,
            carry: None,
            checkpoint_step: 0,
            reader,
            unchecked: None,
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

    /// One step: a segment of every slot, and both optimizers.
    ///
    /// # Errors
    /// [`TrainError::NotFinite`] where a loss or a gradient is not finite. On a device that is not
    /// waited for, the weights may have got it by then, and a gradient is named one step later or by
    /// [`Self::check_gradients`].
    pub(crate) fn step(&mut self, incoming: &Batch) -> Result<MetricSums, TrainError> {
        let segment = self.forward_backward(incoming)?;
        self.finish_step(segment)
    }

    /// The first half of a step: admits puzzles, runs the segment and differentiates its loss. The
    /// weights stay, and the carry lacks what [`Self::settle`] reads.
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
        let mut segment = TrainedSegment::new(self.model.parameters.specs().len());
        self.run_segment(inputs, carry.current.size, watch, |output| {
            carry.states.push(output.states.clone());
            segment.add(output, &self.model.place.device);
            done(watch, StepPart::Backward);
        })?;
        self.carry = Some(carry);
        Ok(segment)
    }

    /// The second half: both optimizers, and the segment's numbers. Where the device would be waited
    /// for, all of its work is queued first.
    pub(crate) fn finish_step(
        &mut self,
        mut segment: TrainedSegment,
    ) -> Result<MetricSums, TrainError> {
        let numbers = std::mem::take(&mut segment.numbers);
        let check = self.gradient_check(&segment);
        let earlier = self.unchecked.replace(check);
        if self.reader.runs_ahead() {
            self.update(segment);
            let settled = self.settle(numbers)?;
            if let Some(earlier) = earlier {
                self.judge(&earlier, &settled.more)?;
            }
            self.check_losses(&settled.sums)?;
            return Ok(settled.sums);
        }
        let settled = self.settle(numbers)?;
        self.check_losses(&settled.sums)?;
        self.check_gradients()?;
        self.update(segment);
        Ok(settled.sums)
    }

    /// Both optimizers, then the moving average.
    pub(crate) fn update(&mut self, segment: TrainedSegment) {
        self.update_weights(segment.gradients);
        let ids = self
            .carry
            .as_ref()
            .map(|carry| carry.current.puzzle_identifiers.clone());
        self.update_puzzle_table(&ids.unwrap_or_default(), segment.row_gradients);
    }

    /// Reads the numbers of a segment, part by part, and decides which slots halt.
    pub(crate) fn settle(&mut self, numbers: Vec<(usize, Reading)>) -> Result<Settled, TrainError> {
        let mut settled = Settled::default();
        let Some(carry) = &mut self.carry else {
            return Ok(settled);
        };
        let seq_len = carry.current.seq_len;
        let minima = exploration_minima(self.config, self.seed, self.step, carry.current.size);
        let mut start = 0;
        for (slots, reading) in numbers {
            let numbers = StepNumbers::unpack(&reading.wait()?, slots)?;
            let range = start..start + slots;
            let (steps, minima) = (&carry.steps[range.clone()], &minima[range.clone()]);
            let halted = numbers.halted(self.config, self.halting, steps, minima);
            let labels = &carry.current.labels[start * seq_len..range.end * seq_len];
            let sums = numbers.sums(&halted, steps, labels, seq_len);
            settled.sums.add(&sums);
            settled.more.extend(numbers.more);
            carry.halted[range.clone()].copy_from_slice(&halted);
            start = range.end;
        }
        Ok(settled)
    }

    /// Counts the segment; the slots of each part, with the device that works on it. The states are
    /// taken out of the carry.
    fn part_inputs(&self, carry: &mut Carry, fresh: &[bool]) -> Vec<(usize, PartInput)> {
        let batch_size = carry.current.size;
        carry.steps.iter_mut().for_each(|steps| *steps += 1);
        let mut states = std::mem::take(&mut carry.states).into_iter();
        let mut more = self
            .unchecked
            .as_ref()
            .map(|check| check.magnitudes.clone());
        let devices = self.model.place.devices();
        let input = |(part, range): (usize, Range<usize>)| {
            let input = PartInput {
                current: slots(&carry.current, range.clone()),
                fresh: fresh[range.clone()].to_vec(),
                steps: carry.steps[range].to_vec(),
                more: more.take(),
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
            let (model, weights, frozen) = &replicas[device];
            let step = PartStep {
                config: self.config,
                model,
                weights,
                frozen,
                table: &self.model,
                reader: &self.reader,
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

    /// The model on each device, with its weights in the number format of the activations and their network on
    /// plain tensors: once for all parts of a step.
    fn replicas(&self) -> Vec<(Model, Vec<Tensor<1>>, Network)> {
        let others = self.model.place.others.iter();
        let others = others.map(|device| self.model.replica(device));
        let models = std::iter::once(self.model.clone()).chain(others);
        models
            .map(|model| {
                let weights = model.weights();
                let network = model.network_of(&weights);
                (model, weights, network)
            })
            .collect()
    }

    fn update_weights(&mut self, gradients: Vec<Option<Tensor<1>>>) {
        let lr = learning_rate(self.config, self.config.lr, self.step, self.total_steps);
        let average = self.ema.as_mut();
        let (adam, step) = (&mut self.adam, self.step);
        self.model
            .parameters
            .update(|tensors| adam.update_all(tensors, gradients, average, lr, step));
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

/// What was read of a segment.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) sums: MetricSums,
    /// Magnitudes of the step before, where they were still to be judged.
    more: Vec<f32>,
}
