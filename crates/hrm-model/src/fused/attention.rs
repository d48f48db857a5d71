//! The attention kernels on tensors of a GPU.

use super::cube::{buffer_of, gpu, matrix, tensor};
use crate::layers::{Rotary, SequenceShape};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::fusion::custom::TensorSpec;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::{DType, Shape, Tensor};
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use hrm_kernels::{Attended, Attention, Format, Projections};

/// On a GPU, attention of queries, keys and values, [batch · positions, heads · head size] each, with the rotary
/// embedding where there is one: the same size. None where there is no kernel for these sizes.
pub(crate) fn attend(
    projections: &[Tensor<2>; 3],
    shape: SequenceShape,
    (heads, head_size): (usize, usize),
    rotary: Option<&Rotary>,
) -> Option<Tensor<2>> {
    let sizes = Attention {
        batch: shape.batch,
        positions: shape.positions,
        heads,
        head_size,
        tiles: None,
    };
    let [query, ..] = projections;
    let format = match query.dtype() {
        DType::F32 => Format::F32,
        DType::BF16 => Format::Bf16,
        _ => return None,
    };
    let gpu = super::cube::gpu_of(&query.device())?;
    if !hrm_kernels::attention_supported(&gpu, &sizes, format) {
        return None;
    }
    let call = AttentionCall {
        sizes,
        is_rotary: rotary.is_some(),
    };
    let [query, key, value] = projections.each_ref().map(|t| t.clone().into_dispatch());
    // Without tables any tensor stands in their place.
    let [cos, sin] = match rotary {
        Some(rotary) => rotary.tables().map(|table| table.into_dispatch()),
        None => [query.clone(), query.clone()],
    };
    let out = <Dispatch as FusedAttention>::attend(query, key, value, cos, sin, call);
    Some(Tensor::from_dispatch(out))
}

/// What the kernels need to know besides tensors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttentionCall {
    sizes: Attention,
    is_rotary: bool,
}

impl AttentionCall {
    /// What describes the logarithms of the sums.
    fn sums(&self) -> TensorSpec {
        let Attention {
            batch,
            positions,
            heads,
            ..
        } = self.sizes;
        TensorSpec::new(Shape::new([batch * heads * positions]), DType::F32)
    }

    fn rotary(&self, cos: &CubeTensor, sin: &CubeTensor) -> Option<hrm_kernels::Rotary> {
        self.is_rotary.then(|| hrm_kernels::Rotary {
            cos: buffer_of(cos.clone()),
            sin: buffer_of(sin.clone()),
        })
    }
}

/// [`attend`] on tensors of a backend.
#[backend_extension(Cube, Fusion, Autodiff)]
pub(crate) trait FusedAttention: Backend {
    #[fusion(dtype = query, shape = query)]
    fn attend(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        cos: FloatTensor<Self>,
        sin: FloatTensor<Self>,
        call: AttentionCall,
    ) -> FloatTensor<Self>;
}

