//! All trained tensors of a GPU as one, so that a step of the optimizer is one launch.

use super::Ema;
use burn::tensor::Tensor;
use hrm_cpu::AdamStep;
use hrm_model::{AdamNumbers, AdamTensors, adam_atan2};
use std::ops::Range;

/// Tensors start at multiples of this many numbers (512 bytes), so that a part of the whole is a view and no copy.
const ALIGNMENT: usize = 128;

/// Weights, moments and average of all trained tensors, one after another.
#[derive(Debug, Clone)]
pub(crate) struct Flat {
    layout: Layout,
    pub(crate) tensors: AdamTensors,
}

/// Index of each trained tensor and where its numbers are.
#[derive(Debug, Clone)]
struct Layout(Vec<(usize, Range<usize>)>);

impl Flat {
    /// Of tensors and their moments, which those have that are trained.
    pub(crate) fn new(
        weights: &[Tensor<1>],
        [first, second]: [&[Option<Tensor<1>>]; 2],
        average: Option<&Ema>,
    ) -> Self {
        let lengths = weights.iter().zip(first).enumerate();
        let trained = lengths.filter(|(_, (_, moment))| moment.is_some());
        let layout = Layout::new(trained.map(|(index, (weight, _))| (index, weight.dims()[0])));
        let moments = |all: &[Option<Tensor<1>>]| {
            let of = |(weight, moment): (&Tensor<1>, &Option<Tensor<1>>)| {
                moment.clone().unwrap_or_else(|| weight.zeros_like())
            };
            let all: Vec<Tensor<1>> = weights.iter().zip(all).map(of).collect();
            layout.join(&all)
        };
        let tensors = AdamTensors {
            weights: layout.join(weights),
            first: moments(first),
            second: moments(second),
            average: average.map(|ema| (layout.join(&ema.shadow), ema.rate as f32)),
        };
        Self { layout, tensors }
    }

    /// After one step on the gradients of all tensors.
    pub(crate) fn step(self, gradients: &[Tensor<1>], step: AdamStep) -> Self {
        let numbers = AdamNumbers {
            first_rate: step.first_rate,
            second_rate: step.second_rate,
            decay: step.decay,
            step_size: step.step_size,
            correction: step.correction,
        };
        let gradient = self.layout.join(gradients);
        Self {
            tensors: adam_atan2(self.tensors, gradient, numbers),
            layout: self.layout,
        }
    }

    /// Each trained tensor's index and its part of one of [`Self::tensors`].
    pub(crate) fn parts(&self, of: &Tensor<1>) -> impl Iterator<Item = (usize, Tensor<1>)> {
        let parts = self.layout.0.iter();
        parts.map(|(index, range)| (*index, of.clone().slice([range.clone()])))
    }
}

impl Layout {
    /// Of the trained tensors' indices and lengths.
    fn new(lengths: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut start = 0;
        let places = lengths.map(|(index, len)| {
            let range = start..start + len;
            start += len.next_multiple_of(ALIGNMENT);
            (index, range)
        });
        Self(places.collect())
    }

    /// The trained ones of all tensors, with zeros between them.
    fn join(&self, all: &[Tensor<1>]) -> Tensor<1> {
        let mut parts = Vec::with_capacity(self.0.len());
        for (index, range) in &self.0 {
            let tensor = &all[*index];
            let gap = range.len().next_multiple_of(ALIGNMENT) - range.len();
            parts.push(tensor.clone());
            if gap > 0 {
                parts.push(Tensor::zeros([gap], (&tensor.device(), tensor.dtype())));
            }
        }
        Tensor::cat(parts, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn parts_of_the_whole_are_the_trained_tensors() {
        let device = Device::flex();
        let ramp = |len: usize| Tensor::arange(0..len as i64, &device).float() + len as f32;
        let all = [ramp(3), ramp(5), ramp(128), ramp(200)];
        let layout = Layout::new(
            [0, 2, 3]
                .map(|index| (index, all[index].dims()[0]))
                .into_iter(),
        );
        assert_eq!(layout.0, [(0, 0..3), (2, 128..256), (3, 256..456)]);
        let whole = layout.join(&all);
        assert_eq!(whole.dims(), [512]);
        for (index, range) in &layout.0 {
            let part = whole.clone().slice([range.clone()]);
            part.into_data().assert_eq(&all[*index].to_data(), true);
        }
    }
}
