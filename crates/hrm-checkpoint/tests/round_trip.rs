//! What is written is read back, and equal values are written as equal bytes.

mod common;

use common::{shared_fixtures, tiny_model, values};
use hrm_checkpoint::{
    FileFormat, NamedValues, parse, read, safetensors_bytes, torch_bytes, write_safetensors,
    write_torch,
};
use proptest::prelude::*;

/// Shapes and bits, so that NaN equals itself.
fn bits(values: &NamedValues) -> Vec<(&str, &[usize], Vec<u32>)> {
    let tensors = values.iter();
    tensors
        .map(|(name, (shape, numbers))| {
            let bits = numbers.iter().map(|number| number.to_bits());
            (name.as_str(), shape.as_slice(), bits.collect())
        })
        .collect()
}

fn any_values() -> impl Strategy<Value = NamedValues> {
    let tensor = prop::collection::vec(0usize..5, 0..4).prop_flat_map(|shape| {
        let count = shape.iter().product::<usize>();
        let bits = prop::collection::vec(any::<u32>(), count);
        let numbers = bits.prop_map(|bits| bits.into_iter().map(f32::from_bits).collect());
        (Just(shape), numbers)
    });
    prop::collection::btree_map(any::<String>(), tensor, 1..6)
}

proptest! {
    #[test]
    fn both_formats_keep_every_bit(values in any_values()) {
        // `__metadata__` is reserved by safetensors.
        prop_assume!(!values.contains_key("__metadata__"));
        for (format, bytes) in [
            (FileFormat::Torch, torch_bytes(&values).unwrap()),
            (FileFormat::Safetensors, safetensors_bytes(&values).unwrap()),
        ] {
            let checkpoint = parse(&bytes).unwrap();
            prop_assert_eq!(checkpoint.format, format);
            let read = common::values(checkpoint);
            prop_assert_eq!(bits(&read), bits(&values));
        }
    }
}

#[test]
fn files_are_told_apart_by_content() {
    let folder = tempfile::tempdir().unwrap();
    let (torch, safetensors) = (folder.path().join("step_7"), folder.path().join("x.pt"));
    write_torch(&torch, &tiny_model()).unwrap();
    write_safetensors(&safetensors, &tiny_model()).unwrap();
    for (path, format) in [
        (torch, FileFormat::Torch),
        (safetensors, FileFormat::Safetensors),
    ] {
        let checkpoint = read(&path).unwrap();
        assert_eq!(checkpoint.format, format);
        assert_eq!(values(checkpoint), tiny_model());
    }
}

/// PyTorch 2.15 reads the file of this hash as the tiny model; a new hash needs a new look, with
/// `tools/checkpoint_interop.py`.
#[test]
fn the_bytes_of_a_torch_file_do_not_move() {
    let hash = blake3::hash(&torch_bytes(&tiny_model()).unwrap());
    assert_eq!(
        hash.to_hex().as_str(),
        "037e0fc16015d330ebc2234ee20c7eb65405ab98ba3c9e8c49b3c5f057c0aa30"
    );
}

#[test]
fn storages_are_aligned_to_64_bytes() {
    let bytes = torch_bytes(&tiny_model()).unwrap();
    let numbers: Vec<u8> = tiny_model()["head.weight"]
        .1
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    let position = bytes
        .windows(numbers.len())
        .position(|window| window == numbers);
    assert_eq!(position.unwrap() % 64, 0);
}

#[test]
fn published_weights_survive_both_formats() {
    let Some(fixtures) = shared_fixtures() else {
        return;
    };
    let values = values(read(&fixtures.join("models/A_hrm_rope/step_0")).unwrap());
    for bytes in [
        torch_bytes(&values).unwrap(),
        safetensors_bytes(&values).unwrap(),
    ] {
        assert_eq!(bits(&common::values(parse(&bytes).unwrap())), bits(&values));
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let values = |name: &str, shape: &[usize]| {
        NamedValues::from([(name.to_owned(), (shape.to_vec(), vec![1.0]))])
    };
    for shape in [
        &[2][..],
        &[0],
        &[usize::MAX, 2],
        &[1 << 32, 1 << 32],
        &[1; 17],
    ] {
        for encode in [torch_bytes, safetensors_bytes] {
            let message = encode(&values("w", shape)).unwrap_err().to_string();
            assert!(
                message.contains("tensor `w` has shape") && message.contains("1 numbers"),
                "{message}"
            );
        }
    }
    let message = torch_bytes(&values(&"n".repeat(70_000), &[]))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("70000 bytes") && message.len() < 200,
        "{message}"
    );
}
