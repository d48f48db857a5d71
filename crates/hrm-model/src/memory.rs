//! How much device memory a model needs: by formula, from what each operation keeps.

use crate::architecture::Architecture;
use crate::device::DeviceKind;
use crate::segment::Update;
use hrm_config::{Mixer, Precision};
use serde::Serialize;

/// Bytes of a float32 number.
const F32: u64 = 4;

/// Numbers of float64 size that the loss of a cell keeps for each token.
const LOSS_COPIES: u64 = 6;

/// Device memory in bytes, by what it is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MemoryEstimate {
    /// Weights in float32, and copies in another format or order.
    pub weights: u64,
    /// Gradients of the weights.
    pub gradients: u64,
    /// Both moments of the optimizer, and the moving average of the weights.
    pub optimizer: u64,
    /// Puzzle embeddings. Their optimizer has no moments.
    pub puzzle_table: u64,
    /// Recurrent states that the batch carries.
    pub states: u64,
    /// What the parts that are worked on at a time keep for the backward pass, or hold in evaluation.
    pub activations: u64,
    /// The largest that is held for a moment beside all this.
    pub temporary: u64,
}

impl MemoryEstimate {
    /// All of it.
    pub const fn total(&self) -> u64 {
        self.weights
            + self.gradients
            + self.optimizer
            + self.puzzle_table
            + self.states
            + self.activations
            + self.temporary
    }
}

/// What memory is estimated for, beside the model.
#[derive(Debug, Clone, Copy)]
pub struct MemoryUse {
    /// The kind of device.
    pub kind: DeviceKind,
    /// The number format of activations.
    pub precision: Precision,
    /// Puzzles of a batch that one device has.
    pub batch_size: usize,
    /// Puzzles of the largest part of a batch.
    pub part_size: usize,
    /// Parts of a batch that are worked on at a time.
    pub parts_at_a_time: usize,
}

impl MemoryUse {
    /// Whether a batch is worked on in several parts, whose gradients are summed.
    const fn sums_parts(&self) -> bool {
        self.batch_size > self.part_size
    }

    /// Bytes of an activation.
    const fn width(&self) -> u64 {
        match self.precision {
            Precision::F32 => F32,
            Precision::Bf16 => 2,
        }
    }

    /// Whether what lies between the matrix products is one operation each: the loops for CPUs, or the kernels for
    /// GPUs.
    const fn is_fused(&self) -> bool {
        !matches!(
            (self.kind, self.precision),
            (DeviceKind::Cpu, Precision::Bf16)
        )
    }
}

/// Bytes for each position of a sequence.
#[derive(Debug, Clone, Copy, Default)]
struct BlockMemory {
    /// What a block keeps for its backward pass.
    kept: u64,
    /// The most that its backward pass holds for a moment.
    backward: u64,
    /// The most that its forward pass holds for a moment without a graph.
    forward: u64,
}

