//! What the checks accept and refuse.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use hrm_config::{
    DatasetConfig, EvaluateConfig, ModelConfig, Problem, ReportConfig, Split, TrainConfig,
};
use serde_json::{Value, json};

fn model(config: Value) -> Vec<Problem> {
    serde_json::from_value::<ModelConfig>(config)
        .unwrap()
        .check()
}

fn train(mut config: Value) -> Vec<Problem> {
    config["dataset"] = "data".into();
    serde_json::from_value::<TrainConfig>(config)
        .unwrap()
        .check()
}

fn dataset(config: Value) -> Vec<Problem> {
    serde_json::from_value::<DatasetConfig>(config)
        .unwrap()
        .check()
}

fn evaluate(mut config: Value) -> Vec<Problem> {
    config["train"] = "hrm".into();
    serde_json::from_value::<EvaluateConfig>(config)
        .unwrap()
        .check()
}

fn report(config: Value) -> Vec<Problem> {
    serde_json::from_value::<ReportConfig>(config)
        .unwrap()
        .check()
}

fn paths(problems: &[Problem]) -> Vec<&str> {
    problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect()
}

#[test]
fn published_and_default_configurations_are_accepted() {
    for config in [
        json!({}),
        json!({"arch": "trm", "num_heads": 8, "l_layers": 2, "h_cycles": 3, "l_cycles": 6, "puzzle_emb_len": 16}),
        json!({"arch": "trm", "mixer": "mlp", "pos_encodings": "none", "num_heads": 7}),
        json!({"arch": "transformer", "num_heads": 12, "h_layers": 8}),
        json!({"hidden_size": 60, "num_heads": 4, "pos_encodings": "learned"}),
        json!({"puzzle_emb_ndim": 0}),
        json!({"puzzle_emb_ndim": 0, "puzzle_emb_len": 0}),
        json!({"puzzle_emb_ndim": 1000, "puzzle_emb_len": 2}),
        json!({"hidden_size": 2, "num_heads": 1, "expansion": 0.5}),
    ] {
        assert_eq!(model(config.clone()), [], "{config}");
    }
    for config in [
        json!({"epochs": 20000}),
        json!({"steps": 2000}),
        json!({"steps": 1, "lr_warmup_steps": 0, "segments": 1, "exploration": 0.0, "ema": 0.999, "puzzle_emb_lr": 0.0}),
        json!({"steps": 5000, "eval_interval": 10, "early_stopping": {"patience": 1}}),
    ] {
        assert_eq!(train(config.clone()), [], "{config}");
    }
    for config in [
        json!({"sudoku": {}}),
        json!({"maze": {}, "augmentations": 7}),
        json!({"sudoku": {"box_rows": 2, "box_cols": 3, "givens": [8, 35], "guesses": [0, 0]}}),
        json!({"csv": {"puzzle": "maze", "train": "a.csv", "test": "b.csv", "subsample": 10, "validation": 9}}),
        json!({"folder": {"path": "published"}}),
    ] {
        assert_eq!(dataset(config.clone()), [], "{config}");
    }
    assert_eq!(evaluate(json!({})), []);
    assert_eq!(report(json!({})), []);
}

#[test]
fn wrong_models_are_refused() {
    for (config, path) in [
        (json!({"hidden_size": 0}), "hidden_size"),
        (json!({"hidden_size": 1_000_000}), "hidden_size"),
        (json!({"num_heads": 7}), "num_heads"),
        (json!({"num_heads": 1024}), "num_heads"),
        (json!({"hidden_size": 12, "num_heads": 4}), "num_heads"),
        (
            json!({"arch": "transformer", "hidden_size": 30, "num_heads": 9}),
            "num_heads",
        ),
        (json!({"expansion": 0.0}), "expansion"),
        (
            json!({"hidden_size": 8, "num_heads": 2, "expansion": 0.01}),
            "expansion",
        ),
        (json!({"h_layers": 0}), "h_layers"),
        (json!({"l_cycles": 0}), "l_cycles"),
        (json!({"mixer": "mlp"}), "pos_encodings"),
        (json!({"puzzle_emb_len": 0}), "puzzle_emb_len"),
        (
            json!({"puzzle_emb_ndim": 1025, "puzzle_emb_len": 2}),
            "puzzle_emb_len",
        ),
        (
            json!({"puzzle_emb_ndim": 0, "puzzle_emb_len": 1}),
            "puzzle_emb_len",
        ),
        (
            json!({"arch": "transformer", "networks": "separate"}),
            "networks",
        ),
        (
            json!({"arch": "transformer", "gradient": "last_step"}),
            "gradient",
        ),
    ] {
        assert_eq!(paths(&model(config.clone())), [path], "{config}");
    }
}

