//! `[train.NAME.model]`

use crate::bounds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which published system the model belongs to; decides the defaults of the other keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arch {
    /// Hierarchical Reasoning Model (arXiv 2506.21734): two networks, one-step gradient.
    #[default]
    Hrm,
    /// Tiny Recursive Model (arXiv 2510.04871): one network, gradient through the last cycle.
    Trm,
    /// Transformer baseline: one module of `h_layers` blocks, once per segment. With one segment
    /// it predicts directly, with more it is the recurrent Transformer.
    Transformer,
}

impl Arch {
    /// The name in workflow files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hrm => "hrm",
            Self::Trm => "trm",
            Self::Transformer => "transformer",
        }
    }
}

/// How positions are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PositionEncoding {
    /// Rotary embedding of queries and keys, base 10,000.
    #[default]
    Rope,
    /// A learned vector for each position.
    Learned,
    /// None (for `mixer = "mlp"`).
    None,
}

/// How a block mixes positions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mixer {
    /// Multi-head self-attention.
    #[default]
    Attention,
    /// A SwiGLU over positions (TRM's `mlp_t`).
    Mlp,
}

impl Mixer {
    /// The name in workflow files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attention => "attention",
            Self::Mlp => "mlp",
        }
    }
}

/// Whether the two levels have weights of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Networks {
    /// An H and an L network (HRM).
    Separate,
    /// One network (`l_layers` blocks) plays both parts (TRM).
    Shared,
}

impl Networks {
    /// The name in workflow files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Separate => "separate",
            Self::Shared => "shared",
        }
    }
}

/// Through which part of a segment the gradient flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GradientSpan {
    /// The last L step and the last H step (HRM's one-step approximation).
    LastStep,
    /// The whole last H cycle (TRM).
    LastCycle,
}

impl GradientSpan {
    /// The name in workflow files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LastStep => "last_step",
            Self::LastCycle => "last_cycle",
        }
    }
}

/// Architecture and size of a model. The defaults are the published 27M-parameter HRM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModelConfig {
    /// The published system that this model belongs to.
    pub arch: Arch,
    /// Width D of every state vector.
    #[schemars(transform = bounds::HIDDEN_SIZE.schema())]
    pub hidden_size: usize,
    /// Attention heads. The head size is `hidden_size / num_heads`, rounded down.
    #[schemars(transform = bounds::HEADS.schema())]
    pub num_heads: usize,
    /// Width of the SwiGLU: round(expansion · D · 2/3), rounded up to a multiple of 256.
    #[schemars(transform = bounds::EXPANSION.schema())]
    pub expansion: f64,
    /// Blocks of the H network (of the only module, for `arch = "transformer"`).
    #[schemars(transform = bounds::LAYERS.schema())]
    pub h_layers: usize,
    /// Blocks of the L network (of the shared network, for `networks = "shared"`).
    #[schemars(transform = bounds::LAYERS.schema())]
    pub l_layers: usize,
    /// H cycles in one segment (T in the papers).
    #[schemars(transform = bounds::CYCLES.schema())]
    pub h_cycles: usize,
    /// L cycles in one H cycle (n in the papers).
    #[schemars(transform = bounds::CYCLES.schema())]
    pub l_cycles: usize,
    /// Position encoding.
    pub pos_encodings: PositionEncoding,
    /// How blocks mix positions.
    pub mixer: Mixer,
    /// Width of a puzzle's embedding vector; 0 for none. Not set: `hidden_size`.
    #[schemars(transform = bounds::PUZZLE_EMB_NDIM.schema())]
    pub puzzle_emb_ndim: Option<usize>,
    /// Positions that the puzzle embedding fills. Not set: as many as its width needs.
    #[schemars(transform = bounds::PUZZLE_EMB_LEN.schema())]
    pub puzzle_emb_len: Option<usize>,
    /// Separate or shared networks. Not set: `separate` for HRM, `shared` for TRM.
    pub networks: Option<Networks>,
    /// Span of the gradient. Not set: `last_step` for HRM, `last_cycle` for TRM.
    pub gradient: Option<GradientSpan>,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            arch: Arch::Hrm,
            hidden_size: 512,
            num_heads: 8,
            expansion: 4.0,
            h_layers: 4,
            l_layers: 4,
            h_cycles: 2,
            l_cycles: 2,
            pos_encodings: PositionEncoding::Rope,
            mixer: Mixer::Attention,
            puzzle_emb_ndim: None,
            puzzle_emb_len: None,
            networks: None,
            gradient: None,
        }
    }
}

/// The choices of a [`ModelConfig`] after the defaults that depend on `arch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedModel {
    /// Separate or shared networks.
    pub networks: Networks,
    /// Span of the gradient.
    pub gradient: GradientSpan,
    /// Width of a puzzle's embedding vector; 0 for none.
    pub puzzle_emb_ndim: usize,
    /// Positions P in front of the puzzle.
    pub puzzle_emb_len: usize,
}

impl ModelConfig {
    /// Fills in what depends on `arch` and sizes.
    pub fn resolve(&self) -> ResolvedModel {
        let puzzle_emb_ndim = self.puzzle_emb_ndim.unwrap_or(self.hidden_size);
        let needed = puzzle_emb_ndim.div_ceil(self.hidden_size.max(1));
        let (networks, gradient) = match self.arch {
            Arch::Hrm => (Networks::Separate, GradientSpan::LastStep),
            Arch::Trm | Arch::Transformer => (Networks::Shared, GradientSpan::LastCycle),
        };
        ResolvedModel {
            networks: self.networks.unwrap_or(networks),
            gradient: self.gradient.unwrap_or(gradient),
            puzzle_emb_ndim,
            puzzle_emb_len: if puzzle_emb_ndim == 0 {
                0
            } else {
                self.puzzle_emb_len.unwrap_or(needed)
            },
        }
    }

    /// Keys that have no effect on this model, whatever their values.
    pub fn ignored(&self) -> Vec<&'static str> {
        let mut ignored = Vec::new();
        if self.arch == Arch::Transformer {
            ignored.extend(["l_layers", "h_cycles", "l_cycles", "networks", "gradient"]);
        } else if self.resolve().networks == Networks::Shared {
            ignored.push("h_layers");
        }
        if self.mixer == Mixer::Mlp {
            ignored.push("num_heads");
        }
        if self.resolve().puzzle_emb_ndim == 0 {
            ignored.push("puzzle_emb_len");
        }
        ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_architecture_does_not_use_is_ignored() {
        let model = |arch| ModelConfig {
            arch,
            ..ModelConfig::default()
        };
        assert_eq!(model(Arch::Hrm).ignored(), Vec::<&str>::new());
        assert_eq!(model(Arch::Trm).ignored(), ["h_layers"]);
        let separate = ModelConfig {
            networks: Some(Networks::Separate),
            mixer: Mixer::Mlp,
            puzzle_emb_ndim: Some(0),
            ..model(Arch::Trm)
        };
        assert_eq!(separate.ignored(), ["num_heads", "puzzle_emb_len"]);
        assert!(model(Arch::Transformer).ignored().contains(&"gradient"));
    }
}
