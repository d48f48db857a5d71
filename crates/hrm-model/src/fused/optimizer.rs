//! The optimizers' kernels on tensors of a GPU.

use super::cube::{buffer_of, flat, gpu, integers, matrix};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use hrm_kernels::{AdamBuffers, AdamNumbers, RowSlots};

/// Weights, moments and, where there is one, the moving average of the weights; float32 [len] each.
#[derive(Debug, Clone)]
pub struct AdamTensors {
    /// Weights.
    pub weights: Tensor<1>,
    /// First moments.
    pub first: Tensor<1>,
    /// Second moments.
    pub second: Tensor<1>,
    /// The average and its rate.
    pub average: Option<(Tensor<1>, f32)>,
}

/// One step of AdamATan2 on a GPU, in one launch.
pub fn adam_atan2(old: AdamTensors, gradient: Tensor<1>, numbers: AdamNumbers) -> AdamTensors {
    let [p, m, v, g] = [old.weights, old.first, old.second, gradient].map(Tensor::into_dispatch);
    let (p, m, v, average) = match old.average {
        None => {
            let (p, m, v) = <Dispatch as OptimizerKernels>::adam(p, m, v, g, numbers);
            (p, m, v, None)
        }
        Some((average, rate)) => {
            let average = average.into_dispatch();
            let (p, m, v, average) =
                <Dispatch as OptimizerKernels>::adam_average(p, m, v, average, g, numbers, rate);
            (p, m, v, Some((Tensor::from_dispatch(average), rate)))
        }
    };
    AdamTensors {
        weights: Tensor::from_dispatch(p),
        first: Tensor::from_dispatch(m),
        second: Tensor::from_dispatch(v),
        average,
    }
}

/// The table [N, width] on a GPU after the gradients [B, width] of the rows `ids`: gradients of equal ids are summed,
/// in the order of the slots; each distinct row is multiplied by `decay` and moves by `lr` against the sign.
pub fn sign_sgd(
    table: Tensor<2>,
    ids: &[i32],
    gradients: Tensor<2>,
    decay: f32,
    lr: f32,
) -> Tensor<2> {
    let mut slots: Vec<i32> = (0..ids.len() as i32).collect();
    slots.sort_by_key(|slot| ids[*slot as usize]);
    let (mut rows, mut starts) = (Vec::new(), Vec::new());
    for (place, slot) in (0..).zip(&slots) {
        let id = ids[*slot as usize];
        if rows.last() != Some(&id) {
            rows.push(id);
            starts.push(place);
        }
    }
    starts.push(ids.len() as i32);
    let device = table.device();
    let [rows, starts, slots] = [rows, starts, slots].map(|values| {
        let len = values.len();
        Tensor::<1, Int>::from_data(TensorData::new(values, [len]), &device).into_dispatch()
    });
    let (table, gradients) = (table.into_dispatch(), gradients.into_dispatch());
    let table =
        <Dispatch as OptimizerKernels>::sign_sgd(table, gradients, rows, starts, slots, decay, lr);
    Tensor::from_dispatch(table)
}

/// [`adam_atan2`] and [`sign_sgd`] on tensors of a backend.
#[backend_extension(Cube, Fusion)]
trait OptimizerKernels: Backend {
    #[fusion(meta = |p, m, v, _, _| (p.clone(), m.clone(), v.clone()))]
    fn adam(
        weights: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        numbers: AdamNumbers,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    #[fusion(meta = |p, m, v, a, _, _, _| (p.clone(), m.clone(), v.clone(), a.clone()))]
    fn adam_average(
        weights: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        average: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        numbers: AdamNumbers,
        rate: f32,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    );

    #[fusion(dtype = table, shape = table)]
    fn sign_sgd(
        table: FloatTensor<Self>,
        gradients: FloatTensor<Self>,
        rows: IntTensor<Self>,
        starts: IntTensor<Self>,
        slots: IntTensor<Self>,
        decay: f32,
        lr: f32,
    ) -> FloatTensor<Self>;
}

impl OptimizerKernels for CubeBackend {
    fn adam(
        weights: CubeTensor,
        first: CubeTensor,
        second: CubeTensor,
        gradient: CubeTensor,
        numbers: AdamNumbers,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let like = weights.clone();
        let new = step([weights, first, second], None, gradient, numbers);
        let [p, m, v] = [new.weights, new.first, new.second].map(|handle| flat(handle, &like));
        (p, m, v)
    }

    fn adam_average(
        weights: CubeTensor,
        first: CubeTensor,
        second: CubeTensor,
        average: CubeTensor,
        gradient: CubeTensor,
        numbers: AdamNumbers,
        rate: f32,
    ) -> (CubeTensor, CubeTensor, CubeTensor, CubeTensor) {
        let like = weights.clone();
        let old_average = buffer_of(average.clone());
        let new = step(
            [weights, first, second],
            Some((old_average, rate)),
            gradient,
            numbers,
        );
        let [p, m, v] = [new.weights, new.first, new.second].map(|handle| flat(handle, &like));
        // The kernels give an average where they got one.
        let average = new
            .average
            .map_or(average, |(handle, _)| flat(handle, &like));
        (p, m, v, average)
    }

    fn sign_sgd(
        table: CubeTensor,
        gradients: CubeTensor,
        rows: CubeTensor,
        starts: CubeTensor,
        slots: CubeTensor,
        decay: f32,
        lr: f32,
    ) -> CubeTensor {
        // In place, unless something else still has these numbers.
        let table = if table.can_mut() { table } else { table.copy() };
        let count = rows.meta.num_elements();
        let [rows, starts, slots] = [rows, starts, slots].map(integers);
        let slots = RowSlots {
            rows,
            starts,
            slots,
            count,
        };
        let gpu = gpu(&table);
        hrm_kernels::sign_sgd(
            &gpu,
            &matrix(&table),
            &matrix(&gradients),
            &slots,
            (decay, lr),
        );
        table
    }
}

fn step(
    [weights, first, second]: [CubeTensor; 3],
    average: Option<(cubecl::server::Handle, f32)>,
    gradient: CubeTensor,
    numbers: AdamNumbers,
) -> AdamBuffers {
    let gpu = gpu(&weights);
    let old = AdamBuffers {
        len: weights.meta.num_elements(),
        weights: buffer_of(weights),
        first: buffer_of(first),
        second: buffer_of(second),
        average,
    };
    hrm_kernels::adam_atan2(&gpu, &old, &buffer_of(gradient), numbers)
}
