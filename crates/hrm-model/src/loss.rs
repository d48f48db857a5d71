//! Losses.

use crate::network::Outputs;
use burn::tensor::{DType, Device, FloatDType, Int, Tensor, TensorData, activation::log_softmax};
use hrm_config::Loss;

/// The labels of a batch as tensors.
#[derive(Debug, Clone)]
pub struct LabelTensors {
    /// Labels, those of ignored cells negative, [B · S].
    labels: Tensor<1, Int>,
    /// Counted cells of each puzzle, [B], float32.
    counted: Tensor<1>,
}

impl LabelTensors {
    /// From labels [B · S] in rows of `seq_len`; negative labels mark ignored cells.
    pub fn new(labels: &[i32], seq_len: usize, device: &Device) -> Self {
        let of_puzzle = |puzzle: &[i32]| puzzle.iter().filter(|label| **label >= 0).count() as f32;
        let counted: Vec<f32> = labels.chunks(seq_len).map(of_puzzle).collect();
        let (len, puzzles) = (labels.len(), counted.len());
        let labels = TensorData::new(labels.to_vec(), [len]);
        Self {
            labels: Tensor::from_data(labels, device),
            counted: Tensor::from_data(TensorData::new(counted, [puzzles]), (device, DType::F32)),
        }
    }

    /// 1 / (counted cells of the puzzle) where the cell is counted, else 0, [B · S], float64.
    fn weights(&self) -> Tensor<1> {
        let ([cells], [puzzles]) = (self.labels.dims(), self.counted.dims());
        let is_counted = self.labels.clone().greater_equal_elem(0).float();
        let by_puzzle = is_counted
            .cast(FloatDType::F64)
            .reshape([puzzles, cells / puzzles.max(1)]);
        let counted = self.counted.clone().cast(FloatDType::F64).clamp_min(1.0);
        (by_puzzle / counted.reshape([puzzles, 1])).reshape([cells])
    }

    /// What the logits [B · S, V] are worth against the labels.
    pub fn judge(&self, kind: Loss, logits: &Tensor<2>) -> Judged {
        #[cfg(feature = "kernels")]
        if !crate::is_cpu(&logits.device()) {
            let (losses, correct) = self.on_gpu(kind, logits);
            return Judged {
                lm: losses.sum(),
                correct,
            };
        }
        Judged {
            lm: cell_losses(kind, logits.clone(), self).sum(),
            correct: self.correct(logits),
        }
    }

    /// Losses and right cells of each puzzle, [B], by one kernel.
    #[cfg(feature = "kernels")]
    fn on_gpu(&self, kind: Loss, logits: &Tensor<2>) -> (Tensor<1>, Tensor<1>) {
        let ([cells], [puzzles]) = (self.labels.dims(), self.counted.dims());
        let seq_len = cells / puzzles.max(1);
        let (logits, labels) = (logits.clone(), self.labels.clone());
        let (losses, correct) = crate::fused::loss::puzzle_losses(kind, logits, labels, seq_len);
        (losses, correct.float())
    }

    /// Counted cells of each puzzle that the logits [B · S, V] have right, [B], float32, without
    /// gradient. No logit is of an ignored label, so that its cell is never right.
    fn correct(&self, logits: &Tensor<2>) -> Tensor<1> {
        let [puzzles] = self.counted.dims();
        let [cells] = self.labels.dims();
        let predicted = logits.clone().inner().argmax(1).reshape([cells]);
        let right = predicted.equal(self.labels.clone()).float();
        right
            .reshape([puzzles, cells / puzzles.max(1)])
            .sum_dim(1)
            .reshape([puzzles])
    }

    /// 1 where all counted cells of a puzzle are right, else 0, [B]; `correct` is of [`Judged::correct`].
    pub fn exact(&self, correct: &Tensor<1>) -> Tensor<1> {
        correct.clone().equal(self.counted.clone()).float()
    }
}

