//! AdamATan2, by the published CUDA kernel.

use super::Ema;
#[cfg(feature = "kernels")]
use super::flat::Flat;
use burn::backend::Flex;
use burn::tensor::Tensor;
use hrm_config::TrainConfig;
use hrm_cpu::AdamStep;
use hrm_model::is_cpu;

/// Constants of the optimizer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdamSettings {
    pub(crate) beta1: f64,
    pub(crate) beta2: f64,
    pub(crate) weight_decay: f64,
}

impl AdamSettings {
    pub(crate) fn of(config: &TrainConfig) -> Self {
        Self {
            beta1: config.beta1,
            beta2: config.beta2,
            weight_decay: config.weight_decay,
        }
    }

    /// The numbers of a step (1-based). There is no epsilon, and the first moment's bias correction is in the step
    /// size.
    fn at(self, lr: f64, step: u64) -> AdamStep {
        let exponent = step as f64;
        AdamStep {
            first_rate: (1.0 - self.beta1) as f32,
            second_rate: (1.0 - self.beta2) as f32,
            decay: (1.0 - lr * self.weight_decay) as f32,
            step_size: (lr / (1.0 - self.beta1.powf(exponent))) as f32,
            correction: (1.0 - self.beta2.powf(exponent)).sqrt() as f32,
        }
    }
}

/// The moments of every trained tensor.
#[derive(Debug, Clone)]
pub(crate) struct AdamAtan2 {
    pub(crate) settings: AdamSettings,
    /// First moments, in the order of the parameters; none for buffers.
    pub(crate) first: Vec<Option<Tensor<1>>>,
    /// Second moments, likewise.
    pub(crate) second: Vec<Option<Tensor<1>>>,
    /// The same numbers, and the weights, as one tensor each; on a GPU, after the first step.
    #[cfg(feature = "kernels")]
    flat: Option<Flat>,
}

impl AdamAtan2 {
    /// Zero moments for the tensors that are trained.
    pub(crate) fn new(settings: AdamSettings, tensors: &[Tensor<1>], trained: &[bool]) -> Self {
        let zeros: Vec<Option<Tensor<1>>> = tensors
            .iter()
            .zip(trained)
            .map(|(t, trained)| trained.then(|| t.zeros_like()))
            .collect();
        Self {
            settings,
            first: zeros.clone(),
            second: zeros,
            #[cfg(feature = "kernels")]
            flat: None,
        }
    }

    /// All tensors after their gradients at `step` (1-based), and `average` after the tensors. A tensor that the loss
    /// does not reach has no gradient, which is one of zero.
    pub(crate) fn update_all(
        &mut self,
        tensors: Vec<Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
        mut average: Option<&mut Ema>,
        lr: f64,
        step: u64,
    ) -> Vec<Tensor<1>> {
        let or_zero = |(tensor, gradient): (&Tensor<1>, Option<Tensor<1>>)| {
            gradient.unwrap_or_else(|| tensor.zeros_like())
        };
        let gradients: Vec<Tensor<1>> = tensors.iter().zip(gradients).map(or_zero).collect();
        #[cfg(feature = "kernels")]
        if tensors
            .first()
            .is_some_and(|tensor| !is_cpu(&tensor.device()))
        {
            return self.update_flat(tensors, &gradients, average, self.settings.at(lr, step));
        }
        let each = tensors.into_iter().zip(gradients).enumerate();
        let updated = each.map(|(index, (tensor, gradient))| {
            if self.first[index].is_none() {
                return tensor;
            }
            let updated = self.update(index, tensor, gradient, lr, step);
            if let Some(average) = &mut average {
                average.update(index, &updated);
            }
            updated
        });
        updated.collect()
    }

    /// All tensors of a GPU in one launch.
    #[cfg(feature = "kernels")]
    fn update_flat(
        &mut self,
        mut tensors: Vec<Tensor<1>>,
        gradients: &[Tensor<1>],
        average: Option<&mut Ema>,
        step: AdamStep,
    ) -> Vec<Tensor<1>> {
        let flat = self.flat.take().unwrap_or_else(|| {
            Flat::new(&tensors, [&self.first, &self.second], average.as_deref())
        });
        let flat = flat.step(gradients, step);
        for (index, part) in flat.parts(&flat.tensors.weights) {
            tensors[index] = part;
        }
        for (index, part) in flat.parts(&flat.tensors.first) {
            self.first[index] = Some(part);
        }
        for (index, part) in flat.parts(&flat.tensors.second) {
            self.second[index] = Some(part);
        }
        if let (Some(average), Some((whole, _))) = (average, &flat.tensors.average) {
            for (index, part) in flat.parts(whole) {
                average.shadow[index] = part;
            }
        }
        self.flat = Some(flat);
        tensors
    }

