//! Both optimizers of a device beside those of the CPU.

use super::{AdamAtan2, AdamSettings, Ema, SignSgdSettings, sign_sgd};
use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use hrm_model::KernelCheck;
use rand::Rng;

/// Lengths of the tensors that AdamATan2 is tried on.
const LENGTHS: [usize; 4] = [2, 5_632, 131, 65_536];

/// The most that a weight may differ, relative to the largest.
const BOUND: f64 = 3e-6;

/// Two steps of AdamATan2 with a moving average, and one of SignSGD with repeated rows.
pub(crate) fn optimizer_checks(device: &Device) -> Vec<KernelCheck> {
    let check = |kernel: &str, run: fn(&Device) -> Vec<Tensor<1>>| {
        let pairs = run(device).into_iter().zip(run(&Device::flex()));
        let errors = pairs.map(|(ours, theirs)| {
            let largest = theirs.clone().abs().max().into_scalar::<f32>();
            let difference = (ours.to_device(&Device::flex()) - theirs).abs().max();
            f64::from(difference.into_scalar::<f32>() / largest)
        });
        KernelCheck {
            kernel: kernel.to_owned(),
            dtype: FloatDType::F32,
            error: hrm_model::largest(errors),
            bound: BOUND,
        }
    };
    vec![
        check("AdamATan2 with a moving average", adam),
        check("SignSGD", signs),
    ]
}

fn random(len: usize, size: f32, purpose: &str, device: &Device) -> Tensor<1> {
    let mut rng = hrm_random::stream(0, purpose, len as u64);
    let values: Vec<f32> = (0..len).map(|_| rng.random_range(-size..size)).collect();
    Tensor::from_data(TensorData::new(values, [len]), (device, DType::F32))
}

/// Weights, moments and averages after two steps.
fn adam(device: &Device) -> Vec<Tensor<1>> {
    let settings = AdamSettings {
        beta1: 0.9,
        beta2: 0.95,
        weight_decay: 0.1,
    };
    let all = |size, purpose| {
        LENGTHS
            .map(|len| random(len, size, purpose, device))
            .to_vec()
    };
    let mut weights: Vec<Tensor<1>> = all(1.0, "kernel_checks/weights");
    // The second tensor is not trained.
    let mut adam = AdamAtan2::new(settings, &weights, &[true, false, true, true]);
    let mut average = Ema::new(0.9, &weights);
    for (step, purpose) in (1..).zip(["kernel_checks/first", "kernel_checks/second"]) {
        let gradients = all(1e-3, purpose).into_iter().map(Some).collect();
        weights = adam.update_all(weights, gradients, Some(&mut average), 1e-2, step);
    }
    let moments = adam.first.into_iter().chain(adam.second).flatten();
    weights
        .into_iter()
        .chain(moments)
        .chain(average.shadow)
        .collect()
}

/// A table after a step.
fn signs(device: &Device) -> Vec<Tensor<1>> {
    let (rows, width) = (6, 300);
    let table = random(rows * width, 1.0, "kernel_checks/table", device).reshape([rows, width]);
    let ids = [4, 0, 5, 4, 5, 5, 4];
    let slots = ids.len();
    let gradients =
        random(slots * width, 1.0, "kernel_checks/rows", device).reshape([slots, width]);
    let settings = SignSgdSettings {
        lr: 0.1,
        weight_decay: 0.5,
    };
    vec![sign_sgd(table, &ids, gradients, settings).reshape([rows * width])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_is_like_itself() {
        let checks = optimizer_checks(&Device::flex());
        assert!(checks.iter().all(|check| check.error == 0.0), "{checks:?}");
    }

    /// As on a GPU, with kernels.
    #[cfg(feature = "wgpu")]
    #[test]
    fn the_kernels_are_like_the_cpu() {
        let device = Device::wgpu(burn::tensor::DeviceKind::DefaultDevice);
        for check in optimizer_checks(&device) {
            assert!(check.passed(), "{check:?}");
        }
    }
}
