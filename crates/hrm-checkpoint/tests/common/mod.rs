//! Shared by the tests of this crate.
#![allow(dead_code, reason = "not every test uses everything")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

pub(crate) mod container;
pub(crate) mod pickle;

use hrm_checkpoint::{Checkpoint, NamedValues, parse};
use std::path::{Path, PathBuf};

/// A real file of `torch.save`, written by PyTorch 2.15 on the CPU.
///
/// - `kinds.pt`: an `OrderedDict` of tensors of every number format, of views and of a parameter;
///   `kinds_protocol_4.pt` is the same with `pickle_protocol=4`.
/// - `training.pt`: a training script's dict, with the state dict under `model`.
/// - `legacy.pt`: saved with `_use_new_zipfile_serialization=False`.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// The folder of golden data, where it stands beside the project.
pub(crate) fn shared_fixtures() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    if !folder.is_dir() {
        println!("skipped: no golden data at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// Shapes and numbers of a checkpoint.
pub(crate) fn values(checkpoint: Checkpoint) -> NamedValues {
    let tensors = checkpoint.tensors.into_iter();
    tensors
        .map(|(name, tensor)| (name, (tensor.shape, tensor.values)))
        .collect()
}

/// A small model.
pub(crate) fn tiny_model() -> NamedValues {
    let tensors = [
        (
            "head.weight",
            vec![2, 3],
            vec![0.0, -0.5, 1.0, f32::MIN_POSITIVE, 3.5, -1e30],
        ),
        ("head.bias", vec![2], vec![0.1, f32::INFINITY]),
        ("scale", vec![], vec![-2.25]),
        ("nothing", vec![0, 4], vec![]),
    ];
    let tensors = tensors.into_iter();
    tensors
        .map(|(name, shape, numbers)| (name.to_owned(), (shape, numbers)))
        .collect()
}

/// A named file and the words that must be in the message of its refusal.
pub(crate) type HostileFile = (&'static str, Vec<u8>, &'static [&'static str]);

/// Checks that each file is refused with all of its words.
pub(crate) fn assert_refused(files: Vec<HostileFile>) {
    for (case, bytes, words) in files {
        let message = match parse(&bytes) {
            Ok(checkpoint) => panic!("{case}: read as {checkpoint:?}"),
            Err(error) => error.to_string(),
        };
        for word in words {
            assert!(message.contains(word), "{case}: no `{word}` in: {message}");
        }
        assert!(message.len() < 500, "{case}: {message}");
    }
}
