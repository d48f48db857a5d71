//! What lies between the matrix products, each in one pass over memory where the device has it so.
//!
//! On a CPU in float32 these are the loops of `hrm-cpu`, on a GPU the kernels of `hrm-kernels`, with backward
//! passes of their own, brought into burn by its extension traits; elsewhere (a CPU in bfloat16) they are written
//! with burn's tensor operations.

#[cfg(feature = "kernels")]
pub(crate) mod attention;
mod autodiff;
pub(crate) mod check;
#[cfg(feature = "kernels")]
mod cube;
mod flex;
#[cfg(feature = "kernels")]
pub(crate) mod loss;
#[cfg(feature = "kernels")]
pub(crate) mod optimizer;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{DType, Tensor, activation::silu};

use crate::device::is_cpu;
use crate::layers::rms_norm;

/// Forward passes that a backend does in one operation.
#[backend_extension(Flex, Autodiff, Cube: cfg(feature = "kernels"), Fusion: cfg(feature = "kernels"))]
pub(crate) trait Fused: Backend {
    /// silu(gate) · up, [rows, width], of [rows, 2 · width], the gate first.
    #[fusion(dtype = gate_up, shape = half_as_wide(gate_up))]
    fn swiglu_gate(gate_up: FloatTensor<Self>) -> FloatTensor<Self>;

    /// The sum of two [rows, width], normalized in every row.
    #[fusion(dtype = x, shape = x)]
    fn add_rms_norm(x: FloatTensor<Self>, update: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// Both directions of [`Fused`] on plain tensors.
#[backend_extension(Flex, Cube: cfg(feature = "kernels"), Fusion: cfg(feature = "kernels"))]
pub(crate) trait FusedKernels: Backend {
    /// As [`Fused::swiglu_gate`].
    #[fusion(dtype = gate_up, shape = half_as_wide(gate_up))]
    fn gate_forward(gate_up: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// Gradient of `gate_up`.
    #[fusion(dtype = gate_up, shape = gate_up)]
    fn gate_backward(gate_up: &FloatTensor<Self>, grad: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// The normalized sum and the scale of every row, [rows], float32.
    #[fusion(meta = |x, _| (x.clone(), cube::scales_of(x)))]
    fn norm_forward(
        x: &FloatTensor<Self>,
        update: &FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Gradient of either summand, given what [`Self::norm_forward`] returned.
    #[fusion(dtype = out, shape = out)]
    fn norm_backward(
        out: &FloatTensor<Self>,
        scales: &FloatTensor<Self>,
        grad: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// [rows, width] of [rows, 2 · width].
#[cfg(feature = "kernels")]
fn half_as_wide(both: &burn::tensor::Shape) -> burn::tensor::Shape {
    let mut half = both.clone();
    half[1] /= 2;
    half
}

/// Whether there is one operation for this tensor: of the loops for CPUs or of the kernels for GPUs.
fn is_fused(x: &Tensor<2>) -> bool {
    match x.dtype() {
        DType::F32 => cfg!(feature = "kernels") || is_cpu(&x.device()),
        DType::BF16 => cfg!(feature = "kernels") && !is_cpu(&x.device()),
        _ => false,
    }
}

/// silu(gate) · up, [rows, width], of [rows, 2 · width], the gate first.
pub(crate) fn swiglu_gate(gate_up: Tensor<2>) -> Tensor<2> {
    if !is_fused(&gate_up) {
        return plain_gate(gate_up);
    }
    let gated = <Dispatch as Fused>::swiglu_gate(gate_up.into_dispatch());
    Tensor::from_dispatch(gated)
}

fn plain_gate(gate_up: Tensor<2>) -> Tensor<2> {
    let [_, both] = gate_up.dims();
    let gate = gate_up.clone().narrow(1, 0, both / 2);
    silu(gate) * gate_up.narrow(1, both / 2, both / 2)
}

/// rms_norm(x + update), both [rows, width].
pub(crate) fn add_rms_norm(x: Tensor<2>, update: Tensor<2>) -> Tensor<2> {
    if !is_fused(&x) {
        return plain_norm(x, update);
    }
    let normalized = <Dispatch as Fused>::add_rms_norm(x.into_dispatch(), update.into_dispatch());
    Tensor::from_dispatch(normalized)
}

fn plain_norm(x: Tensor<2>, update: Tensor<2>) -> Tensor<2> {
    rms_norm(x + update)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Distribution};

    fn random(rows: usize, width: usize) -> Tensor<2> {
        let device = Device::flex();
        Tensor::random([rows, width], Distribution::Uniform(-3.0, 3.0), &device)
    }

    /// Output and gradients of a function of some tensors, with a fixed upstream gradient.
    fn run<const N: usize>(
        inputs: [&Tensor<2>; N],
        function: impl Fn([Tensor<2>; N]) -> Tensor<2>,
    ) -> Vec<Tensor<2>> {
        let inputs = inputs.map(|input| input.clone().autodiff().require_grad());
        let out = function(inputs.clone());
        let upstream = out.clone().inner().sin().autodiff();
        let mut gradients = (out.clone() * upstream).sum().backward();
        let gradients = inputs.map(|input| input.grad_remove(&mut gradients).unwrap());
        std::iter::once(out.inner()).chain(gradients).collect()
    }

    fn assert_near(found: &Tensor<2>, expected: &Tensor<2>) {
        let worst = (found.clone() - expected.clone()).abs().max();
        let worst = worst.into_scalar::<f32>();
        assert!(worst < 2e-5, "{:?}: {worst}", found.dims());
    }

    /// Both functions give the same, with and without a graph, of inputs in row order and of views.
    fn assert_same<const N: usize>(
        fused: fn([Tensor<2>; N]) -> Tensor<2>,
        plain: fn([Tensor<2>; N]) -> Tensor<2>,
    ) {
        for (rows, width) in [(1, 2), (3, 14), (82, 64), (640, 130)] {
            let inputs: [Tensor<2>; N] = std::array::from_fn(|_| random(rows, width));
            let views: [Tensor<2>; N] = std::array::from_fn(|_| random(width, rows).transpose());
            for inputs in [&inputs, &views] {
                let (ours, theirs) = (run(inputs.each_ref(), fused), run(inputs.each_ref(), plain));
                let pairs = ours.iter().zip(&theirs);
                pairs.for_each(|(ours, theirs)| assert_near(ours, theirs));
                assert_near(&fused(inputs.clone()), &theirs[0]);
            }
        }
    }

    #[test]
    fn the_gate_is_the_plain_one() {
        assert_same(
            |[gate_up]| swiglu_gate(gate_up),
            |[gate_up]| plain_gate(gate_up),
        );
    }

    #[test]
    fn the_norm_is_the_plain_one() {
        assert_same(
            |[x, update]| add_rms_norm(x, update),
            |[x, update]| plain_norm(x, update),
        );
    }
}
