//! `hrm model`, `hrm solve` and `hrm doctor --deep`.

use crate::bench::Bench;
use predicates::str::contains;
use std::fs;
use std::path::Path;

/// A trained tiny model, as `train.hrm[seed=1]`.
fn trained() -> Bench {
    let bench = Bench::new();
    bench.run(&[]);
    bench
}

/// The published configuration of the tiny model.
const ALL_CONFIG: &str = "\
arch:
  H_cycles: 1
  H_layers: 1
  L_cycles: 1
  L_layers: 1
  expansion: 4
  forward_dtype: float32
  halt_exploration_prob: 0.1
  halt_max_steps: 2
  hidden_size: 16
  loss:
    loss_type: stablemax_cross_entropy
    name: losses@ACTLossHead
  name: hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1
  num_heads: 2
  pos_encodings: learned
  puzzle_emb_ndim: 16
beta1: 0.9
beta2: 0.95
data_path: data/none
epochs: 10
eval_interval: null
global_batch_size: 8
lr: 0.001
lr_min_ratio: 1.0
lr_warmup_steps: 2
puzzle_emb_lr: 0.01
puzzle_emb_weight_decay: 0.1
weight_decay: 0.1
";

#[test]
fn parity_passes_on_what_ships_and_says_so_tensor_by_tensor() {
    let bench = Bench::new();
    let text = bench.stdout(&["model", "parity"]);
    for name in [
        "A_hrm_rope",
        "B_hrm_learned",
        "C_trm_att",
        "D_trm_mlp_t",
        "E_baseline_direct",
    ] {
        assert!(text.contains(&format!("{name}: all ")), "{text}");
    }
    assert!(
        text.contains("k6.carry.steps") && !text.contains("FAIL"),
        "{text}"
    );
    let json = bench.json(&["model", "parity", "--precision", "bf16", "--json"]);
    let checks = json[0]["checks"].as_array().unwrap();
    assert!(checks.len() > 10 && checks.iter().all(|check| check["pass"] == true));
}

#[test]
fn parity_fails_with_code_1_on_wrong_numbers_and_2_without_a_fixture() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/models");
    let bench = Bench::new();
    bench
        .hrm(&["model", "parity", "."])
        .assert()
        .code(2)
        .stderr(contains("config.json"));
    let Ok(fixture) = fs::read_dir(shared.join("E_baseline_direct")) else {
        println!("skipped: no fixtures at {}", shared.display());
        return;
    };
    let copy = bench.path().join("changed");
    fs::create_dir(&copy).unwrap();
    for entry in fixture {
        let path = entry.unwrap().path();
        fs::write(
            copy.join(path.file_name().unwrap()),
            fs::read(&path).unwrap(),
        )
        .unwrap();
    }
    bench
        .hrm(&["model", "parity", "changed"])
        .assert()
        .success();
    let config = fs::read_to_string(copy.join("config.json")).unwrap();
    let changed = config.replace("\"weight_decay\": 0.1", "\"weight_decay\": 0.2");
    assert_ne!(config, changed);
    fs::write(copy.join("config.json"), changed).unwrap();
    let assert = bench.hrm(&["model", "parity", "changed"]).assert().code(1);
    assert
        .stdout(contains("weights after step 1"))
        .stdout(contains("FAIL"));
}

#[test]
fn doctor_replays_the_golden_numbers() {
    let bench = Bench::new();
    let findings = bench.json(&["doctor", "--deep", "--json"]);
    let findings = findings.as_array().unwrap();
    let parity = findings
        .iter()
        .filter(|finding| finding["what"] == "parity");
    assert_eq!(parity.filter(|finding| finding["ok"] == true).count(), 6);
}

