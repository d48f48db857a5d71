//! What valid workflows are expanded to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use hrm_config::{Scale, StageConfig, StageKind};
use hrm_workflow::{Workflow, load};
use std::fs;
use std::path::Path;

fn valid(name: &str, overrides: &[&str]) -> Workflow {
    let overrides: Vec<_> = overrides.iter().map(|&text| text.to_owned()).collect();
    let path = format!("tests/valid/{name}.toml");
    load(Path::new(&path), &overrides).unwrap_or_else(|error| panic!("{error}"))
}

/// Ids with the ids of their inputs.
fn outline(workflow: &Workflow) -> String {
    let line = |stage: &hrm_workflow::Stage| {
        let inputs: Vec<_> = stage
            .inputs
            .iter()
            .map(|&input| workflow.stages[input].id.as_str())
            .collect();
        format!("{} <- {}", stage.id, inputs.join(" + "))
            .trim_end_matches(" <- ")
            .to_owned()
            + "\n"
    };
    workflow.stages.iter().map(line).collect()
}

fn ids(workflow: &Workflow, kind: StageKind) -> Vec<&str> {
    workflow
        .stages
        .iter()
        .filter(|stage| stage.kind == kind)
        .map(|stage| stage.id.as_str())
        .collect()
}

fn train(workflow: &Workflow, index: usize) -> &hrm_config::TrainConfig {
    let trainings = workflow
        .stages
        .iter()
        .filter_map(|stage| match &stage.config {
            StageConfig::Train(train) => Some(train),
            _ => None,
        });
    trainings.into_iter().nth(index).unwrap()
}

#[test]
fn instances_of_valid_workflows() {
    for name in [
        "minimal",
        "quickstart",
        "all_axes",
        "transformer",
        "trm_mlp",
        "no_puzzle_embedding",
        "imported",
        "numbers",
        "extending",
        "parts/base",
        "parts/deep/data",
    ] {
        insta::assert_snapshot!(
            format!("valid_{}", name.replace('/', "_")),
            outline(&valid(name, &[]))
        );
    }
}

#[test]
fn an_instance_has_its_own_values() {
    let workflow = valid("quickstart", &[]);
    assert_eq!(workflow.name, "quickstart");
    assert_eq!(
        workflow.description.as_deref(),
        Some("Does the smallest model learn?")
    );
    let last = workflow
        .stages
        .iter()
        .rfind(|stage| stage.kind == StageKind::Train)
        .unwrap();
    assert_eq!(
        last.id,
        "train.hrm[lr=0.002,model.l_cycles=128,seed=18446744073709551615]"
    );
    assert_eq!(last.seed, Some(u64::MAX));
    let StageConfig::Train(config) = &last.config else {
        panic!("not a training")
    };
    assert_eq!(
        (config.lr, config.model.l_cycles, &config.seeds),
        (2e-3, 128, &vec![u64::MAX])
    );
    assert_eq!((config.model.hidden_size, config.segments), (64, 16));
    for (index, stage) in workflow.stages.iter().enumerate() {
        assert!(
            stage.inputs.iter().all(|&input| input < index),
            "{}",
            stage.id
        );
    }
}

#[test]
fn integers_and_floats_are_the_same_configuration() {
    let workflow = valid("numbers", &[]);
    let config = train(&workflow, 0);
    assert_eq!(
        (config.steps, config.batch_size, config.lr),
        (Some(1000), 16, 1.0)
    );
    assert_eq!(
        (config.weight_decay, config.lr_warmup_steps, &config.seeds),
        (0.0, 10, &vec![15])
    );
}