impl Architecture {
    /// Memory of a training step at its peak, when the backward pass begins: then everything that
    /// the updates with gradient keep is there. `average` says whether there is a moving average of the
    /// weights.
    ///
    /// With P weights, L positions, width D, inner width I, H heads of d numbers together w = H · d, a
    /// bytes for an activation and B puzzles in a part, a block with attention keeps for each position
    /// q, k, v and the mixed values (4 w), two L · L score matrices of all heads (2 H · L) where attention
    /// is differentiated as single operations, or on a GPU with its kernel the sums (H), and in its SwiGLU
    /// and its two norms 3 I + 2 D numbers where those are one operation each, and 5 I + 4 D on a CPU in
    /// bfloat16 (the norm's input in float32). A SwiGLU over positions has its numbers for D · L instead of
    /// L · D. To that come 4 P for weights, 8 P for moments, 4 P for gradients, and as much again for the
    /// sum where a batch has parts; copies of the weights (bfloat16, or turned for products on a CPU);
    /// 2 · L · D · a states of each puzzle; logits and, on a CPU, the float64 numbers of their loss. A GPU's
    /// optimizer makes all its tensors anew (16 P, 20 P with an average), when activations are gone.
    ///
    /// Not counted: what an allocator holds between pieces, and what the driver takes for itself.
    ///
    /// On a CPU it is within an eighth of what small models take from the allocator
    /// (`hrm-train/tests/memory.rs`, float32 and bfloat16), and the resident memory of `hrm bench train`
    /// with the published models in batches of 1 and 8 was 0.87 to 1.08 times the estimate. It has not
    /// been compared with a GPU yet; `hrm bench train` prints both.
    pub fn training_memory(&self, use_of: &MemoryUse, average: bool) -> MemoryEstimate {
        let (dense, block) = (self.dense_bytes(), self.block_memory(use_of));
        let rows = (use_of.part_size * self.positions()) as u64;
        let parts = use_of.parts_at_a_time as u64;
        let (updates, without_gradient) = self.updates();
        let differentiated = updates.get(without_gradient..).unwrap_or_default();
        let blocks: u64 = differentiated.iter().map(|u| self.blocks_of(*u)).sum();
        // Each update begins with a sum of states; the encoded input is there beside them.
        let sums = (differentiated.len() as u64 + 1) * self.state_row(use_of);
        let kept = rows * (blocks * block.kept + sums) + self.head_bytes(use_of);
        let sum_of_parts = u64::from(use_of.sums_parts());
        let activations = parts * kept;
        let new_tensors = match use_of.kind {
            DeviceKind::Cpu => 0,
            DeviceKind::Cuda => dense * (4 + u64::from(average)),
        };
        let of_block = parts * rows * block.backward.max(block.forward);
        MemoryEstimate {
            weights: dense + self.copies(use_of),
            gradients: dense * (parts + sum_of_parts),
            optimizer: dense * (2 + u64::from(average)),
            puzzle_table: self.puzzle_bytes(),
            states: self.state_bytes(use_of),
            activations,
            temporary: of_block.max(new_tensors.saturating_sub(activations)),
        }
    }

    /// Memory of the evaluation of a batch at its peak: weights, states, and the largest that one block
    /// holds for a moment. Formula and limits as in [`Architecture::training_memory`].
    pub fn evaluation_memory(&self, use_of: &MemoryUse) -> MemoryEstimate {
        let dense = self.dense_bytes();
        let rows = (use_of.part_size * self.positions()) as u64;
        let parts = use_of.parts_at_a_time as u64;
        // The encoded input, and the sum with which an update begins.
        let held = rows * 2 * self.state_row(use_of) + self.head_bytes(use_of);
        MemoryEstimate {
            weights: dense + self.copies(use_of),
            puzzle_table: self.puzzle_bytes(),
            states: parts * rows * self.states() * self.state_row(use_of),
            activations: parts * held,
            temporary: parts * rows * self.block_memory(use_of).forward,
            ..MemoryEstimate::default()
        }
    }

    /// Parameters and buffers in float32, but for the puzzle table.
    fn dense_bytes(&self) -> u64 {
        let specs = self.parameter_specs();
        let numbers: usize = specs.iter().map(crate::ParameterSpec::len).sum();
        F32 * numbers as u64
    }

    /// Copies of the weights: in a format of fewer bytes, and on a CPU turned, for the network without gradient.
    fn copies(&self, use_of: &MemoryUse) -> u64 {
        let turned = u64::from(use_of.kind == DeviceKind::Cpu);
        match use_of.precision {
            Precision::F32 => turned * self.dense_bytes(),
            Precision::Bf16 => (1 + turned) * self.dense_bytes() / 2,
        }
    }

    fn puzzle_bytes(&self) -> u64 {
        F32 * (self.dims.num_puzzle_identifiers * self.resolved.puzzle_emb_ndim) as u64
    }