/// Both directions on plain tensors.
#[backend_extension(Cube, Fusion)]
pub(crate) trait AttentionKernels: Backend {
    /// The output, and the logarithms of the sums of the exponentials.
    #[fusion(meta = |query, _, _, _, _, call| (query.clone(), call.sums()))]
    fn attention_forward(
        query: &FloatTensor<Self>,
        key: &FloatTensor<Self>,
        value: &FloatTensor<Self>,
        cos: &FloatTensor<Self>,
        sin: &FloatTensor<Self>,
        call: AttentionCall,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Gradients of queries, keys and values.
    #[fusion(meta = |query, _, _, _, _, _, _, _, _| (query.clone(), query.clone(), query.clone()))]
    fn attention_backward(
        query: &FloatTensor<Self>,
        key: &FloatTensor<Self>,
        value: &FloatTensor<Self>,
        cos: &FloatTensor<Self>,
        sin: &FloatTensor<Self>,
        out: &FloatTensor<Self>,
        sums: &FloatTensor<Self>,
        grad: &FloatTensor<Self>,
        call: AttentionCall,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

impl FusedAttention for CubeBackend {
    fn attend(
        query: CubeTensor,
        key: CubeTensor,
        value: CubeTensor,
        cos: CubeTensor,
        sin: CubeTensor,
        call: AttentionCall,
    ) -> CubeTensor {
        let (out, _) = Self::attention_forward(&query, &key, &value, &cos, &sin, call);
        out
    }
}

impl AttentionKernels for CubeBackend {
    fn attention_forward(
        query: &CubeTensor,
        key: &CubeTensor,
        value: &CubeTensor,
        cos: &CubeTensor,
        sin: &CubeTensor,
        call: AttentionCall,
    ) -> (CubeTensor, CubeTensor) {
        let [q, k, v] = [query, key, value].map(matrix);
        let projections = Projections {
            query: &q,
            key: &k,
            value: &v,
        };
        let rotary = call.rotary(cos, sin);
        let gpu = gpu(query);
        let attended =
            hrm_kernels::attention_forward(&gpu, &call.sizes, projections, rotary.as_ref());
        let Attended { out, sums } = supported(attended);
        let (client, device) = (query.client.clone(), query.device.clone());
        let shape = call.sums().shape;
        let sums = CubeTensor::new_contiguous(client, device, shape, sums, DType::F32);
        (tensor(out, query), sums)
    }

    fn attention_backward(
        query: &CubeTensor,
        key: &CubeTensor,
        value: &CubeTensor,
        cos: &CubeTensor,
        sin: &CubeTensor,
        out: &CubeTensor,
        sums: &CubeTensor,
        grad: &CubeTensor,
        call: AttentionCall,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let [q, k, v, grad] = [query, key, value, grad].map(matrix);
        let projections = Projections {
            query: &q,
            key: &k,
            value: &v,
        };
        let attended = Attended {
            out: matrix(out),
            sums: buffer_of(sums.clone()),
        };
        let rotary = call.rotary(cos, sin);
        let gradients = hrm_kernels::attention_backward(
            &gpu(query),
            &call.sizes,
            projections,
            rotary.as_ref(),
            &attended,
            &grad,
        );
        let gradients = supported(gradients);
        let [q, k, v] = [gradients.query, gradients.key, gradients.value];
        (tensor(q, query), tensor(k, query), tensor(v, query))
    }
}

/// What the kernels give for sizes that [`attend`] asked about before.
fn supported<T>(result: Result<T, hrm_kernels::AttentionError>) -> T {
    result.unwrap_or_else(|error| unreachable!("{error}"))
}

impl<B: AttentionKernels + FusedAttention, C: CheckpointStrategy> FusedAttention
    for Autodiff<B, C>
{
    fn attend(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        cos: FloatTensor<Self>,
        sin: FloatTensor<Self>,
        call: AttentionCall,
    ) -> FloatTensor<Self> {
        let nodes = [query.node(), key.node(), value.node()];
        let plain = [&query, &key, &value, &cos, &sin].map(|tensor| tensor.primitive().clone());
        let [q, k, v, c, s] = &plain;
        let (out, sums) = B::attention_forward(q, k, v, c, s, call);
        match Attend.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((plain, out.clone(), sums, call), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }
}

#[derive(Debug)]
struct Attend;

impl<B: AttentionKernels> Backward<B, 3> for Attend {
    /// What [`FusedAttention::attend`] read, its output, the sums.
    type State = (
        [FloatTensor<B>; 5],
        FloatTensor<B>,
        FloatTensor<B>,
        AttentionCall,
    );

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<B>(&ops.node);
        let ([q, k, v, cos, sin], out, sums, call) = ops.state;
        let (of_query, of_key, of_value) =
            B::attention_backward(&q, &k, &v, &cos, &sin, &out, &sums, &grad, call);
        for (parent, gradient) in ops.parents.into_iter().zip([of_query, of_key, of_value]) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}