#[test]
fn extending_files_have_the_last_word() {
    let workflow = valid("extending", &[]);
    assert_eq!(workflow.name, "extending");
    let config = train(&workflow, 0);
    // The value ends the sweep over `lr` in the extended file; the other axis stays.
    assert_eq!(
        (config.lr, config.model.h_layers, config.batch_size),
        (5e-4, 1, 100)
    );
    assert_eq!(
        workflow.resolved["train"]["hrm"]["sweep"],
        serde_json::json!({"model.h_cycles": [1, 2], "weight_decay": [0.1, 1.0]})
    );
    assert_eq!(workflow.resolved.get("extends"), None);
    let StageConfig::Dataset(dataset) = &workflow.stages[0].config else {
        panic!("not a dataset")
    };
    let csv = dataset.csv.as_ref().unwrap();
    assert_eq!(
        (csv.train.as_str(), csv.test.as_str()),
        ("parts/deep/rows/train.csv", "/data/test.csv")
    );
}

#[test]
fn overrides_have_the_last_word() {
    for (overrides, expected) in [
        (&["train.lr=0.5"][..], "train.hrm[model.l_cycles=64,seed=0]"),
        (&["train.hrm.lr=0.5"], "train.hrm[model.l_cycles=64,seed=0]"),
        (
            &["train.seeds=[7]"],
            "train.hrm[lr=0.001,model.l_cycles=64]",
        ),
        (
            &["train.sweep={}"],
            "train.hrm[lr=0.001,model.l_cycles=64,seed=0]",
        ),
        (
            &["train.hrm.sweep.lr=[1e-5, 1e-6]"],
            "train.hrm[lr=1e-5,model.l_cycles=64,seed=0]",
        ),
        (
            &["train.model.l_cycles=2", "train.lr=1e-3", "train.seeds=[1]"],
            "train.hrm",
        ),
        (
            &["train.sweep.loss=[\"softmax\", \"stablemax\"]"],
            "train.hrm[lr=0.001,model.l_cycles=64,loss=softmax,seed=0]",
        ),
        (
            &["train.hrm.sweep.\"model.l_cycles\"=[3]"],
            "train.hrm[lr=0.001,seed=0]",
        ),
    ] {
        assert_eq!(
            ids(&valid("quickstart", overrides), StageKind::Train)[0],
            expected,
            "{overrides:?}"
        );
    }
    let workflow = valid(
        "quickstart",
        &[
            "name=other",
            "description = two words = nice",
            "train.lr=1e-4",
            "train.lr=2e-4",
        ],
    );
    assert_eq!(
        (workflow.name.as_str(), workflow.description.as_deref()),
        ("other", Some("two words = nice"))
    );
    assert_eq!(train(&workflow, 0).lr, 2e-4);
    // A stage called like a key is meant before the key.
    let workflow = valid(
        "quickstart",
        &[
            "dataset.sudoku.sudoku.train=400",
            "dataset.seed=5",
            "train.loss=softmax",
        ],
    );
    let StageConfig::Dataset(dataset) = &workflow.stages[0].config else {
        panic!("not a dataset")
    };
    assert_eq!(
        (dataset.seed, dataset.sudoku.as_ref().unwrap().train),
        (5, 400)
    );
}

#[test]
fn broken_overrides() {
    let path = Path::new("tests/valid/quickstart.toml");
    for (name, text) in [
        ("unknown_key", "train.hrm.hiden_size=64"),
        ("misspelt_key_of_all", "train.rl=1e-3"),
        ("key_of_model", "train.hidden_size=64"),
        ("misspelt_stage", "train.hmr.lr=1e-3"),
        ("misspelt_kind", "trian.lr=1e-3"),
        ("wrong_type", "train.lr=fast"),
        ("out_of_range", "train.hrm.batch_size=0"),
        ("combination", "train.model.num_heads=5"),
        ("larger_than_data", "dataset.sudoku.sudoku.train=50"),
        ("no_equals", "train.lr"),
        ("no_key", "=5"),
        ("empty", ""),
        ("broken_key", "train..lr=5"),
        ("comment", "# a=b"),
        ("two_lines", "name=\"a\"\ntrain.lr=1"),
        ("extends", "extends=\"other.toml\""),
        ("kind", "train=5"),
        ("stage", "train.hrm=5"),
        (
            "sweep_with_bad_value",
            "train.sweep.loss=[\"softmax\", \"hinge\"]",
        ),
    ] {
        let error = load(path, &[text.to_owned()]).expect_err(text);
        insta::assert_snapshot!(format!("override_{name}"), error.to_string());
    }
    let path = Path::new("tests/valid/minimal.toml");
    let error = load(
        path,
        &["train.lr=1".to_owned(), "train.seeds=[]".to_owned()],
    )
    .unwrap_err();
    insta::assert_snapshot!("override_kind_without_stages", error.to_string());
}

