//! What a key depends on, and on what not.

use hrm_plan::KeyParts;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn parts() -> KeyParts {
    KeyParts {
        kind: "train".to_owned(),
        semantics_version: 1,
        config: json!({"lr": 1e-3, "steps": 900, "model": {"arch": "hrm", "hidden_size": 64}}),
        external: BTreeMap::from([("train.csv".to_owned(), "aa".to_owned())]),
        seed: Some(0),
        device_kind: Some("cpu".to_owned()),
        inputs: BTreeMap::from([("dataset".to_owned(), "bb".to_owned())]),
    }
}

/// A change of this value throws away every artifact that users have.
#[test]
fn the_key_of_given_parts_is_fixed_for_all_time() {
    assert_eq!(parts().key(), "dce2e79de5b75cf041f04ec384f6c580");
}

#[test]
fn every_part_matters() {
    type Change = fn(&mut KeyParts);
    let changes: [(&str, Change); 18] = [
        ("nothing", |_| {}),
        ("kind", |p| p.kind = "evaluate".to_owned()),
        ("semantics version", |p| p.semantics_version = 2),
        ("config value", |p| p.config["lr"] = json!(2e-3)),
        ("config value, last bit", |p| {
            p.config["lr"] = json!(0.001_f64.next_up())
        }),
        ("config value, sign of zero", |p| {
            p.config["lr"] = json!(-0.0)
        }),
        ("config value, zero", |p| p.config["lr"] = json!(0.0)),
        ("config value, type", |p| p.config["steps"] = json!("900")),
        ("nested config value", |p| {
            p.config["model"]["hidden_size"] = json!(128)
        }),
        ("config key", |p| p.config["ema"] = json!(0.999)),
        ("external hash", |p| {
            _ = p.external.insert("train.csv".to_owned(), "ab".to_owned())
        }),
        ("external label", |p| {
            p.external = BTreeMap::from([("t".to_owned(), "aa".to_owned())])
        }),
        ("seed", |p| p.seed = Some(1)),
        ("no seed", |p| p.seed = None),
        ("device", |p| p.device_kind = Some("cuda".to_owned())),
        ("no device", |p| p.device_kind = None),
        ("input hash", |p| {
            p.inputs = BTreeMap::from([("dataset".to_owned(), "bc".to_owned())])
        }),
        ("input role", |p| {
            p.inputs = BTreeMap::from([("train".to_owned(), "bb".to_owned())])
        }),
    ];
    let mut keys = BTreeSet::new();
    for (what, change) in changes {
        let mut parts = parts();
        change(&mut parts);
        assert!(keys.insert(parts.key()), "{what} does not matter");
    }
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let mut reordered = parts();
    let text = r#"{"model": {"hidden_size": 64, "arch": "hrm"}, "steps": 900, "lr": 0.001}"#;
    reordered.config = serde_json::from_str(text).unwrap();
    assert_eq!(reordered.key(), parts().key());
}

#[test]
fn a_key_is_32_hexadecimal_digits() {
    let key = parts().key();
    assert_eq!(key.len(), 32);
    assert!(
        key.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
}

#[test]
fn parts_that_were_stored_give_the_same_key() {
    let mut parts = parts();
    parts.config["model"]["expansion"] = json!(0.1 + 0.2);
    parts.seed = Some(u64::MAX);
    let stored = serde_json::to_string(&parts).unwrap();
    let read: KeyParts = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, parts);
    assert_eq!(read.key(), parts.key());
    assert_eq!(
        serde_json::from_str::<Value>(&stored).unwrap(),
        parts.to_json()
    );
}
