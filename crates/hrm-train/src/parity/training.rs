//! Replaying training steps.

use super::check::Bound;
use super::replay::{Golden, PREFIX, Replay, wide};
use super::tolerance::{STEPS, TRAINED_STEPS};
use crate::carry::Carry;
use crate::error::TrainError;
use crate::model::{Model, PUZZLE_TABLE};
use crate::parts::parts_of;
use crate::tensor_file::{predictions, read_back, read_tokens};
use crate::trained_segment::TrainedSegment;
use crate::trainer::Trainer;
use burn::tensor::Tensor;
use hrm_dataset::Batch;
use hrm_model::{Outputs, States};

impl Replay<'_> {
    /// Replays the steps with the carry going on. Before the first one every slot is halted and its
    /// states are wild, so that a missing reset shows.
    pub(super) fn training(&mut self) -> Result<(), TrainError> {
        let Some(mut golden) = self.golden("train")? else {
            return Ok(());
        };
        let fixture = self.fixture;
        let mut trainer = Trainer::new(
            &fixture.config,
            0,
            fixture.total_steps,
            self.model("state")?,
        );
        let steps = if self.exact() { STEPS } else { 1 };
        for k in 1..=steps {
            let batch = golden.batch(fixture, &format!("k{k}.batch"))?;
            if k == 1 {
                trainer.carry = Some(wild_carry(&trainer.model, &batch));
            }
            (self.hooks.before)(&mut trainer, &batch);
            let mut segment = trainer.forward_backward(&batch)?;
            let settled = trainer.settle(std::mem::take(&mut segment.numbers))?;
            let labels = trainer
                .carry
                .as_ref()
                .map(|carry| carry.current.labels.clone());
            let same_exact = self.outputs(&mut golden, k, &segment, &labels.unwrap_or_default())?;
            if self.exact() || same_exact {
                self.scalars(k, &settled.sums);
                self.gradients(k, &trainer, &segment)?;
            }
            if self.exact() {
                (self.hooks.between)(&trainer, &mut segment);
                trainer.update(segment);
                self.carry(&mut golden, k, &trainer)?;
                self.weights(&format!("params_k{k}"), k, &trainer.model)?;
            }
            if k == TRAINED_STEPS {
                self.trained_evaluations(&trainer)?;
            }
        }
        if self.exact() {
            self.exhausted(golden);
        }
        Ok(())
    }

    /// Compares the outputs; says whether the same puzzles are exactly right.
    fn outputs(
        &mut self,
        golden: &mut Golden,
        k: u64,
        segment: &TrainedSegment,
        labels: &[i32],
    ) -> Result<bool, TrainError> {
        let part = format!("training step {k}");
        let mut predicted = Vec::new();
        for outputs in &segment.outputs {
            predicted.extend(wide(&read_tokens(&predictions(&outputs.logits))?));
        }
        let all = |pick: &dyn Fn(&Outputs) -> Result<Vec<f32>, TrainError>| {
            let mut numbers = Vec::new();
            for outputs in &segment.outputs {
                numbers.extend(pick(outputs)?);
            }
            Ok::<_, TrainError>(numbers)
        };
        let mut continue_targets = Vec::new();
        for targets in &segment.continue_targets {
            continue_targets.extend(read_back(targets, "targets")?);
        }
        let tensors = [
            ("logits", all(&|o| read_back(&o.logits, "logits"))?),
            ("q_halt_logits", all(&|o| read_back(&o.q_halt, "q_halt"))?),
            (
                "q_continue_logits",
                all(&|o| read_back(&o.q_continue, "q_continue"))?,
            ),
            ("target_q_continue", continue_targets),
        ];
        let logits_name = format!("k{k}.out.logits");
        let logits = golden.numbers(&logits_name).unwrap_or_default();
        let same_exact = self.same_exact(&logits, &predicted, labels);
        let logits = (logits, self.tolerances.tensor("train", &logits_name));
        for (name, ours) in tensors {
            let name = format!("k{k}.out.{name}");
            let bound = self.tolerances.tensor("train", &name);
            self.compare(&part, golden, &name, &wide(&ours), bound);
        }
        self.predictions(
            &part,
            golden,
            &format!("k{k}.out.preds"),
            &predicted,
            logits,
        );
        Ok(same_exact)
    }

    /// Whether the same puzzles are exactly right here and there, which decides the halting head's
    /// loss.
    fn same_exact(&self, golden_logits: &[f64], predictions: &[f64], labels: &[i32]) -> bool {
        let dims = self.fixture.architecture.dims;
        let golden: Vec<f64> = golden_logits
            .chunks(dims.vocab_size.max(1))
            .map(argmax)
            .collect();
        let exact = |tokens: &[f64]| -> Vec<bool> {
            let puzzles = tokens.chunks(dims.seq_len).zip(labels.chunks(dims.seq_len));
            let right = |(token, label): (&f64, &i32)| *label < 0 || *token == f64::from(*label);
            puzzles
                .map(|(tokens, labels)| tokens.iter().zip(labels).all(right))
                .collect()
        };
        exact(&golden) == exact(predictions)
    }

    /// The carry after the step: what the slots hold, how often they ran, whether they halted.
    fn carry(
        &mut self,
        golden: &mut Golden,
        k: u64,
        trainer: &Trainer<'_>,
    ) -> Result<(), TrainError> {
        let Some(carry) = &trainer.carry else {
            return Ok(());
        };
        let part = format!("carry after step {k}");
        let halted: Vec<f64> = carry
            .halted
            .iter()
            .map(|h| f64::from(u8::from(*h)))
            .collect();
        let current = &carry.current;
        for (name, ours) in [
            ("current.inputs", wide(&current.inputs)),
            ("current.labels", wide(&current.labels)),
            (
                "current.puzzle_identifiers",
                wide(&current.puzzle_identifiers),
            ),
            ("steps", wide(&carry.steps)),
            ("halted", halted),
        ] {
            self.compare(
                &part,
                golden,
                &format!("k{k}.carry.{name}"),
                &ours,
                Bound::Equal,
            );
        }
        let all = |state: &dyn Fn(&States) -> Option<Tensor<2>>| {
            let mut numbers = Vec::new();
            for tensor in carry.states.iter().filter_map(state) {
                numbers.extend(read_back(&tensor, "a carried state")?);
            }
            Ok::<_, TrainError>(numbers)
        };
        for (name, ours) in [
            ("z_H", all(&|states| Some(states.z_h.clone()))?),
            ("z_L", all(&|states| states.z_l.clone())?),
        ] {
            let name = format!("k{k}.carry.{name}");
            let bound = self.tolerances.tensor("train", &name);
            self.compare(&part, golden, &name, &wide(&ours), bound);
        }
        Ok(())
    }

    /// Gradients: every number at the steps whose gradients are recorded, norms at the others.
    fn gradients(
        &mut self,
        k: u64,
        trainer: &Trainer<'_>,
        segment: &TrainedSegment,
    ) -> Result<(), TrainError> {
        let part = format!("gradients of step {k}");
        let mut golden = self.golden(&format!("grads_k{k}"))?;
        let norms = self.fixture.scalars["train"][format!("k{k}")]["grad_norm"].clone();
        for (name, ours) in named_gradients(trainer, segment)? {
            let bound = self.tolerances.gradient(&name);
            if let Some(golden) = &mut golden {
                self.compare(&part, golden, &name, &ours, bound);
            }
            // Later norms also carry what rounding did to the weights before.
            let theirs = norms[&name].as_f64().filter(|_| k == 1);
            if let (Some(theirs), Some(bound)) = (theirs, bound) {
                let norm = ours.iter().map(|g| g * g).sum::<f64>().sqrt();
                self.compare_numbers(&part, &format!("norm of {name}"), &[norm], &[theirs], bound);
            }
        }
        if let (Some(mut golden), Some(carry)) = (golden, &trainer.carry) {
            let name = format!("{PREFIX}puzzle_emb.local_ids");
            let ids = wide(&carry.current.puzzle_identifiers);
            self.compare(&part, &mut golden, &name, &ids, Bound::Equal);
            self.exhausted(golden);
        }
        Ok(())
    }

    /// Every weight and buffer of `FILE.safetensors`; nothing where there is no such file.
    fn weights(&mut self, file: &str, k: u64, model: &Model) -> Result<(), TrainError> {
        let Some(mut golden) = self.golden(file)? else {
            return Ok(());
        };
        let part = match file {
            "ema_k3" => "average after step 3".to_owned(),
            _ => format!("weights after step {k}"),
        };
        for (name, (_, ours)) in model.values()? {
            let bound = self.tolerances.tensor(file, &name);
            self.compare(&part, &mut golden, &name, &wide(&ours), bound);
        }
        self.exhausted(golden);
        Ok(())
    }

    fn trained_evaluations(&mut self, trainer: &Trainer<'_>) -> Result<(), TrainError> {
        self.evaluation("eval_k3", &trainer.model)?;
        if trainer.ema.is_some() {
            let average = trainer.evaluated_model();
            self.weights("ema_k3", TRAINED_STEPS, &average)?;
            self.evaluation("eval_ema_k3", &average)?;
        }
        Ok(())
    }
}