/// None of them needs its data to be there.
#[test]
fn every_shipped_workflow_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let mut loaded = 0;
    for folder in [root.clone(), root.join("benchmarks")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let workflow = load(&path, &[]);
                assert!(workflow.is_ok(), "{}", workflow.unwrap_err().render(false));
                loaded += 1;
            }
        }
    }
    assert!(
        loaded >= 3 + 2 * hrm_config::Benchmark::ALL.len(),
        "{loaded}"
    );
}

/// The questions of the papers, each at both scales, each with something to judge.
#[test]
fn every_paper_workflow_is_valid_at_both_scales() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows/paper");
    let mut loaded = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("#:schema ../schema.json\n"),
            "{}",
            path.display()
        );
        for scale in Scale::ALL {
            let workflow = load(&path, &[format!("scale={}", scale.name())]);
            let workflow = workflow.unwrap_or_else(|error| panic!("{}", error.render(false)));
            assert_eq!(workflow.scale, Some(scale));
            assert!(!workflow.expectations.is_empty(), "{}", path.display());
        }
        loaded += 1;
    }
    assert_eq!(loaded, 13);
}

#[test]
fn the_chosen_scale_is_put_onto_the_stages() {
    let small = valid("scales", &[]);
    let full = valid("scales", &["scale=full"]);
    assert_eq!(
        (small.scale, full.scale),
        (Some(Scale::Small), Some(Scale::Full))
    );
    assert_eq!(valid("quickstart", &[]).scale, None);
    assert_eq!(
        (train(&small, 0).epochs, train(&full, 0).epochs),
        (Some(100), Some(20_000))
    );
    assert_eq!(ids(&small, StageKind::Train).len(), 3);
    assert_eq!(ids(&full, StageKind::Train).len(), 6);
    // The scale is chosen first, so that other overrides have the last word.
    let overridden = valid("scales", &["train.epochs=7", "scale=\"small\""]);
    assert_eq!(train(&overridden, 0).epochs, Some(7));
    let changed = valid("scales", &["scales.small.train.t.epochs=3"]);
    assert_eq!(train(&changed, 0).epochs, Some(3));
    // What is not chosen decides nothing, not even the key of a report.
    assert!(small.resolved.get("scales").is_none());
}

#[test]
fn expectations_are_about_all_seeds_of_one_combination() {
    let names = |workflow: &Workflow, indices: &[usize]| -> Vec<String> {
        indices
            .iter()
            .map(|&index| workflow.stages[index].id.clone())
            .collect()
    };
    let small = valid("scales", &[]);
    let [expectation] = small.expectations.as_slice() else {
        panic!("{:?}", small.expectations)
    };
    assert_eq!(expectation.name, "more-segments");
    assert_eq!(
        names(&small, &expectation.evaluations),
        [0, 1, 2].map(|seed| format!("evaluate.e[seed={seed},segments=16]"))
    );
    assert_eq!(
        names(&small, &expectation.above),
        [0, 1, 2].map(|seed| format!("evaluate.e[seed={seed},segments=1]"))
    );
    let full = valid("scales", &["scale=full"]);
    assert_eq!(
        names(&full, &full.expectations[0].evaluations),
        [0, 1, 2].map(|seed| format!("evaluate.e[lr=0.0001,seed={seed},segments=16]"))
    );
}