/// What the logits of a batch are worth.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Sum over puzzles of the mean cross-entropy of their counted cells, [1], float64 (float32 on a device that
    /// has no logarithm of it).
    pub lm: Tensor<1>,
    /// Counted cells of each puzzle that are predicted right, [B], float32, without gradient.
    pub correct: Tensor<1>,
}

/// The loss of a training step and its parts, each a scalar.
#[derive(Debug, Clone)]
pub struct LossTensors {
    /// What is differentiated: (lm + 0.5 · (q_halt + q_continue)) / batch size, float64 (float32 on a device that has no logarithm of it).
    pub total: Tensor<1>,
    /// Sum over puzzles of the mean cross-entropy of their counted cells.
    pub lm: Tensor<1>,
    /// Sum over puzzles of the halting head's loss.
    pub q_halt: Tensor<1>,
    /// Sum over puzzles of the continue head's loss, where it is trained.
    pub q_continue: Option<Tensor<1>>,
}

impl LossTensors {
    /// The loss of a segment, of which `lm` is [`Judged::lm`]. `exact` ([B], 0 or 1) says which puzzles are exactly right;
    /// `target_continue` ([B]) is the continue head's target where it is trained. `batch_size` is
    /// that of the whole batch, of which this may be a part.
    pub fn new(
        lm: Tensor<1>,
        outputs: &Outputs,
        exact: Tensor<1>,
        target_continue: Option<Tensor<1>>,
        batch_size: usize,
    ) -> Self {
        let q_halt = binary_cross_entropy(outputs.q_halt.clone(), exact);
        let q_continue =
            target_continue.map(|target| binary_cross_entropy(outputs.q_continue.clone(), target));
        let heads = match &q_continue {
            Some(q_continue) => q_halt.clone() + q_continue.clone(),
            None => q_halt.clone(),
        };
        let wide = FloatDType::from(lm.dtype());
        let total = (lm.clone() + heads.cast(wide) * 0.5) / batch_size as f64;
        Self {
            total,
            lm,
            q_halt,
            q_continue,
        }
    }
}

/// Mean cross-entropy of the counted cells of each puzzle; logits [B · S, V], result [B], float64.
pub fn cross_entropy_by_puzzle(
    kind: Loss,
    logits: Tensor<2>,
    labels: &LabelTensors,
    seq_len: usize,
) -> Tensor<1> {
    #[cfg(feature = "kernels")]
    if !crate::is_cpu(&logits.device()) {
        return labels.on_gpu(kind, &logits).0;
    }
    let [rows, _] = logits.dims();
    cell_losses(kind, logits, labels)
        .reshape([rows / seq_len, seq_len])
        .sum_dim(1)
        .reshape([rows / seq_len])
}

/// Each cell's cross-entropy times its weight, [B · S], float64.
fn cell_losses(kind: Loss, logits: Tensor<2>, labels: &LabelTensors) -> Tensor<1> {
    let [rows, _] = logits.dims();
    let log_probabilities = match kind {
        Loss::Stablemax => log_stablemax(logits.cast(FloatDType::F64)),
        Loss::Softmax => log_softmax(logits.cast(FloatDType::F32), 1).cast(FloatDType::F64),
    };
    let picked = log_probabilities
        .gather(1, labels.labels.clone().clamp_min(0).reshape([rows, 1]))
        .reshape([rows]);
    -(picked * labels.weights())
}

/// log(s(x) / Σ s(x)) with s(x) = x + 1 for x ≥ 0 and 1 / (1 - x) below.
///
/// Either branch sees only its own side of zero, so that the unused one can neither overflow nor
/// send a NaN backward (in float32 the plain formula does both at x = 1).
fn log_stablemax(x: Tensor<2>) -> Tensor<2> {
    let negative = x.clone().lower_elem(0.0);
    let below = (-(x.clone().clamp_max(0.0)) + 1.0).recip();
    let s = (x + 1.0).mask_where(negative, below);
    let sum = s.clone().sum_dim(1);
    (s / sum).log()
}

