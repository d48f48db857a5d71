//! What the host needs to know of a segment, as one tensor.

use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::metrics::MetricSums;
use burn::tensor::{FloatDType, Tensor};
use hrm_config::TrainConfig;
use hrm_model::{LossTensors, Outputs};

/// Numbers of the slots of a part.
#[derive(Debug)]
pub(crate) struct StepNumbers {
    /// Right cells among the counted ones, [B].
    correct: Vec<f32>,
    q_halt: Vec<f32>,
    q_continue: Vec<f32>,
    /// Sums over the slots: language model, q_halt, q_continue.
    losses: [f32; LOSSES],
    /// What was packed beside the part's own numbers.
    pub(crate) more: Vec<f32>,
}

const LOSSES: usize = 3;

/// Packs the numbers of a part, and `more`, into one tensor without gradient. `correct` is [B].
pub(crate) fn packed(
    correct: Tensor<1>,
    outputs: &Outputs,
    loss: &LossTensors,
    more: Option<Tensor<1>>,
) -> Tensor<1> {
    let narrow = |loss: &Tensor<1>| loss.clone().inner().cast(FloatDType::F32);
    let q_halt = narrow(&loss.q_halt);
    let q_continue = match &loss.q_continue {
        Some(loss) => narrow(loss),
        None => q_halt.zeros_like(),
    };
    let mut numbers = vec![
        correct,
        outputs.q_halt.clone().inner(),
        outputs.q_continue.clone().inner(),
        narrow(&loss.lm),
        q_halt,
        q_continue,
    ];
    numbers.extend(more);
    Tensor::cat(numbers, 0)
}

impl StepNumbers {
    /// What [`packed`] packed of `slots` slots.
    pub(crate) fn unpack(numbers: &[f32], slots: usize) -> Result<Self, TrainError> {
        Self::split(numbers, slots).ok_or_else(|| TrainError::Read {
            what: "a step's numbers",
            reason: format!("{} numbers are too few for {slots} slots", numbers.len()),
        })
    }

    fn split(numbers: &[f32], slots: usize) -> Option<Self> {
        let (correct, numbers) = numbers.split_at_checked(slots)?;
        let (q_halt, numbers) = numbers.split_at_checked(slots)?;
        let (q_continue, numbers) = numbers.split_at_checked(slots)?;
        let (losses, more) = numbers.split_first_chunk::<LOSSES>()?;
        Some(Self {
            correct: correct.to_vec(),
            q_halt: q_halt.to_vec(),
            q_continue: q_continue.to_vec(),
            losses: *losses,
            more: more.to_vec(),
        })
    }

    /// Which slots halt after their segment. `steps` counts the segments of each slot, this one too;
    /// `minima` are those that exploration demands.
    pub(crate) fn halted(
        &self,
        config: &TrainConfig,
        rule: HaltingRule,
        steps: &[u32],
        minima: &[usize],
    ) -> Vec<bool> {
        let segments = config.segments;
        let q = self.q_halt.iter().zip(&self.q_continue);
        q.zip(steps.iter().zip(minima))
            .map(|((q_halt, q_continue), (&done, &minimum))| {
                let done = done as usize;
                let learned = segments > 1 && rule.halts(*q_halt, *q_continue);
                (done >= segments || learned) && done >= minimum.min(segments)
            })
            .collect()
    }

    /// The part's metrics. `labels` ([B · S] in rows of `seq_len`) say which cells are counted.
    pub(crate) fn sums(
        &self,
        halted: &[bool],
        steps: &[u32],
        labels: &[i32],
        seq_len: usize,
    ) -> MetricSums {
        let [lm_loss, q_halt_loss, q_continue_loss] = self.losses.map(f64::from);
        let mut sums = MetricSums {
            slots: steps.len() as f64,
            lm_loss,
            q_halt_loss,
            q_continue_loss,
            ..Default::default()
        };
        let slots = self.correct.iter().zip(&self.q_halt).zip(steps);
        let slots = slots.zip(halted).zip(labels.chunks(seq_len));
        for ((((&correct, &q_halt), &steps), &halted), labels) in slots {
            let counted = labels.iter().filter(|label| **label >= 0).count();
            if !halted || counted == 0 {
                continue;
            }
            let (correct, counted) = (f64::from(correct), counted as f64);
            let exact = correct == counted;
            sums.count += 1.0;
            sums.accuracy += correct / counted;
            sums.exact_accuracy += f64::from(u8::from(exact));
            sums.q_halt_accuracy += f64::from(u8::from((q_halt >= 0.0) == exact));
            sums.segments += f64::from(steps);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three slots: one all right, one half right, one without counted cells.
    const NUMBERS: [f32; 13] = [
        2.0, 1.0, 0.0, 1.0, 0.5, 3.0, 0.0, 2.0, 0.0, 0.25, 0.5, 0.75, 9.0,
    ];

    #[test]
    fn only_halted_puzzles_with_counted_cells_are_in_the_means() {
        let numbers = StepNumbers::unpack(&NUMBERS, 3).unwrap();
        let labels = [1, 2, 1, 2, -100, -100];
        let sums = numbers.sums(&[true; 3], &[4, 2, 1], &labels, 2);
        assert_eq!((sums.slots, sums.count, sums.segments), (3.0, 2.0, 6.0));
        assert_eq!((sums.accuracy, sums.exact_accuracy), (1.5, 1.0));
        // The second says that it is right, and is not.
        assert_eq!(sums.q_halt_accuracy, 1.0);
        assert_eq!(sums.q_continue_loss, 0.75);
        let sums = numbers.sums(&[false, true, true], &[4, 2, 1], &labels, 2);
        assert_eq!((sums.count, sums.lm_loss), (1.0, 0.25));
        assert_eq!(numbers.more, [9.0]);
    }

    #[test]
    fn a_slot_halts_by_its_rule_or_its_count_but_not_before_its_minimum() {
        let numbers = StepNumbers::unpack(&NUMBERS, 3).unwrap();
        let mut config = TrainConfig::for_dataset("d");
        config.segments = 4;
        let halted = |steps: [u32; 3], minima: [usize; 3]| {
            numbers.halted(&config, HaltingRule::AgainstContinue, &steps, &minima)
        };
        assert_eq!(halted([1, 1, 1], [0, 0, 0]), [true, false, true]);
        assert_eq!(halted([1, 4, 2], [2, 2, 2]), [false, true, true]);
        assert_eq!(halted([4, 4, 4], [9, 9, 9]), [true, true, true]);
    }

    #[test]
    fn too_few_numbers_are_an_error() {
        let error = StepNumbers::unpack(&NUMBERS[..11], 3).unwrap_err();
        assert!(error.to_string().contains("11 numbers"), "{error}");
    }
}
