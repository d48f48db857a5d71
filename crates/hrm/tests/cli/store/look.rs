//! What `hrm store verify` and `list` say.

use super::*;

#[test]
fn a_flipped_byte_is_found_and_named() {
    let bench = Bench::new();
    bench.run(&["test"]);
    bench.hrm(&["store", "verify"]).assert().success();
    let file = folder_of(&bench, "train").join("metrics.jsonl");
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[10] ^= 1;
    fs::write(&file, &bytes).unwrap();
    // As a failing disk does it: size and time stay.
    fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_modified(time)
        .unwrap();
    let assert = bench.hrm(&["store", "verify", "--json"]).assert().code(1);
    let verified: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(verified["artifacts"], 5);
    let [damaged] = &verified["damaged"].as_array().unwrap()[..] else {
        panic!("{verified}");
    };
    let reason = damaged["reasons"][0].as_str().unwrap();
    assert!(
        reason.starts_with("`metrics.jsonl` has other content"),
        "{reason}"
    );
    assert!(
        damaged["path"]
            .as_str()
            .unwrap()
            .starts_with("artifacts/train/")
    );
}

#[test]
fn sizes_and_uses_are_listed() {
    let bench = Bench::new();
    bench.run(&[]);
    let listing = bench.json(&["store", "list", "--json"]);
    let artifacts = listing["artifacts"].as_array().unwrap();
    assert_eq!(artifacts.len(), 6);
    let total: u64 = artifacts.iter().map(|a| a["bytes"].as_u64().unwrap()).sum();
    assert_eq!(listing["totals"]["artifacts"], total);
    let of = |instance: &str| {
        artifacts
            .iter()
            .find(|a| a["instance"] == instance)
            .unwrap()
    };
    let training = of("train.hrm[seed=0]");
    assert_eq!(training["latest_of"], serde_json::json!(["tiny"]));
    let users = serde_json::json!(["evaluate.test[seed=0]", "report.main"]);
    assert_eq!(training["needed_by"], users);
    assert_eq!(of("report.main")["needed_by"], serde_json::json!([]));
    let text = bench.stdout(&["store", "list"]);
    assert!(
        text.contains("latest run of tiny") && text.contains("database"),
        "{text}"
    );
}
