//! Sparse SignSGD for the puzzle table.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};
use std::collections::BTreeMap;

/// Constants of the optimizer at one step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignSgdSettings {
    pub(crate) lr: f64,
    pub(crate) weight_decay: f64,
}

/// The table [N, width] after the gradients [B, width] of the rows `ids`. Gradients of equal ids
/// are summed; each distinct row decays and moves by the sign of its sum; the others stay.
pub(crate) fn sign_sgd(
    table: Tensor<2>,
    ids: &[i32],
    gradients: Tensor<2>,
    settings: SignSgdSettings,
) -> Tensor<2> {
    let decay = (1.0 - settings.lr * settings.weight_decay) as f32;
    let lr = settings.lr as f32;
    #[cfg(feature = "kernels")]
    if !hrm_model::is_cpu(&table.device()) {
        return hrm_model::sign_sgd(table, ids, gradients, decay, lr);
    }
    let device = table.device();
    let [_, width] = table.dims();
    let mut places = BTreeMap::new();
    for id in ids {
        places.entry(*id).or_insert(0_i32);
    }
    let distinct: Vec<i32> = places.keys().copied().collect();
    for (place, slot) in places.values_mut().zip(0..) {
        *place = slot;
    }
    let targets: Vec<i32> = ids.iter().map(|id| places[id]).collect();
    let index = |values: Vec<i32>| {
        let len = values.len();
        Tensor::<1, Int>::from_data(TensorData::new(values, [len]), &device)
    };
    let rows = distinct.len();
    let sums = Tensor::<2>::zeros([rows, width], &device).select_assign(
        0,
        index(targets),
        gradients,
        IndexingUpdateOp::Add,
    );
    let distinct = index(distinct);
    let old = table.clone().select(0, distinct.clone());
    let new = old * decay - sums.sign() * lr;
    table.select_assign(0, distinct, new, IndexingUpdateOp::Assign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn equal_ids_are_summed_and_other_rows_are_untouched() {
        let device = Device::flex();
        let table = Tensor::<2>::from_floats([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], &device);
        let gradients = Tensor::<2>::from_floats([[1.0, -1.0], [-3.0, 1.0], [0.5, 0.0]], &device);
        let settings = SignSgdSettings {
            lr: 0.1,
            weight_decay: 0.5,
        };
        let new = sign_sgd(table, &[2, 2, 0], gradients, settings)
            .into_data()
            .try_to_vec::<f32>()
            .unwrap();
        let expected = [0.95 - 0.1, 0.95, 2.0, 2.0, 2.85 + 0.1, 2.85];
        for (n, e) in new.iter().zip(expected) {
            assert!((n - e).abs() < 1e-6, "{new:?}");
        }
    }
}
