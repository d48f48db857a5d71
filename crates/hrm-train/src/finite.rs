//! Whether numbers are finite.

use crate::error::TrainError;
use crate::metrics::MetricSums;
use crate::model::PUZZLE_TABLE;
use crate::tensor_file::read_back;
use crate::trained_segment::TrainedSegment;
use crate::trainer::Trainer;
use burn::tensor::Tensor;
use hrm_model::ParameterSpec;

/// The sum of the magnitudes of each tensor, [number of tensors]: finite where all its numbers are.
pub(crate) fn magnitudes(tensors: impl Iterator<Item = Tensor<1>>) -> Tensor<1> {
    Tensor::cat(tensors.map(|tensor| tensor.abs().sum()).collect(), 0)
}

/// The first of the named tensors with a number that is not finite.
pub(crate) fn first_not_finite(
    tensors: impl Iterator<Item = (String, Tensor<1>)>,
) -> Result<Option<String>, TrainError> {
    let (mut names, tensors): (Vec<String>, Vec<Tensor<1>>) = tensors.unzip();
    // One reading for all of them, because each waits for the device.
    let magnitudes = read_back(&magnitudes(tensors.into_iter()), "magnitudes")?;
    Ok(first_bad(&magnitudes).map(|index| names.swap_remove(index)))
}

fn first_bad(magnitudes: &[f32]) -> Option<usize> {
    magnitudes
        .iter()
        .position(|magnitude| !magnitude.is_finite())
}

/// The gradients of a step, still to be judged.
#[derive(Debug)]
pub(crate) struct GradientCheck {
    step: u64,
    /// The first examples of its batch.
    puzzles: Vec<u32>,
    /// The parameter of each magnitude; one past the last stands for the puzzle vectors.
    owners: Vec<usize>,
    /// Sums of magnitudes, as many as there are owners.
    pub(crate) magnitudes: Tensor<1>,
}

impl GradientCheck {
    /// Of gradients of parameters, and of the puzzle vectors of each part.
    fn new(
        step: u64,
        puzzles: Vec<u32>,
        gradients: &[Option<Tensor<1>>],
        row_gradients: &[Tensor<2>],
    ) -> Self {
        let reached = gradients.iter().enumerate();
        let reached = reached.filter_map(|(owner, gradient)| Some((owner, gradient.clone()?)));
        let rows = row_gradients.iter();
        let rows = rows.map(|rows| (gradients.len(), rows.clone().flatten(0, 1)));
        let (owners, tensors): (Vec<usize>, Vec<Tensor<1>>) = reached.chain(rows).unzip();
        Self {
            step,
            puzzles,
            owners,
            magnitudes: magnitudes(tensors.into_iter()),
        }
    }

    /// The first gradient with a number that is not finite, by the magnitudes that were read.
    pub(crate) fn first_bad(&self, read: &[f32], specs: &[ParameterSpec]) -> Option<String> {
        let owner = *self.owners.get(first_bad(read)?)?;
        let name = specs.get(owner).map_or(PUZZLE_TABLE, |spec| &spec.name);
        Some(format!("the gradient of `{name}`"))
    }
}

impl Trainer<'_> {
    /// What says later whether the segment's gradients are finite.
    pub(crate) fn gradient_check(&self, segment: &TrainedSegment) -> GradientCheck {
        let puzzles = self.puzzles();
        GradientCheck::new(
            self.step,
            puzzles,
            &segment.gradients,
            &segment.row_gradients,
        )
    }

    /// Judges the latest step's gradients, where that is still to be done.
    pub(crate) fn check_gradients(&mut self) -> Result<(), TrainError> {
        let Some(check) = self.unchecked.take() else {
            return Ok(());
        };
        let magnitudes = read_back(&check.magnitudes, "magnitudes")?;
        self.judge(&check, &magnitudes)
    }

    /// Judges gradients by the magnitudes that were read.
    pub(crate) fn judge(
        &self,
        check: &GradientCheck,
        magnitudes: &[f32],
    ) -> Result<(), TrainError> {
        match check.first_bad(magnitudes, self.model.parameters.specs()) {
            None => Ok(()),
            Some(what) => Err(self.not_finite(check.step, what, check.puzzles.clone())),
        }
    }

    /// Judges the losses of the latest step.
    pub(crate) fn check_losses(&self, sums: &MetricSums) -> Result<(), TrainError> {
        let losses = [
            ("train/lm_loss", sums.lm_loss),
            ("train/q_halt_loss", sums.q_halt_loss),
            ("train/q_continue_loss", sums.q_continue_loss),
        ];
        match losses.iter().find(|(_, value)| !value.is_finite()) {
            None => Ok(()),
            Some((name, _)) => Err(self.not_finite(self.step, (*name).to_owned(), self.puzzles())),
        }
    }

    /// Refuses weights with a number that is not finite, which no later step could go on from.
    pub(crate) fn check_weights(&self) -> Result<(), TrainError> {
        match self.model.first_not_finite()? {
            None => Ok(()),
            Some(what) => Err(self.not_finite(self.step, what, self.puzzles())),
        }
    }

    fn not_finite(&self, step: u64, what: String, puzzles: Vec<u32>) -> TrainError {
        TrainError::NotFinite {
            step,
            what,
            checkpoint: self.checkpoint_step,
            puzzles,
        }
    }

    /// The first examples of the batch, for errors.
    fn puzzles(&self) -> Vec<u32> {
        let carry = self.carry.iter();
        let slots = carry.flat_map(|carry| &carry.current.examples);
        slots.flatten().take(8).copied().collect()
    }
}
