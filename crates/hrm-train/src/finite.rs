//! Whether numbers are finite.

use crate::error::TrainError;
use crate::model::PUZZLE_TABLE;
use crate::tensor_file::read_back;
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
    /// The step.
    pub(crate) step: u64,
    /// Examples in its batch.
    pub(crate) puzzles: Vec<u32>,
    /// The parameter of each magnitude; one past the last stands for the puzzle vectors.
    owners: Vec<usize>,
    /// Sums of magnitudes, as many as there are owners.
    pub(crate) magnitudes: Tensor<1>,
}

impl GradientCheck {
    /// Of gradients of parameters, and of the puzzle vectors of each part.
    pub(crate) fn new(
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
