//! `tools/gpu_check.sh`, on the CPU and with little to do.
#![cfg(target_os = "linux")]

use crate::bench::Bench;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs the check in the folder of a test; returns its exit code, its table and `gpu_check.json`.
fn check(bench: &Bench, binary: &Path) -> (Option<i32>, String, Value) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/gpu_check.sh");
    let output = Command::new(script)
        .current_dir(bench.path())
        .arg(binary)
        .args(["--device", "cpu", "--quick", "--out", "checked"])
        .output()
        .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let json = fs::read(bench.path().join("checked/gpu_check.json")).unwrap();
    (
        output.status.code(),
        table,
        serde_json::from_slice(&json).unwrap(),
    )
}

/// Names of the steps with a result.
fn with_result<'a>(json: &'a Value, result: &str) -> Vec<&'a str> {
    let steps = json["steps"].as_array().unwrap().iter();
    steps
        .filter(|step| step["result"] == result)
        .map(|step| step["name"].as_str().unwrap())
        .collect()
}

#[test]
fn all_steps_pass_on_the_cpu() {
    let bench = Bench::new();
    let binary = assert_cmd::cargo::cargo_bin!("hrm");
    let (code, table, json) = check(&bench, binary);
    assert_eq!(code, Some(0), "{table}");
    assert_eq!(json["ok"], true, "{table}");
    assert_eq!(json["device"], "cpu");
    let passed = [
        "doctor",
        "parity-f32",
        "parity-bf16",
        "bench-train-quickstart",
        "bench-eval-quickstart",
        "training-f32",
        "training-bf16",
        "training-again",
        "training-killed",
    ];
    assert_eq!(with_result(&json, "ok"), passed);
    assert_eq!(with_result(&json, "skipped"), ["pytorch"]);
    let bench = &json["steps"][3]["figures"];
    for figure in [
        "share_of_peak",
        "peak_tflops",
        "backward seconds",
        "low level seconds",
    ] {
        assert!(bench[figure].as_f64().unwrap() > 0.0, "{figure}: {json}");
    }
    assert_eq!(bench.get("device_memory_bytes"), None, "a CPU has none");
    let resumed = &json["steps"][9]["figures"]["resumed_from_step"];
    assert!(resumed.as_u64().unwrap() > 0, "{json}");
    assert!(table.contains("9 of 10 steps ok, 0 failed, 1 skipped"));
}

#[test]
fn a_program_that_fails_is_told_at_every_step() {
    let bench = Bench::new();
    let (code, table, json) = check(&bench, Path::new("/bin/false"));
    assert_eq!(code, Some(1), "{table}");
    assert_eq!(json["ok"], false);
    assert_eq!(json["counts"]["failed"], 9);
    assert_eq!(json["steps"][0]["reason"], "ended with 1");
    assert_eq!(json["steps"][0]["log"], "doctor.log");
}
