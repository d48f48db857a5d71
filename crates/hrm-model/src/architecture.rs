//! What a model is made of: configuration and sizes, before any number is known.

use crate::parameters::ParameterSpec;
use crate::segment::Update;
use hrm_config::{
    Arch, GradientSpan, Mixer, ModelConfig, Networks, PositionEncoding, ResolvedModel,
};
use serde::{Deserialize, Serialize};

/// Sizes that come from the dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dims {
    /// V: tokens.
    pub vocab_size: usize,
    /// S: cells of a puzzle.
    pub seq_len: usize,
    /// N: puzzle identifiers.
    pub num_puzzle_identifiers: usize,
}

/// A model that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The configuration has a problem that `ModelConfig::check` names.
    #[error("{0}")]
    Config(String),
}

/// Configuration and sizes of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// The configuration.
    pub config: ModelConfig,
    /// Its choices after defaults.
    pub resolved: ResolvedModel,
    /// Sizes that come from the dataset.
    pub dims: Dims,
}

impl Architecture {
    /// Checks the configuration and combines it with the dataset's sizes.
    pub fn new(config: &ModelConfig, dims: Dims) -> Result<Self, ModelError> {
        if let Some(problem) = config.check().first() {
            return Err(ModelError::Config(problem.to_string()));
        }
        Ok(Self {
            config: config.clone(),
            resolved: config.resolve(),
            dims,
        })
    }

    /// D: width of every state vector.
    pub fn hidden_size(&self) -> usize {
        self.config.hidden_size
    }

    /// P: positions in front of the puzzle.
    pub fn puzzle_positions(&self) -> usize {
        self.resolved.puzzle_emb_len
    }

    /// L = P + S: positions of the sequence.
    pub fn positions(&self) -> usize {
        self.puzzle_positions() + self.dims.seq_len
    }

    /// Size of an attention head, floor(D / heads).
    pub fn head_size(&self) -> usize {
        self.config.hidden_size / self.config.num_heads
    }

    /// Inner width of a SwiGLU over `width` values: round(expansion · width · 2/3), halves to
    /// even, rounded up to a multiple of 256.
    pub fn swiglu_inner(&self, width: usize) -> usize {
        let inner = (self.config.expansion * width as f64 * 2.0 / 3.0).round_ties_even() as usize;
        inner.div_ceil(256) * 256
    }

    /// The two levels' names and numbers of blocks.
    pub(crate) fn levels(&self) -> Vec<(Level, usize)> {
        match (self.config.arch, self.resolved.networks) {
            (Arch::Transformer, _) => vec![(Level::H, self.config.h_layers)],
            (_, Networks::Shared) => vec![(Level::L, self.config.l_layers)],
            (_, Networks::Separate) => {
                vec![
                    (Level::H, self.config.h_layers),
                    (Level::L, self.config.l_layers),
                ]
            }
        }
    }

    /// The updates of one segment, and how many of them come before the gradient starts.
    pub(crate) fn updates(&self) -> (Vec<Update>, usize) {
        if self.config.arch == Arch::Transformer {
            return (vec![Update::Direct], 0);
        }
        let mut cycle = vec![Update::Low; self.config.l_cycles];
        cycle.push(Update::High);
        let updates = cycle.repeat(self.config.h_cycles);
        let with_gradient = match self.resolved.gradient {
            GradientSpan::LastStep => 2,
            GradientSpan::LastCycle => cycle.len(),
        };
        let without = updates.len().saturating_sub(with_gradient);
        (updates, without)
    }

    /// Whether the model has a state z_L besides z_H.
    pub fn has_low_state(&self) -> bool {
        self.config.arch != Arch::Transformer
    }

    /// Whether positions have a learned table.
    pub(crate) fn learns_positions(&self) -> bool {
        self.config.pos_encodings == PositionEncoding::Learned
    }

    pub(crate) fn rotates_positions(&self) -> bool {
        self.config.pos_encodings == PositionEncoding::Rope && self.config.mixer == Mixer::Attention
    }

    /// Every parameter and buffer except the puzzle table, in a fixed order.
    pub fn parameter_specs(&self) -> Vec<ParameterSpec> {
        crate::parameters::specs(self)
    }

    /// Trained numbers: weights, biases and the puzzle table.
    pub fn parameter_count(&self) -> usize {
        let dense: usize = self
            .parameter_specs()
            .iter()
            .filter(|s| s.trained)
            .map(ParameterSpec::len)
            .sum();
        dense + self.dims.num_puzzle_identifiers * self.resolved.puzzle_emb_ndim
    }
}

/// One of the two coupled networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// High level: slow, abstract.
    H,
    /// Low level: fast, detailed.
    L,
}

impl Level {
    /// Prefix of the level's parameters in published checkpoints.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::H => "H_level",
            Self::L => "L_level",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Units;

    #[test]
    fn swiglu_widths_are_the_published_ones() {
        let units = Units::read();
        let table = units.texts["swiglu_inter_table_hidden_expansion_inter"].as_array();
        let rows = table.unwrap();
        assert!(rows.len() > 100);
        let half = &units.texts["swiglu_round_half_even"];
        let half = serde_json::json!([half["hidden"], half["expansion"], half["inter"]]);
        for row in rows.iter().chain([&half]) {
            let config = ModelConfig {
                expansion: row[1].as_f64().unwrap(),
                ..ModelConfig::default()
            };
            let dims = Dims {
                vocab_size: 2,
                seq_len: 1,
                num_puzzle_identifiers: 1,
            };
            let architecture = Architecture::new(&config, dims).unwrap();
            let width = row[0].as_u64().unwrap() as usize;
            assert_eq!(
                architecture.swiglu_inner(width) as u64,
                row[2].as_u64().unwrap(),
                "{row}"
            );
        }
    }
}