#[test]
fn info_counts_parameters_and_operations() {
    let bench = trained();
    let text = bench.stdout(&["model", "info", "train.hrm[seed=1]"]);
    for part in [
        "4×4 Sudoku",
        "H network",
        "halting head",
        "GFLOP",
        "[train.imported]",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let json = bench.json(&["model", "info", "hrm", "--checkpoint", "best", "--json"]);
    let parts = json["parts"].as_array().unwrap().iter();
    let sum: u64 = parts.map(|part| part["parameters"].as_u64().unwrap()).sum();
    assert_eq!(json["parameters"], sum);
    assert_eq!(json["card"]["train"]["seeds"][0], 1);
}

#[test]
fn what_is_no_model_is_named() {
    let bench = Bench::new();
    let assert = bench.hrm(&["model", "info", "train.none"]).assert().code(2);
    assert.stderr(contains("`train.none` is neither a folder nor a training"));
    let assert = bench.hrm(&["model", "info", "."]).assert().code(2);
    assert.stderr(contains("model.json"));
}

#[test]
fn solve_shows_the_answer_and_judges_it() {
    let bench = trained();
    let puzzle = "12..34..21..43..";
    let text = bench.stdout(&["solve", "train.hrm", puzzle, "--steps", "--segments", "5"]);
    assert!(
        text.contains("segment 5") && text.contains("valid:"),
        "{text}"
    );
    let mut command = bench.hrm(&["solve", "train.hrm", "-", "--json"]);
    let assert = command
        .write_stdin("12..\n34..\n21..\n43..\n")
        .assert()
        .success();
    let json: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(json["segments"].as_array().unwrap().len(), 2);
    assert_eq!(json["answer"].as_array().unwrap().len(), 16);
    assert!(json["valid"].is_boolean() && json["verdict"].is_string());

    let wrong = bench
        .hrm(&["solve", "train.hrm", "12..34..21..43.x"])
        .assert()
        .code(2);
    wrong.stderr(contains("the puzzle is not a 4×4 Sudoku"));
    let wrong = bench
        .hrm(&["solve", "train.hrm", puzzle, "--identifier", "7"])
        .assert()
        .code(2);
    wrong.stderr(contains("puzzle identifier 7 is not among the model's 1"));
}

#[test]
fn a_model_goes_out_and_comes_back_and_evaluates_the_same() {
    let bench = trained();
    bench.stdout(&["model", "export", "train.hrm[seed=0]", "--out", "exported"]);
    bench.write("exported/all_config.yaml", ALL_CONFIG);
    bench.stdout(&["model", "import", "exported/model.pt", "--out", "imported"]);
    bench.stdout(&[
        "model",
        "import",
        "exported/model.safetensors",
        "--out",
        "again",
        "--seq-len",
        "16",
        "--config",
        "exported/all_config.yaml",
    ]);
    let weights =
        |folder: &str| fs::read(bench.path().join(folder).join("weights.safetensors")).unwrap();
    assert!(weights("imported") == weights("again"));

    let text = fs::read_to_string(bench.path().join("tiny.toml")).unwrap();
    let imported = text
        .replace("seeds = [0, 1]\n", "weights = \"imported\"\n")
        .replace("steps = 6\n", "");
    bench.write("imported.toml", &imported);
    bench.stdout(&["run", "imported.toml"]);
    let accuracy = |run: &str, instance: &str| {
        let show = bench.json(&["show", run, "--json"]);
        let results = show["results"].as_array().unwrap().clone();
        let result = results
            .into_iter()
            .find(|r| r["stage"].as_str().unwrap().starts_with(instance));
        result.unwrap()
    };
    let runs = bench.json(&["runs", "--json"]);
    let trained = runs[1]["id"].as_str().unwrap();
    let (ours, theirs) = (
        accuracy("latest", "evaluate.test"),
        accuracy(trained, "evaluate.test[seed=0]"),
    );
    assert_eq!(ours["by_segment"], theirs["by_segment"], "{ours} {theirs}");

    // A stage that describes another model is refused with the key named.
    bench.write(
        "other.toml",
        &imported.replace("l_cycles = 1", "l_cycles = 2"),
    );
    let assert = bench.hrm(&["run", "other.toml"]).assert().code(4);
    assert.stderr(contains(
        "`model.l_cycles` is 1 in the imported model, but 2 in the workflow",
    ));
    bench.write(
        "long.toml",
        &imported.replace("weights =", "steps = 5\nweights ="),
    );
    let assert = bench.hrm(&["check", "long.toml"]).assert().code(3);
    assert.stderr(contains("imported `weights` are not trained"));
}

#[test]
fn imports_that_cannot_be_right_are_refused() {
    let bench = trained();
    bench.stdout(&["model", "export", "hrm", "--out", "out"]);
    let import = |config: &str, more: &[&str]| {
        bench.write("config.yaml", config);
        let arguments = [
            &[
                "model",
                "import",
                "out/model.pt",
                "--out",
                "new",
                "--config",
                "config.yaml",
            ],
            more,
        ];
        let assert = bench.hrm(&arguments.concat()).assert().code(2);
        assert!(!bench.path().join("new/model.json").exists());
        String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
    };
    let wide = import(
        &ALL_CONFIG.replace("hidden_size: 16", "hidden_size: 32"),
        &[],
    );
    assert!(
        wide.contains("has shape [") && wide.contains("but the model needs ["),
        "{wide}"
    );
    let deep = import(&ALL_CONFIG.replace("H_layers: 1", "H_layers: 2"), &[]);
    assert!(
        deep.contains("H_level.layers.1") && deep.contains("is missing"),
        "{deep}"
    );
    let rope = import(&ALL_CONFIG.replace("learned", "rope"), &[]);
    assert!(rope.contains("--seq-len"), "{rope}");
    let rope = import(&ALL_CONFIG.replace("learned", "rope"), &["--seq-len", "16"]);
    assert!(
        rope.contains("`embed_pos.embedding_weight` is none of the model's"),
        "{rope}"
    );
    let other = import(&ALL_CONFIG.replace("hrm.hrm_act_v1", "x.gpt"), &[]);
    assert!(other.contains("x.gpt@"), "{other}");
    let yaml = import("arch: [", &[]);
    assert!(yaml.contains("config.yaml"), "{yaml}");
    let assert = bench
        .hrm(&["model", "import", "out/model.pt", "--out", "out"])
        .assert()
        .code(2);
    assert.stderr(contains("all_config.yaml"));
}