    /// z_H, and z_L where there is one.
    fn states(&self) -> u64 {
        1 + u64::from(self.has_low_state())
    }

    /// A state's vector at one position.
    fn state_row(&self, use_of: &MemoryUse) -> u64 {
        self.hidden_size() as u64 * use_of.width()
    }

    /// The states of the batch, and those that a part makes of them.
    fn state_bytes(&self, use_of: &MemoryUse) -> u64 {
        let puzzles = (use_of.batch_size + use_of.part_size) as u64;
        puzzles * self.positions() as u64 * self.states() * self.state_row(use_of)
    }

    /// Cells as the heads take them, their logits, and what the loss keeps of these.
    fn head_bytes(&self, use_of: &MemoryUse) -> u64 {
        let (cells, tokens) = (self.dims.seq_len as u64, self.dims.vocab_size as u64);
        let of_loss = match use_of.kind {
            DeviceKind::Cpu => LOSS_COPIES * 8,
            DeviceKind::Cuda => 0,
        };
        let logits = tokens * (use_of.width() + of_loss);
        use_of.part_size as u64 * cells * (self.state_row(use_of) + logits)
    }

    fn blocks_of(&self, update: Update) -> u64 {
        let level = self.network_of(update);
        let found = self.levels().into_iter().find(|(l, _)| *l == level);
        found.map_or(0, |(_, blocks)| blocks as u64)
    }

    fn block_memory(&self, use_of: &MemoryUse) -> BlockMemory {
        let (hidden, width) = (self.hidden_size() as u64, use_of.width());
        let swiglu = |inner: u64| BlockMemory {
            kept: inner * width * if use_of.is_fused() { 3 } else { 5 },
            backward: inner * width * if use_of.is_fused() { 3 } else { 6 },
            forward: inner * width * if use_of.is_fused() { 3 } else { 6 },
        };
        let mixer = match self.config.mixer {
            Mixer::Attention => self.attention_memory(use_of),
            Mixer::Mlp => {
                let positions = self.positions();
                let inner =
                    (self.swiglu_inner(positions) as u64 * hidden).div_ceil(positions as u64);
                let mixer = swiglu(inner);
                BlockMemory {
                    // Turned before, and back after.
                    kept: mixer.kept + 2 * hidden * width,
                    ..mixer
                }
            }
        };
        let mlp = swiglu(self.swiglu_inner(self.hidden_size()) as u64);
        // The outputs of both norms; and where they are not one operation, their inputs in float32.
        let norms = 2
            * hidden
            * if use_of.is_fused() {
                width
            } else {
                width + F32
            };
        let passing = 2 * hidden * width;
        BlockMemory {
            kept: mixer.kept + mlp.kept + norms,
            backward: mixer.backward.max(mlp.backward) + passing,
            forward: mixer.forward.max(mlp.forward) + passing,
        }
    }

