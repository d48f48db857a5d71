//! Backward passes of the fused operations.

use super::{Fused, FusedKernels};
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;

impl<B: FusedKernels + Fused, C: CheckpointStrategy> Fused for Autodiff<B, C> {
    fn swiglu_gate(gate_up: FloatTensor<Self>) -> FloatTensor<Self> {
        let out = B::gate_forward(gate_up.primitive());
        match Gate
            .prepare::<C>([gate_up.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish(gate_up.primitive().clone(), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn add_rms_norm(x: FloatTensor<Self>, update: FloatTensor<Self>) -> FloatTensor<Self> {
        let nodes = [x.node(), update.node()];
        let (out, scales) = B::norm_forward(x.primitive(), update.primitive());
        match Norm.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((out.clone(), scales), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }
}

#[derive(Debug)]
struct Gate;

impl<B: FusedKernels> Backward<B, 1> for Gate {
    /// The input.
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let of_input = B::gate_backward(&ops.state, &grad);
        for parent in ops.parents.into_iter().flatten() {
            grads.register::<B>(parent.id, of_input.clone());
        }
    }
}

#[derive(Debug)]
struct Norm;

impl<B: FusedKernels> Backward<B, 2> for Norm {
    /// The output and the scales of its rows.
    type State = (FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (out, scales) = ops.state;
        let of_sum = B::norm_backward(&out, &scales, &grad);
        for parent in ops.parents.into_iter().flatten() {
            grads.register::<B>(parent.id, of_sum.clone());
        }
    }
}
