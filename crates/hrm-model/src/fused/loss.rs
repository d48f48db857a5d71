//! The loss kernels on tensors of a GPU.

use super::cube::{gpu, integers, matrix, tensor};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::fusion::custom::TensorSpec;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::{DType, Int, Shape, Tensor};
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::server::Handle;
use hrm_config::Loss;
use hrm_kernels::{Labels, Probabilities, Wide};

/// On a GPU, of logits [B · S, V] and labels [B · S], a negative one of which is not counted: each puzzle's mean
/// cross-entropy of its counted cells, [B], float64 where the device has its logarithm, else float32; and how many of
/// them are predicted right, [B].
pub(crate) fn puzzle_losses(
    kind: Loss,
    logits: Tensor<2>,
    labels: Tensor<1, Int>,
    seq_len: usize,
) -> (Tensor<1>, Tensor<1, Int>) {
    let arguments = LossArguments {
        kind: match kind {
            Loss::Stablemax => Probabilities::Stablemax,
            Loss::Softmax => Probabilities::Softmax,
        },
        wide: if crate::device::is_cuda(&logits.device()) {
            Wide::F64
        } else {
            Wide::F32
        },
        cells: seq_len,
    };
    let (logits, labels) = (logits.into_dispatch(), labels.into_dispatch());
    let (losses, correct) = <Dispatch as FusedLoss>::puzzle_losses(logits, labels, arguments);
    (
        Tensor::from_dispatch(losses),
        Tensor::from_dispatch(correct),
    )
}

/// What the kernels need to know besides tensors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LossArguments {
    kind: Probabilities,
    wide: Wide,
    /// Cells of a puzzle.
    cells: usize,
}

impl LossArguments {
    fn losses(self, labels: &TensorSpec) -> TensorSpec {
        let dtype = match self.wide {
            Wide::F32 => DType::F32,
            Wide::F64 => DType::F64,
        };
        TensorSpec::new(Shape::new([labels.shape[0] / self.cells]), dtype)
    }

    fn counts(self, labels: &TensorSpec) -> TensorSpec {
        TensorSpec::new(Shape::new([labels.shape[0] / self.cells]), DType::I32)
    }

    fn labels(self, handle: &Handle, cells: usize) -> Labels<'_> {
        Labels {
            handle,
            puzzles: cells / self.cells,
            cells: self.cells,
        }
    }
}

/// [`puzzle_losses`] on tensors of a backend.
#[backend_extension(Cube, Fusion, Autodiff)]
pub(crate) trait FusedLoss: Backend {
    #[fusion(meta = |_, labels, arguments| (arguments.losses(labels), arguments.counts(labels)))]
    fn puzzle_losses(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        arguments: LossArguments,
    ) -> (FloatTensor<Self>, IntTensor<Self>);
}

/// Both directions on plain tensors.
#[backend_extension(Cube, Fusion)]
pub(crate) trait LossKernels: Backend {
    /// Losses, right cells and counted cells, [B] each.
    #[fusion(meta = |_, labels, arguments| {
        (arguments.losses(labels), arguments.counts(labels), arguments.counts(labels))
    })]
    fn loss_forward(
        logits: &FloatTensor<Self>,
        labels: IntTensor<Self>,
        arguments: LossArguments,
    ) -> (FloatTensor<Self>, IntTensor<Self>, IntTensor<Self>);

    /// Gradient of the logits, given that of the losses.
    #[fusion(dtype = logits, shape = logits)]
    fn loss_backward(
        logits: &FloatTensor<Self>,
        labels: IntTensor<Self>,
        counted: IntTensor<Self>,
        grad: &FloatTensor<Self>,
        arguments: LossArguments,
    ) -> FloatTensor<Self>;
}

impl FusedLoss for CubeBackend {
    fn puzzle_losses(
        logits: CubeTensor,
        labels: CubeTensor,
        arguments: LossArguments,
    ) -> (CubeTensor, CubeTensor) {
        let (losses, correct, _) = Self::loss_forward(&logits, labels, arguments);
        (losses, correct)
    }
}

impl LossKernels for CubeBackend {
    fn loss_forward(
        logits: &CubeTensor,
        labels: CubeTensor,
        arguments: LossArguments,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let cells = labels.meta.num_elements();
        let handle = integers(labels);
        let of = arguments.labels(&handle, cells);
        let (kind, wide) = (arguments.kind, arguments.wide);
        let losses = hrm_kernels::loss_forward(&gpu(logits), kind, &matrix(logits), of, wide);
        let specs = TensorSpec::new(Shape::new([cells]), DType::I32);
        let (of_losses, counts) = (arguments.losses(&specs), arguments.counts(&specs));
        (
            vector(losses.losses, &of_losses, logits),
            vector(losses.correct, &counts, logits),
            vector(losses.counted, &counts, logits),
        )
    }

    fn loss_backward(
        logits: &CubeTensor,
        labels: CubeTensor,
        counted: CubeTensor,
        grad: &CubeTensor,
        arguments: LossArguments,
    ) -> CubeTensor {
        let cells = labels.meta.num_elements();
        let handle = integers(labels);
        let of = arguments.labels(&handle, cells);
        let grad = super::cube::buffer_of(grad.clone());
        let of_logits = hrm_kernels::loss_backward(
            &gpu(logits),
            arguments.kind,
            &matrix(logits),
            of,
            &counted.handle,
            (&grad, arguments.wide),
        );
        tensor(of_logits, logits)
    }
}

fn vector(handle: Handle, spec: &TensorSpec, like: &CubeTensor) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    CubeTensor::new_contiguous(client, device, spec.shape.clone(), handle, spec.dtype)
}

impl<B: LossKernels + FusedLoss, C: CheckpointStrategy> FusedLoss for Autodiff<B, C> {
    fn puzzle_losses(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        arguments: LossArguments,
    ) -> (FloatTensor<Self>, IntTensor<Self>) {
        let (losses, correct, counted) =
            B::loss_forward(logits.primitive(), labels.clone(), arguments);
        let losses = match CrossEntropy
            .prepare::<C>([logits.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => {
                let logits = logits.primitive().clone();
                prep.finish((logits, labels, counted, arguments), losses)
            }
            OpsKind::UnTracked(prep) => prep.finish(losses),
        };
        (losses, correct)
    }
}

#[derive(Debug)]
struct CrossEntropy;

impl<B: LossKernels> Backward<B, 1> for CrossEntropy {
    /// Logits, labels and counted cells.
    type State = (FloatTensor<B>, IntTensor<B>, IntTensor<B>, LossArguments);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let (logits, labels, counted, arguments) = ops.state;
        let of_logits = B::loss_backward(&logits, labels, counted, &grad, arguments);
        for parent in ops.parents.into_iter().flatten() {
            grads.register::<B>(parent.id, of_logits.clone());
        }
    }
}
