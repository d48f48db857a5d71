//! A segment of the whole batch with its loss differentiated.

use crate::part_step::PartOutput;
use crate::reader::Reading;
use burn::tensor::{Device, Tensor};
use hrm_model::Outputs;

/// What the parts of a batch gave, added up.
#[derive(Debug)]
pub(crate) struct TrainedSegment {
    /// The numbers of each part that are on their way, with how many slots it has.
    pub(crate) numbers: Vec<(usize, Reading)>,
    /// Gradients of the parameters, in their order; none where the loss does not reach.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
    /// Gradients of the slots' puzzle vectors, part by part; empty where the model has none.
    pub(crate) row_gradients: Vec<Tensor<2>>,
    /// Outputs without gradient, part by part.
    pub(crate) outputs: Vec<Outputs>,
    /// Targets of `q_continue`, part by part, where it is trained.
    pub(crate) continue_targets: Vec<Tensor<1>>,
}

impl TrainedSegment {
    /// Without any part, of a model with so many parameters.
    pub(crate) fn new(parameters: usize) -> Self {
        Self {
            numbers: Vec::new(),
            gradients: vec![None; parameters],
            row_gradients: Vec::new(),
            outputs: Vec::new(),
            continue_targets: Vec::new(),
        }
    }

    /// Adds the next part. Its gradients go to `device`, so that they are summed in the order of the
    /// parts whatever devices they come from.
    pub(crate) fn add(&mut self, part: PartOutput, device: &Device) {
        self.numbers.push((part.slots, part.numbers));
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