/// Sum of the binary cross-entropies of logits [B] against targets [B], float32, result [1].
fn binary_cross_entropy(logits: Tensor<1>, targets: Tensor<1>) -> Tensor<1> {
    let positive = logits.clone().clamp_min(0.0);
    let tail = (-logits.clone().abs()).exp().log1p();
    (positive - logits * targets + tail).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Units, assert_close, gradient};

    #[test]
    fn stablemax_and_its_gradient_at_the_edges() {
        let units = Units::read();
        let x = units.leaf::<2>("stablemax.x");
        let y = log_stablemax(x.clone().cast(FloatDType::F64));
        assert_close(&y, units.numbers("stablemax.log_f64"), 1e-5);
        let golden = units.numbers("stablemax.grad_x");
        let upstream = units
            .tensor::<2>("stablemax.upstream")
            .cast(FloatDType::F64);
        assert_close(&gradient(&x, y, upstream), golden, 1e-5);
    }

    fn labels(units: &Units, name: &str, seq_len: usize) -> LabelTensors {
        let labels: Vec<i32> = units.numbers(name).iter().map(|l| *l as i32).collect();
        LabelTensors::new(&labels, seq_len, &Device::flex())
    }

    #[test]
    fn ignored_cells_are_neither_right_nor_wrong() {
        let device = Device::flex();
        let labels = LabelTensors::new(&[1, -100, 0, 2, -100, -100], 2, &device);
        let logits = [
            [0.0, 1.0, 0.0],
            [1.0, 0.0, 0.0],
            [0.0, 3.0, 0.0],
            [0.0, 1.0, 2.0],
            [1.0, 0.0, 0.0],
            [1.0, 0.0, 0.0],
        ];
        let correct = labels.correct(&Tensor::from_floats(logits, &device));
        assert_close(&correct, &[1.0, 1.0, 0.0], 0.0);
        assert_close(&labels.exact(&correct), &[1.0, 0.0, 1.0], 0.0);
    }

    #[test]
    fn stablemax_cross_entropy() {
        let units = Units::read();
        let x = units.leaf::<2>("stablemax.x");
        let losses = cell_losses(
            Loss::Stablemax,
            x.clone(),
            &labels(&units, "stablemax.labels", 1),
        );
        assert_close(&losses, units.numbers("stablemax.ce_f64"), 1e-5);
        let ones = Tensor::<1>::ones(losses.dims(), (&Device::flex(), DType::F64));
        let golden = units.numbers("stablemax.ce_grad_x");
        assert_close(&gradient(&x, losses, ones), golden, 1e-5);
    }

    /// In float32 the published formula's unused branch sends a NaN backward at x = 1.
    #[test]
    fn stablemax_has_a_gradient_at_one_in_float32() {
        let x = Tensor::<2>::from_floats([[1.0, 0.5]], &Device::flex());
        let x = x.autodiff().require_grad();
        let picked = log_stablemax(x.clone()).narrow(1, 0, 1);
        let mut gradients = picked.sum().backward();
        let ours = x.grad_remove(&mut gradients).unwrap();
        let expected = [1.0 / 2.0 - 1.0 / 3.5, -1.0 / 3.5];
        assert_close(&ours, &expected, 1e-6);
    }

    #[test]
    fn softmax_cross_entropy() {
        let units = Units::read();
        let x = units.leaf::<2>("softmax_ce.x");
        // Each cell is a puzzle of its own, so that no divisor comes in.
        let losses = cell_losses(
            Loss::Softmax,
            x.clone(),
            &labels(&units, "softmax_ce.labels", 1),
        );
        assert_close(&losses, units.numbers("softmax_ce.ce"), 1e-5);
        let ones = Tensor::<1>::ones(losses.dims(), (&Device::flex(), DType::F64));
        let golden = units.numbers("softmax_ce.grad_x");
        assert_close(&gradient(&x, losses, ones), golden, 1e-5);
    }
}