    fn attention_memory(&self, use_of: &MemoryUse) -> BlockMemory {
        let heads = self.config.num_heads as u64;
        let all_heads = heads * self.head_size() as u64 * use_of.width();
        let scores = heads * self.positions() as u64 * use_of.width();
        // As `hrm_kernels::attention_supported` has it.
        let has_kernel = self.head_size().is_multiple_of(16) && self.head_size() <= 128;
        match use_of.kind {
            DeviceKind::Cuda if has_kernel => BlockMemory {
                kept: 4 * all_heads + heads * F32,
                backward: 3 * all_heads + heads * F32,
                forward: 4 * all_heads,
            },
            DeviceKind::Cuda => BlockMemory {
                kept: 4 * all_heads + 2 * scores,
                backward: 3 * scores + 2 * all_heads,
                forward: 4 * all_heads + 2 * scores,
            },
            DeviceKind::Cpu => BlockMemory {
                kept: 4 * all_heads + 2 * scores,
                backward: 3 * scores + 2 * all_heads,
                // A head at a time.
                forward: 4 * all_heads,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dims;
    use crate::cost::tests::small;
    use hrm_config::ModelConfig;

    /// Embedding, heads with a bias, two initial states, projections, SwiGLU.
    const WEIGHTS: u64 =
        3 * 4 + (3 * 4 + 2 * 4 + 2) + 2 * 4 + (12 * 4 + 4 * 4) + (512 * 4 + 4 * 256);

    #[test]
    fn a_training_on_a_cpu_is_counted_by_hand() {
        let halves = MemoryUse {
            kind: DeviceKind::Cpu,
            precision: Precision::F32,
            batch_size: 4,
            part_size: 2,
            parts_at_a_time: 1,
        };
        let block = (4 * 4 + 2 * (2 * 3) + 3 * 256 + 2 * 4) * 4;
        let rows = 2 * 3;
        let heads = 2 * 2 * (4 * 4 + 3 * (4 + 6 * 8));
        let expected = MemoryEstimate {
            weights: 2 * 4 * WEIGHTS,
            gradients: 2 * 4 * WEIGHTS,
            optimizer: 3 * 4 * WEIGHTS,
            puzzle_table: 5 * 4 * 4,
            states: (4 + 2) * 3 * 2 * (4 * 4),
            activations: rows * (2 * block + 3 * 4 * 4) + heads,
            temporary: rows * (3 * 256 + 2 * 4) * 4,
        };
        let found = small().training_memory(&halves, true);
        assert_eq!(found, expected);
        let both = MemoryUse {
            parts_at_a_time: 2,
            ..halves
        };
        let more = small().training_memory(&both, true);
        assert_eq!(more.activations, 2 * found.activations);
        assert_eq!(more.gradients, 3 * 4 * WEIGHTS);
    }

    #[test]
    fn a_training_in_bf16_is_counted_by_hand() {
        let whole = MemoryUse {
            kind: DeviceKind::Cuda,
            precision: Precision::Bf16,
            batch_size: 4,
            part_size: 4,
            parts_at_a_time: 1,
        };
        let block = (4 * 4 + 2 * (2 * 3) + 3 * 256 + 2 * 4) * 2;
        let rows = 4 * 3;
        let heads = 4 * 2 * (4 * 2 + 3 * 2);
        let expected = MemoryEstimate {
            weights: (4 + 2) * WEIGHTS,
            gradients: 4 * WEIGHTS,
            optimizer: 2 * 4 * WEIGHTS,
            puzzle_table: 5 * 4 * 4,
            states: (4 + 4) * 3 * 2 * (4 * 2),
            activations: rows * (2 * block + 3 * 4 * 2) + heads,
            temporary: rows * (3 * 256 + 2 * 4) * 2,
        };
        assert_eq!(small().training_memory(&whole, false), expected);
        let evaluation = small().evaluation_memory(&whole);
        assert_eq!(evaluation.weights, (4 + 2) * WEIGHTS);
        assert_eq!((evaluation.gradients, evaluation.optimizer), (0, 0));
        assert_eq!(evaluation.temporary, expected.temporary);
    }

    #[test]
    fn long_sequences_need_memory_for_scores_without_a_kernel() {
        let of = |kind, seq_len: usize| {
            let dims = Dims {
                vocab_size: 6,
                seq_len,
                num_puzzle_identifiers: 1,
            };
            let hrm = Architecture::new(&ModelConfig::default(), dims).unwrap();
            let memory = MemoryUse {
                kind,
                precision: Precision::F32,
                batch_size: 1,
                part_size: 1,
                parts_at_a_time: 1,
            };
            hrm.training_memory(&memory, false).activations as f64
        };
        // Nearly ten times as long; with linear growth alone this is the ratio.
        let growth = |kind| of(kind, 900) / of(kind, 91);
        assert!(growth(DeviceKind::Cpu) > 12.0);
        assert!(growth(DeviceKind::Cuda) < 10.0);
    }
}
