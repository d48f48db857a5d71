//! The models whose speed is of interest.

use hrm_config::{Arch, Mixer, ModelConfig, PositionEncoding, TrainConfig};
use hrm_model::Dims;

/// A model and a recipe whose speed is of interest.
#[derive(Debug, Clone)]
pub struct SpeedProfile {
    /// Name on the command line.
    pub name: &'static str,
    /// The recipe.
    pub train: TrainConfig,
    /// Sizes of the puzzles.
    pub dims: Dims,
}

/// The profiles: HRM and TRM-MLP on 9×9 Sudoku, HRM on 30×30 mazes (as long as ARC), and the
/// quick start.
pub fn speed_profiles() -> Vec<SpeedProfile> {
    let dims = |vocab_size, seq_len| Dims {
        vocab_size,
        seq_len,
        num_puzzle_identifiers: 1,
    };
    let hrm = TrainConfig::for_dataset("random");
    let trm = ModelConfig {
        arch: Arch::Trm,
        mixer: Mixer::Mlp,
        pos_encodings: PositionEncoding::None,
        l_layers: 2,
        h_cycles: 3,
        l_cycles: 6,
        puzzle_emb_len: Some(16),
        ..ModelConfig::default()
    };
    let small = ModelConfig {
        hidden_size: 64,
        num_heads: 4,
        h_layers: 2,
        l_layers: 2,
        pos_encodings: PositionEncoding::Learned,
        ..ModelConfig::default()
    };
    let profile = |name, model: ModelConfig, segments, ema, dims| SpeedProfile {
        name,
        train: TrainConfig {
            model,
            segments,
            ema,
            ..hrm.clone()
        },
        dims,
    };
    vec![
        profile("hrm-sudoku", ModelConfig::default(), 16, None, dims(11, 81)),
        profile("trm-mlp-sudoku", trm, 16, Some(0.999), dims(11, 81)),
        profile("hrm-maze", ModelConfig::default(), 16, None, dims(6, 900)),
        profile("quickstart", small, 8, None, dims(6, 16)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_model::Architecture;

    #[test]
    fn profiles_are_the_published_sizes() {
        for profile in speed_profiles() {
            let architecture = Architecture::new(&profile.train.model, profile.dims).unwrap();
            let millions = architecture.parameter_count() / 1_000_000;
            let expected = match profile.name {
                "hrm-sudoku" | "hrm-maze" => 27,
                "trm-mlp-sudoku" => 5,
                _ => 0,
            };
            assert_eq!(millions, expected, "{}", profile.name);
        }
    }
}
