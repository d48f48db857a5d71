//! Every fused operation of a device beside burn's plain operations on the CPU.

use super::{add_rms_norm, plain_gate, plain_norm, swiglu_gate};
use crate::layers::{Rotary, SequenceShape, mix};
use crate::loss::LabelTensors;
use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use hrm_config::Loss;
use rand::Rng;

/// How far a fused operation is from the plain ones.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelCheck {
    /// The operation and its sizes.
    pub kernel: String,
    /// Number format of the activations.
    pub dtype: FloatDType,
    /// Largest difference of an output or a gradient, relative to the largest number of that tensor.
    pub error: f64,
    /// The most that it may be.
    pub bound: f64,
}

impl KernelCheck {
    /// Whether the difference is within the bound.
    pub fn passed(&self) -> bool {
        self.error <= self.bound
    }
}

/// Checks gate, normalization, attention and loss, each with its gradients, in a number format: at the sizes of
/// Sudoku (82 and 97 positions) and of ARC (900), and at odd ones.
pub fn kernel_checks(device: &Device, dtype: FloatDType) -> Vec<KernelCheck> {
    let mut checks = Checks {
        device,
        dtype,
        done: Vec::new(),
    };
    for (rows, width) in [(1, 2), (82, 512), (97, 130), (640, 97)] {
        let size = format!("[{rows}, {width}]");
        checks.compare(
            &format!("gate {size}"),
            [(rows, 2 * width)],
            |[x]| swiglu_gate(x),
            |[x]| plain_gate(x),
        );
        let sizes = [(rows, width); 2];
        checks.compare(
            &format!("norm {size}"),
            sizes,
            |[x, u]| add_rms_norm(x, u),
            |[x, u]| plain_norm(x, u),
        );
    }
    for (batch, positions, heads, head_size) in [
        (2, 82, 8, 64),
        (1, 97, 2, 64),
        (1, 900, 1, 64),
        (3, 17, 4, 16),
    ] {
        checks.attention(SequenceShape { batch, positions }, heads, head_size);
    }
    for (puzzles, cells, vocabulary) in [(3, 81, 11), (2, 900, 12)] {
        for kind in [Loss::Stablemax, Loss::Softmax] {
            checks.loss(kind, puzzles, cells, vocabulary);
        }
    }
    checks.done
}

struct Checks<'a> {
    device: &'a Device,
    dtype: FloatDType,
    done: Vec<KernelCheck>,
}