#[test]
fn wrong_trainings_are_refused() {
    for (config, path) in [
        (json!({}), ""),
        (json!({"steps": 5000, "epochs": 1}), "steps"),
        (json!({"steps": 0}), "steps"),
        (json!({"steps": 1999}), "lr_warmup_steps"),
        (json!({"epochs": 1, "seeds": []}), "seeds"),
        (json!({"epochs": 1, "seeds": [1, 2, 1]}), "seeds"),
        (json!({"epochs": 1, "lr": 0.0}), "lr"),
        (
            json!({"epochs": 1, "lr": 0.5, "weight_decay": 2.5}),
            "weight_decay",
        ),
        (
            json!({"epochs": 1, "puzzle_emb_lr": 0.5, "puzzle_emb_weight_decay": 2.5}),
            "puzzle_emb_weight_decay",
        ),
        (json!({"epochs": 1, "beta1": 1.0}), "beta1"),
        (json!({"epochs": 1, "exploration": -0.1}), "exploration"),
        (json!({"epochs": 1, "ema": 1.0}), "ema"),
        (
            json!({"epochs": 1, "early_stopping": {"patience": 3}}),
            "early_stopping",
        ),
        (
            json!({"epochs": 1, "eval_interval": 1, "early_stopping": {"patience": 0}}),
            "early_stopping.patience",
        ),
        (
            json!({"epochs": 1, "model": {"num_heads": 7}}),
            "model.num_heads",
        ),
    ] {
        assert_eq!(paths(&train(config.clone())), [path], "{config}");
    }
}

#[test]
fn wrong_datasets_evaluations_and_reports_are_refused() {
    for (config, path) in [
        (json!({}), ""),
        (json!({"sudoku": {}, "folder": {"path": "p"}}), "folder"),
        (json!({"sudoku": {"box_rows": 1}}), "sudoku.box_rows"),
        (json!({"sudoku": {"test": 0}}), "sudoku.test"),
        (json!({"sudoku": {"givens": [30, 20]}}), "sudoku.givens"),
        (json!({"sudoku": {"givens": [30, 81]}}), "sudoku.givens"),
        (json!({"sudoku": {"givens": [0, 16]}}), "sudoku.givens"),
        (json!({"sudoku": {"guesses": [1, 0]}}), "sudoku.guesses"),
        (json!({"maze": {"rows": 1000}}), "maze.rows"),
        (json!({"maze": {"rows": 10, "cols": 10}}), "maze.min_path"),
        (
            json!({"maze": {"wall_probability": [0.5, 0.4]}}),
            "maze.wall_probability",
        ),
        (
            json!({"maze": {"wall_probability": [-0.5, 0.4]}}),
            "maze.wall_probability",
        ),
        (
            json!({"csv": {"puzzle": "maze", "train": "", "test": "b"}}),
            "csv.train",
        ),
        (
            json!({"csv": {"puzzle": "maze", "train": "a", "test": "b", "subsample": 5, "validation": 5}}),
            "csv.validation",
        ),
        (json!({"folder": {"path": " "}}), "folder.path"),
        (
            json!({"folder": {"path": "p"}, "augmentations": 1}),
            "augmentations",
        ),
    ] {
        assert_eq!(
            paths(&dataset(config.clone())).first(),
            Some(&path),
            "{config}"
        );
    }
    for (config, path) in [
        (json!({"segments": 0}), "segments"),
        (json!({"metrics": []}), "metrics"),
        (
            json!({"metrics": ["exact_accuracy", "exact_accuracy"]}),
            "metrics",
        ),
        (json!({"batch_size": 0}), "batch_size"),
        (json!({"puzzles": 0}), "puzzles"),
    ] {
        assert_eq!(paths(&evaluate(config.clone())), [path], "{config}");
    }
    assert_eq!(
        paths(&report(json!({"title": "", "evaluations": []}))),
        ["title", "evaluations"]
    );
    assert_eq!(
        paths(&report(json!({"evaluations": ["a", "a"]}))),
        ["evaluations"]
    );
}

