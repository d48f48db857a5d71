//! Rows of a table by tokens.

use crate::device::is_cpu;
use burn::tensor::{FloatDType, Int, Tensor};

/// Rows of a table [V, D] for tokens [B, S]: [B, S, D].
pub(crate) fn embed(table: &Tensor<2>, tokens: Tensor<2, Int>) -> Tensor<3> {
    if is_cpu(&table.device()) {
        selected(table, tokens)
    } else {
        multiplied(table, tokens)
    }
}

fn selected(table: &Tensor<2>, tokens: Tensor<2, Int>) -> Tensor<3> {
    let [batch, seq_len] = tokens.dims();
    let [_, hidden] = table.dims();
    let rows = table.clone().select(0, tokens.reshape([batch * seq_len]));
    rows.reshape([batch, seq_len, hidden])
}

/// As a product with rows of zeros and a single one, which is exact. burn's selection on a GPU adds the gradients of
/// all tokens one after another, tens of thousands in a row; the products of the puzzles run side by side.
fn multiplied(table: &Tensor<2>, tokens: Tensor<2, Int>) -> Tensor<3> {
    let [batch, seq_len] = tokens.dims();
    let [vocabulary, _] = table.dims();
    let all = Tensor::<1, Int>::arange(0..vocabulary as i64, &tokens.device());
    let is_token = tokens
        .reshape([batch, seq_len, 1])
        .equal(all.reshape([1, 1, vocabulary]));
    let one_hot = is_token.float().cast(FloatDType::from(table.dtype()));
    one_hot.matmul(table.clone().unsqueeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Distribution};

    #[test]
    fn the_product_gives_the_same_rows_and_gradients() {
        let device = Device::flex();
        let values = Tensor::<2>::random([5, 3], Distribution::Uniform(-1.0, 1.0), &device);
        let upstream = Tensor::<3>::random([2, 4, 3], Distribution::Uniform(-1.0, 1.0), &device);
        let tokens = Tensor::<2, Int>::from_ints([[0, 4, 4, 2], [2, 1, 4, 0]], &device);
        let run = |embed: fn(&Tensor<2>, Tensor<2, Int>) -> Tensor<3>| {
            let table = values.clone().autodiff().require_grad();
            let rows = embed(&table, tokens.clone());
            let mut gradients = (rows.clone() * upstream.clone().autodiff())
                .sum()
                .backward();
            (rows.inner(), table.grad_remove(&mut gradients).unwrap())
        };
        let ((rows, gradient), (same_rows, same_gradient)) = (run(selected), run(multiplied));
        rows.into_data().assert_eq(&same_rows.into_data(), true);
        let worst = (gradient - same_gradient).abs().max().into_scalar::<f32>();
        assert!(worst < 1e-6, "{worst}");
    }
}