impl Checks<'_> {
    fn attention(&mut self, shape: SequenceShape, heads: usize, head_size: usize) {
        let rows = shape.batch * shape.positions;
        let rotary = |device: &Device, dtype| {
            Rotary::new(shape.positions, head_size, 1e4, device).in_dtype(dtype)
        };
        let (ours, theirs) = (
            rotary(self.device, self.dtype),
            rotary(&Device::flex(), FloatDType::F32),
        );
        let sizes = (heads, head_size);
        self.compare(
            &format!(
                "attention of {} positions, {heads} heads of {head_size}",
                shape.positions
            ),
            [(rows, heads * head_size); 3],
            |projections| crate::layers::attend(projections, shape, sizes, Some(&ours)),
            |projections| mix(projections, shape, sizes, Some(&theirs)),
        );
    }

    fn loss(&mut self, kind: Loss, puzzles: usize, cells: usize, vocabulary: usize) {
        let mut rng = hrm_random::stream(0, "kernel_checks/labels", cells as u64);
        let draw = |_| rng.random_range(-1..vocabulary as i32);
        let labels: Vec<i32> = (0..puzzles * cells).map(draw).collect();
        let losses = |device: &Device, logits: Tensor<2>| {
            let labels = LabelTensors::new(&labels, cells, device);
            labels
                .judge(kind, &logits)
                .lm
                .cast(FloatDType::F32)
                .unsqueeze()
        };
        let device = self.device;
        self.compare(
            &format!("{kind:?} loss of {puzzles} puzzles of {cells} cells"),
            [(puzzles * cells, vocabulary)],
            |[logits]| losses(device, logits),
            |[logits]| losses(&Device::flex(), logits),
        );
    }

    /// Runs `fused` on the device and `plain` on the CPU in float32, on the same random numbers.
    fn compare<const N: usize>(
        &mut self,
        kernel: &str,
        sizes: [(usize, usize); N],
        fused: impl Fn([Tensor<2>; N]) -> Tensor<2>,
        plain: impl Fn([Tensor<2>; N]) -> Tensor<2>,
    ) {
        let mut number = 0;
        let inputs = sizes.map(|size| {
            number += 1;
            random(size, number)
        });
        let on = |device: &Device, dtype| {
            inputs
                .each_ref()
                .map(|t| t.clone().to_device(device).cast(dtype))
        };
        // Rounded to the format for both.
        let ours = outputs(on(self.device, self.dtype), fused);
        let rounded = on(&Device::flex(), self.dtype).map(|t| t.cast(FloatDType::F32));
        let theirs = outputs(rounded, plain);
        let errors = ours.into_iter().zip(theirs).map(|(ours, theirs)| {
            let ours = ours.to_device(&Device::flex()).cast(FloatDType::F32);
            let largest = theirs.clone().abs().max().into_scalar::<f32>();
            f64::from((ours - theirs).abs().max().into_scalar::<f32>() / largest)
        });
        self.done.push(KernelCheck {
            kernel: kernel.to_owned(),
            dtype: self.dtype,
            error: largest(errors),
            bound: if self.dtype == FloatDType::F32 {
                3e-5
            } else {
                3e-2
            },
        });
    }
}

/// The largest difference; one that is not a number is larger than all.
pub fn largest(differences: impl Iterator<Item = f64>) -> f64 {
    let not_less = |most: f64, next: f64| if next <= most { most } else { next };
    differences.fold(0.0, |most, next| {
        if most.is_nan() {
            most
        } else {
            not_less(most, next)
        }
    })
}

fn random((rows, width): (usize, usize), number: u64) -> Tensor<2> {
    let mut rng = hrm_random::stream(0, "kernel_checks/inputs", number);
    let values: Vec<f32> = (0..rows * width)
        .map(|_| rng.random_range(-3.0..3.0))
        .collect();
    Tensor::from_data(
        TensorData::new(values, [rows, width]),
        (&Device::flex(), DType::F32),
    )
}

/// Output and gradients of a function, with a fixed upstream gradient.
fn outputs<const N: usize>(
    inputs: [Tensor<2>; N],
    function: impl Fn([Tensor<2>; N]) -> Tensor<2>,
) -> Vec<Tensor<2>> {
    let inputs = inputs.map(|input| input.autodiff().require_grad());
    let out = function(inputs.clone());
    let [rows, width] = out.dims();
    let upstream = random((rows, width), 0).to_device(&out.device().inner());
    let upstream = upstream.cast(FloatDType::from(out.dtype())).autodiff();
    let mut gradients = (out.clone() * upstream).sum().backward();
    let gradients = inputs.map(|input| {
        let gradient = input.grad_remove(&mut gradients);
        gradient.unwrap_or_else(|| input.inner().zeros_like())
    });
    std::iter::once(out.inner()).chain(gradients).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loops_for_cpus_are_the_plain_operations() {
        let checks = kernel_checks(&Device::flex(), FloatDType::F32);
        assert_eq!(checks.len(), 16);
        for check in checks {
            assert!(check.passed(), "{check:?}");
        }
    }

    /// As on a GPU, with kernels.
    #[cfg(feature = "wgpu")]
    #[test]
    fn the_kernels_are_the_plain_operations() {
        let device = Device::wgpu(burn::tensor::DeviceKind::DefaultDevice);
        for check in kernel_checks(&device, FloatDType::F32) {
            assert!(check.passed(), "{check:?}");
        }
    }
}