/// A carry of halted slots with states of ±1000.
fn wild_carry(model: &Model, batch: &Batch) -> Carry {
    let architecture = &model.architecture;
    let (positions, hidden) = (architecture.positions(), architecture.hidden_size());
    let full = |slots: usize, value: f32| {
        Tensor::<2>::full(
            [slots * positions, hidden],
            value,
            (&model.place.device, model.place.dtype.into()),
        )
    };
    let mut carry = Carry::new(batch);
    carry.states = parts_of(batch.size, architecture, model.place.kind, 1)
        .into_iter()
        .map(|slots| States {
            z_h: full(slots.len(), 1e3),
            z_l: architecture
                .has_low_state()
                .then(|| full(slots.len(), -1e3)),
        })
        .collect();
    carry
}

/// The gradients under their published names.
fn named_gradients(
    trainer: &Trainer<'_>,
    segment: &TrainedSegment,
) -> Result<Vec<(String, Vec<f64>)>, TrainError> {
    let mut named = Vec::new();
    for (spec, gradient) in trainer
        .model
        .parameters
        .specs()
        .iter()
        .zip(&segment.gradients)
    {
        if let Some(gradient) = gradient {
            let numbers = read_back(gradient, "a gradient")?;
            named.push((format!("{PREFIX}{}", spec.name), wide(&numbers)));
        }
    }
    if trainer.model.puzzle_table.is_some() {
        let mut rows = Vec::new();
        for part in &segment.row_gradients {
            rows.extend(wide(&read_back(part, "a gradient")?));
        }
        let table = PUZZLE_TABLE.replace("weights", "local_weights");
        named.push((format!("{PREFIX}{table}"), rows));
    }
    Ok(named)
}

/// Index of the largest number, the first of equals.
fn argmax(logits: &[f64]) -> f64 {
    let best = (0..logits.len()).reduce(|best, i| if logits[i] > logits[best] { i } else { best });
    best.unwrap_or(0) as f64
}
