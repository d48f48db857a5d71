//! When a puzzle halts.

use hrm_config::{Arch, TrainConfig};
use rand::Rng;

/// The learned halting decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HaltingRule {
    /// q_halt > q_continue (HRM and the Transformer baselines).
    AgainstContinue,
    /// q_halt > 0 (TRM, whose continue head is not trained).
    HaltAlone,
}

impl HaltingRule {
    pub(crate) fn of(config: &TrainConfig) -> Self {
        if config.model.arch == Arch::Transformer || config.trains_continue() {
            Self::AgainstContinue
        } else {
            Self::HaltAlone
        }
    }

    pub(crate) fn halts(self, q_halt: f32, q_continue: f32) -> bool {
        match self {
            Self::AgainstContinue => q_halt > q_continue,
            Self::HaltAlone => q_halt > 0.0,
        }
    }
}

/// Minimum numbers of segments that exploration imposes on the slots of a batch at `step`: with
/// the given probability uniform in 2..=`segments`, else 0.
pub(crate) fn exploration_minima(
    config: &TrainConfig,
    seed: u64,
    step: u64,
    slots: usize,
) -> Vec<usize> {
    let mut rng = hrm_random::stream(seed, "train/exploration", step);
    (0..slots)
        .map(|_| {
            // Both numbers are drawn for every slot, so that a slot's draws do not depend on others.
            let explores = rng.random::<f64>() < config.exploration;
            let minimum = rng.random_range(2..=config.segments.max(2));
            if explores { minimum } else { 0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn config(exploration: f64) -> TrainConfig {
        serde_json::from_value(serde_json::json!({
            "dataset": "d", "exploration": exploration, "segments": 4
        }))
        .unwrap()
    }

    #[test]
    fn exploration_draws_between_two_and_the_maximum() {
        let minima: Vec<usize> = (0..200)
            .flat_map(|step| exploration_minima(&config(0.5), 3, step, 8))
            .collect();
        let exploring = minima.iter().filter(|m| **m > 0).count();
        assert!((600..1000).contains(&exploring), "{exploring} of 1600");
        assert!(minima.iter().all(|m| *m == 0 || (2..=4).contains(m)));
        assert!((2..=4).all(|m| minima.contains(&m)));
        assert!(
            exploration_minima(&config(0.0), 3, 1, 8)
                .iter()
                .all(|m| *m == 0)
        );
    }

    #[test]
    fn rules_compare_what_they_say() {
        assert!(HaltingRule::AgainstContinue.halts(-1.0, -2.0));
        assert!(!HaltingRule::AgainstContinue.halts(1.0, 2.0));
        assert!(HaltingRule::HaltAlone.halts(0.5, 2.0));
        assert!(!HaltingRule::HaltAlone.halts(0.0, -2.0));
    }

    #[test]
    fn halting_rules_follow_the_architecture() {
        let rule = |model: Value| {
            let config: TrainConfig =
                serde_json::from_value(json!({ "dataset": "d", "model": model })).unwrap();
            HaltingRule::of(&config)
        };
        assert_eq!(rule(json!({ "arch": "hrm" })), HaltingRule::AgainstContinue);
        assert_eq!(rule(json!({ "arch": "trm" })), HaltingRule::HaltAlone);
        assert_eq!(
            rule(json!({ "arch": "transformer" })),
            HaltingRule::AgainstContinue
        );
    }
}