/// Every bound in the schema is one that the check holds: the value at the bound passes, the one
/// beyond does not.
#[test]
fn the_schema_has_the_bounds_of_the_checks() {
    let mut bounds = 0;
    type Check = fn(Value) -> Vec<Problem>;
    let cases: [(Value, Check, Value); 3] = [
        (
            schemars::schema_for!(ModelConfig).to_value(),
            model,
            json!({}),
        ),
        (
            schemars::schema_for!(TrainConfig).to_value(),
            train,
            json!({"epochs": 1}),
        ),
        (
            schemars::schema_for!(EvaluateConfig).to_value(),
            evaluate,
            json!({}),
        ),
    ];
    for (schema, check, base) in cases {
        for (key, property) in schema["properties"].as_object().unwrap() {
            let complains = |value: f64| {
                let mut config = base.clone();
                let integer = property["type"] == "integer" || property["type"][0] == "integer";
                config[key] = if integer {
                    json!(value as i64)
                } else {
                    json!(value)
                };
                check(config)
                    .iter()
                    .any(|problem| problem.path == *key && problem.message.contains("must be"))
            };
            let epsilon = if property.to_string().contains("integer") {
                1.0
            } else {
                1e-9
            };
            for (keyword, outward, included) in [
                ("minimum", -1.0, true),
                ("maximum", 1.0, true),
                ("exclusiveMinimum", -1.0, false),
                ("exclusiveMaximum", 1.0, false),
            ] {
                let Some(bound) = property.get(keyword).and_then(Value::as_f64) else {
                    continue;
                };
                let (inside, outside) = if included {
                    (bound, bound + outward * epsilon)
                } else {
                    (bound - outward * epsilon, bound)
                };
                assert!(!complains(inside), "{key}: {inside} is refused");
                // Unsigned numbers below 0 do not get as far as the check.
                if outside >= 0.0 || epsilon < 1.0 {
                    assert!(complains(outside), "{key}: {outside} is accepted");
                    bounds += 1;
                }
            }
        }
    }
    assert!(bounds >= 40, "only {bounds} bounds were tried");
}

#[test]
fn sizes_are_known_where_the_configuration_says_them() {
    let config = |value| serde_json::from_value::<DatasetConfig>(value).unwrap();
    let sizes = |value| {
        let config = config(value);
        [Split::Train, Split::Validation, Split::Test].map(|split| config.known_puzzles(split))
    };
    assert_eq!(
        sizes(json!({"sudoku": {"train": 5, "validation": 6, "test": 7}})),
        [Some(5), Some(6), Some(7)]
    );
    assert_eq!(
        sizes(json!({"maze": {"train": 5}})),
        [Some(5), Some(0), Some(1000)]
    );
    let csv =
        json!({"puzzle": "maze", "train": "a", "test": "b", "subsample": 10, "validation": 4});
    assert_eq!(sizes(json!({"csv": csv})), [Some(6), Some(4), None]);
    assert_eq!(
        sizes(json!({"folder": {"path": "p", "validation": 3}})),
        [None, None, None]
    );
    assert_eq!(sizes(json!({})), [None, None, None]);
}
