//! Paths and bytes that are no checkpoint, or only a part of one.

mod common;

use common::container::{container, torch_file};
use common::pickle::{dict, pickle, tensor};
use common::{assert_refused, data, tiny_model};
use hrm_checkpoint::{parse, read, safetensors_bytes, torch_bytes};

#[test]
fn a_path_that_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    for (path, words) in [
        (folder.path(), ["cannot read", "not a regular file"]),
        (&missing, ["cannot read", "missing"]),
        (&empty, ["empty`", "the file is empty"]),
    ] {
        let message = read(path).unwrap_err().to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn files_that_are_no_checkpoint_are_refused() {
    let noise: Vec<u8> = (0..4096u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let mut tar = b"storages/".to_vec();
    tar.resize(257, 0);
    tar.extend(b"ustar  \0");
    tar.resize(1024, 0);
    assert_refused(vec![
        ("empty file", vec![], &["empty"]),
        ("one byte", vec![b'P'], &["not a checkpoint"]),
        ("random bytes", noise, &["not a checkpoint"]),
        (
            "text",
            b"learning_rate: 0.1\n".to_vec(),
            &["not a checkpoint"],
        ),
        (
            "tar of PyTorch 0.1",
            tar,
            &["tar file", "torch.save(state_dict, path)"],
        ),
        (
            "bare pickle",
            pickle(&dict(&[])),
            &["bare Python pickle", "save it again"],
        ),
        (
            "zip magic alone",
            b"PK\x03\x04".to_vec(),
            &["zip container", "cut short or damaged"],
        ),
        (
            "zip without entries",
            container(&[]),
            &["no entry `data.pkl`"],
        ),
    ]);
}

#[test]
fn a_file_that_is_cut_short_is_refused_at_every_length() {
    let real = std::fs::read(data("training.pt")).unwrap();
    let torch = torch_bytes(&tiny_model()).unwrap();
    let safetensors = safetensors_bytes(&tiny_model()).unwrap();
    let plain = torch_file(&pickle(&dict(&[("w", tensor())])));
    for file in [real, torch, safetensors, plain] {
        assert!(parse(&file).is_ok());
        for len in 0..file.len() {
            assert!(parse(&file[..len]).is_err(), "{len} bytes");
        }
    }
}
