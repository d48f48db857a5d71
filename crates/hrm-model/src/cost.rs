//! What a model costs: parameters by part, and floating-point operations by formula.

use crate::architecture::{Architecture, Level};
use hrm_config::{Arch, Mixer};
use serde::Serialize;

/// Trained numbers of one part of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartSize {
    /// The part.
    pub part: &'static str,
    /// Trained numbers.
    pub parameters: usize,
}

/// Floating-point operations for one puzzle in one supervision segment. A multiplication and an
/// addition are two operations. Matrix products (attention's included) are counted; elementwise work
/// is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SegmentFlops {
    /// Without gradient, as in evaluation.
    pub forward: u64,
    /// One training step: the segment, the backward pass through its last updates (two products for
    /// each one forward), and where q_continue is trained, the segment that gives its target.
    pub training: u64,
}

impl Architecture {
    /// Trained numbers by part.
    pub fn parameters_by_part(&self) -> Vec<PartSize> {
        let parts = [
            ("token embedding", "embed_tokens."),
            ("position embedding", "embed_pos."),
            ("H network", "H_level."),
            ("L network", "L_level."),
            ("output head", "lm_head."),
            ("halting head", "q_head."),
        ];
        let specs = self.parameter_specs();
        let count = |prefix: &str| -> usize {
            let of_part = specs.iter().filter(|spec| spec.name.starts_with(prefix));
            of_part.map(crate::ParameterSpec::len).sum()
        };
        let puzzles = self.dims.num_puzzle_identifiers * self.resolved.puzzle_emb_ndim;
        let dense = parts.map(|(part, prefix)| (part, count(prefix)));
        dense
            .into_iter()
            .chain([("puzzle embedding", puzzles)])
            .filter(|(_, parameters)| *parameters > 0)
            .map(|(part, parameters)| PartSize { part, parameters })
            .collect()
    }

    /// Operations of one segment on one puzzle; `trains_continue` says whether q_continue is trained.
    pub fn segment_flops(&self, trains_continue: bool) -> SegmentFlops {
        let (updates, without_gradient) = self.updates();
        let network = |update: &crate::segment::Update| {
            let level = self.network_of(*update);
            let blocks = self.levels().into_iter().find(|(l, _)| *l == level);
            blocks.map_or(0, |(_, blocks)| blocks as u64 * self.block_flops())
        };
        let all: u64 = updates.iter().map(network).sum();
        let with_gradient: u64 = updates[without_gradient..].iter().map(network).sum();
        let heads = self.head_flops();
        let forward = all + heads;
        let backward = 2 * (with_gradient + heads);
        let target = if trains_continue { forward } else { 0 };
        SegmentFlops {
            forward,
            training: forward + backward + target,
        }
    }

    pub(crate) fn network_of(&self, update: crate::segment::Update) -> Level {
        use crate::segment::Update;
        let shared = self.levels().len() == 1;
        match update {
            Update::Direct => Level::H,
            Update::High if shared && self.config.arch != Arch::Transformer => Level::L,
            Update::High => Level::H,
            Update::Low => Level::L,
        }
    }

    /// One block on one puzzle: 2 · (numbers of its weights) for each position, and for attention
    /// the two products of L × L with head size.
    fn block_flops(&self) -> u64 {
        let (positions, hidden) = (self.positions() as u64, self.hidden_size() as u64);
        let swiglu =
            |width: u64, rows: u64| 6 * rows * width * self.swiglu_inner(width as usize) as u64;
        let mixer = match self.config.mixer {
            Mixer::Mlp => swiglu(positions, hidden),
            Mixer::Attention => {
                let width = (self.config.num_heads * self.head_size()) as u64;
                8 * positions * hidden * width + 4 * positions * positions * width
            }
        };
        mixer + swiglu(hidden, positions)
    }

    fn head_flops(&self) -> u64 {
        let (hidden, cells) = (self.hidden_size() as u64, self.dims.seq_len as u64);
        2 * hidden * (cells * self.dims.vocab_size as u64 + 2)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Dims;
    use hrm_config::{ModelConfig, PositionEncoding};

    fn sudoku(config: ModelConfig) -> Architecture {
        let dims = Dims {
            vocab_size: 11,
            seq_len: 81,
            num_puzzle_identifiers: 1,
        };
        Architecture::new(&config, dims).unwrap()
    }

    /// 3 positions, heads of 2, inner width 256, one block; both updates of a cycle have a gradient.
    pub(crate) fn small() -> Architecture {
        let config = ModelConfig {
            arch: Arch::Trm,
            hidden_size: 4,
            num_heads: 2,
            l_layers: 1,
            h_cycles: 2,
            l_cycles: 1,
            ..ModelConfig::default()
        };
        let dims = Dims {
            vocab_size: 3,
            seq_len: 2,
            num_puzzle_identifiers: 5,
        };
        Architecture::new(&config, dims).unwrap()
    }

    #[test]
    fn the_published_hrm_has_27_million_parameters_and_36_gflop_a_step() {
        let hrm = sudoku(ModelConfig::default());
        let parts = hrm.parameters_by_part();
        let total: usize = parts.iter().map(|part| part.parameters).sum();
        assert_eq!(total, hrm.parameter_count());
        assert!((27_000_000..28_000_000).contains(&total), "{total}");
        let flops = hrm.segment_flops(true);
        assert!(
            (35..38).contains(&(flops.training / 1_000_000_000)),
            "{flops:?}"
        );
    }

    #[test]
    fn operations_are_counted_by_hand() {
        let trm = small();
        // 3 positions; qkv 4 × 12, output 4 × 4, scores and mixing 3 × 3 × 4 each; SwiGLU 4 × 256.
        let attention = 2 * 3 * (4 * 12 + 4 * 4) + 2 * 2 * (3 * 3 * 4);
        let swiglu = 2 * 3 * 3 * 4 * 256;
        let (block, heads) = (attention + swiglu, 2 * 4 * (2 * 3 + 2));
        let flops = trm.segment_flops(false);
        assert_eq!(flops.forward, 4 * block + heads);
        // The last cycle (two updates) has a backward pass.
        assert_eq!(flops.training, flops.forward + 2 * (2 * block + heads));
    }

    #[test]
    fn an_mlp_mixes_positions() {
        let config = ModelConfig {
            arch: Arch::Trm,
            mixer: Mixer::Mlp,
            pos_encodings: PositionEncoding::None,
            ..ModelConfig::default()
        };
        let parts = sudoku(config).parameters_by_part();
        assert!(parts.iter().all(|part| part.part != "H network"));
    }
}