    /// The updated tensor at `index` after its gradient at `step` (1-based).
    pub(crate) fn update(
        &mut self,
        index: usize,
        p: Tensor<1>,
        g: Tensor<1>,
        lr: f64,
        step: u64,
    ) -> Tensor<1> {
        let (Some(m), Some(v)) = (self.first[index].take(), self.second[index].take()) else {
            return p;
        };
        let step = self.settings.at(lr, step);
        let [p, m, v] = if is_cpu(&p.device()) {
            stepped_on_cpu([p, m, v], g, step)
        } else {
            stepped([p, m, v], g, step)
        };
        self.first[index] = Some(m);
        self.second[index] = Some(v);
        p
    }
}

/// Weights and both moments after the step.
fn stepped([p, m, v]: [Tensor<1>; 3], g: Tensor<1>, step: AdamStep) -> [Tensor<1>; 3] {
    let m = m.clone() + (g.clone() - m) * step.first_rate;
    let v = v.clone() + (g.square() - v) * step.second_rate;
    let direction = m.clone().atan2(v.clone().sqrt() / step.correction);
    [p * step.decay - direction * step.step_size, m, v]
}

/// The same in one pass over memory.
fn stepped_on_cpu(tensors: [Tensor<1>; 3], g: Tensor<1>, step: AdamStep) -> [Tensor<1>; 3] {
    let primitive = |tensor: Tensor<1>| {
        // The device was asked before, so that a miss is a bug of this module.
        let on_cpu = tensor.try_into_primitive::<Flex>();
        on_cpu
            .unwrap_or_else(|error| unreachable!("{error:?}"))
            .to_contiguous()
    };
    let [mut p, mut m, mut v] = tensors.map(primitive);
    let g = primitive(g);
    hrm_cpu::adam_atan2(
        p.storage_mut(),
        m.storage_mut(),
        v.storage_mut(),
        g.storage(),
        step,
    );
    [p, m, v].map(Tensor::from_primitive::<Flex>)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn value(t: Tensor<1>) -> f32 {
        t.into_scalar::<f32>()
    }

    #[test]
    fn the_first_step_is_atan_of_one_minus_beta1_over_it() {
        let device = Device::flex();
        let settings = AdamSettings {
            beta1: 0.9,
            beta2: 0.95,
            weight_decay: 0.0,
        };
        let p = Tensor::<1>::from_floats([0.5], &device);
        let mut adam = AdamAtan2::new(settings, std::slice::from_ref(&p), &[true]);
        let updated = value(adam.update(0, p, Tensor::from_floats([3.0], &device), 1e-2, 1));
        let expected = 0.5 - 1e-2 / 0.1 * 0.1_f64.atan();
        assert!(
            (f64::from(updated) - expected).abs() < 1e-7,
            "{updated} {expected}"
        );
    }

    #[test]
    fn the_pass_for_cpus_is_the_plain_step() {
        let device = Device::flex();
        let random = |low, high| {
            let between = burn::tensor::Distribution::Uniform(low, high);
            Tensor::<1>::random([5000], between, &device)
        };
        let tensors = [random(-1.0, 1.0), random(-1e-3, 1e-3), random(0.0, 1e-6)];
        let gradient = random(-1e-3, 1e-3);
        let step = AdamStep {
            first_rate: 0.1,
            second_rate: 0.05,
            decay: 0.99,
            step_size: 0.03,
            correction: 0.6,
        };
        let ours = stepped_on_cpu(tensors.clone(), gradient.clone(), step);
        for (ours, plain) in ours.into_iter().zip(stepped(tensors, gradient, step)) {
            assert!(value((ours - plain).abs().max()) < 2e-7);
        }
    }

    #[test]
    fn a_zero_gradient_only_decays() {
        let device = Device::flex();
        let settings = AdamSettings {
            beta1: 0.9,
            beta2: 0.95,
            weight_decay: 1.0,
        };
        let p = Tensor::<1>::from_floats([2.0], &device);
        let mut adam = AdamAtan2::new(settings, std::slice::from_ref(&p), &[true]);
        let updated = value(adam.update(0, p, Tensor::from_floats([0.0], &device), 0.25, 1));
        assert_eq!(updated, 1.5);
    }
}
