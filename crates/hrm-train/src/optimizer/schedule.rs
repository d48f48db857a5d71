//! The learning rate: linear warm-up, then a cosine down to a share of the base rate.

use hrm_config::TrainConfig;
use std::f64::consts::PI;

/// The rate at `step` (1-based) of `total_steps` for the base rate `base`.
pub(crate) fn learning_rate(config: &TrainConfig, base: f64, step: u64, total_steps: u64) -> f64 {
    let warmup = config.lr_warmup_steps;
    if step < warmup {
        return base * step as f64 / warmup as f64;
    }
    let progress = (step - warmup) as f64 / total_steps.saturating_sub(warmup).max(1) as f64;
    let ratio = config.lr_min_ratio;
    let cosine = (1.0 - ratio) * 0.5 * (1.0 + (PI * progress).cos());
    base * (ratio + cosine.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warms_up_then_falls_to_the_ratio() {
        let config: TrainConfig = serde_json::from_value(serde_json::json!({
            "dataset": "d", "lr_warmup_steps": 10, "lr_min_ratio": 0.1
        }))
        .unwrap();
        let rate = |step| learning_rate(&config, 2.0, step, 110);
        assert!((rate(1) - 0.2).abs() < 1e-15);
        assert!((rate(10) - 2.0).abs() < 1e-15);
        assert!((rate(60) - 2.0 * 0.55).abs() < 1e-12);
        assert!((rate(110) - 0.2).abs() < 1e-12);
    }
}
