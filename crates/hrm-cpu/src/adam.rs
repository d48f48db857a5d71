//! AdamATan2, all of it in one pass over a tensor.

use crate::blocks::{BLOCK, for_each_block};
use crate::math::atan2_right;

/// The numbers of one step.
#[derive(Debug, Clone, Copy)]
pub struct AdamStep {
    /// 1 - β₁
    pub first_rate: f32,
    /// 1 - β₂
    pub second_rate: f32,
    /// Factor of the weights before the step: 1 - learning rate · weight decay.
    pub decay: f32,
    /// Learning rate, divided by the first moment's bias correction.
    pub step_size: f32,
    /// Square root of the second moment's bias correction.
    pub correction: f32,
}

/// Moves both moments towards the gradient, decays the weights and steps along
/// atan2(first, sqrt(second) / correction); all of one length.
///
/// # Panics
/// If the lengths differ.
pub fn adam_atan2(
    weights: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    gradient: &[f32],
    step: AdamStep,
) {
    let len = weights.len();
    assert_eq!([first.len(), second.len(), gradient.len()], [len; 3]);
    let moments = first.chunks_mut(BLOCK).zip(second.chunks_mut(BLOCK));
    let tensors = weights.chunks_mut(BLOCK).zip(gradient.chunks(BLOCK));
    type Block<'a> = ((&'a mut [f32], &'a [f32]), (&'a mut [f32], &'a mut [f32]));
    let blocks: Vec<Block<'_>> = tensors.zip(moments).collect();
    for_each_block(
        blocks,
        #[inline(always)]
        |((weights, gradient), (first, second))| {
            let tensors = weights.iter_mut().zip(gradient);
            let moments = first.iter_mut().zip(second);
            for ((weight, &gradient), (first, second)) in tensors.zip(moments) {
                *first += (gradient - *first) * step.first_rate;
                *second += (gradient * gradient - *second) * step.second_rate;
                let direction = atan2_right(*first, second.sqrt() / step.correction);
                *weight = *weight * step.decay - direction * step.step_size;
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norm::tests::{assert_near, numbers};

    #[test]
    fn steps_are_those_of_float64() {
        let len = 2 * BLOCK + 3;
        let step = AdamStep {
            first_rate: 0.1,
            second_rate: 0.05,
            decay: 0.99,
            step_size: 0.03,
            correction: 0.6,
        };
        let mut weights = numbers(1, len, 1.0);
        let (mut first, mut second) = (numbers(2, len, 1e-3), numbers(3, len, 1.0));
        second.iter_mut().for_each(|v| *v = v.abs() * 1e-6);
        let gradient = numbers(4, len, 1e-3);
        let (p0, m0, v0) = (weights.clone(), first.clone(), second.clone());
        adam_atan2(&mut weights, &mut first, &mut second, &gradient, step);
        let exact = (0..len).map(|i| {
            let [p, m, v, g] = [p0[i], m0[i], v0[i], gradient[i]].map(f64::from);
            let m = m + (g - m) * f64::from(step.first_rate);
            let v = v + (g * g - v) * f64::from(step.second_rate);
            let direction = m.atan2(v.sqrt() / f64::from(step.correction));
            p * f64::from(step.decay) - direction * f64::from(step.step_size)
        });
        assert_near(&weights, exact, 3e-7);
    }

    #[test]
    fn nothing_moves_without_gradient_and_moments() {
        let step = AdamStep {
            first_rate: 0.1,
            second_rate: 0.05,
            decay: 1.0,
            step_size: 1.0,
            correction: 0.2,
        };
        let (mut weights, mut first, mut second) = ([1.5], [0.0], [0.0]);
        adam_atan2(&mut weights, &mut first, &mut second, &[0.0], step);
        assert_eq!((weights, first, second), ([1.5], [0.0], [0.0]));
    }
}
