//! Checkpoints that the published code wrote.

mod common;

use common::shared_fixtures;
use hrm_checkpoint::{FileFormat, FileTensor, NumberFormat, published_name, read};
use std::collections::BTreeMap;
use std::fs;

/// Tensors under their published names.
fn renamed(tensors: BTreeMap<String, FileTensor>) -> BTreeMap<String, FileTensor> {
    let tensors = tensors.into_iter();
    tensors
        .map(|(name, tensor)| (published_name(&name).to_owned(), tensor))
        .collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn a_torch_file_holds_the_numbers_of_its_safetensors_twin() {
    let Some(fixtures) = shared_fixtures() else {
        return;
    };
    let mut folders = 0;
    for folder in fs::read_dir(fixtures.join("models")).unwrap() {
        let folder = folder.unwrap().path();
        let torch = read(&folder.join("step_0")).unwrap();
        assert_eq!(torch.format, FileFormat::Torch);
        assert!(
            torch
                .tensors
                .keys()
                .all(|name| name.starts_with("_orig_mod."))
        );
        let safetensors = read(&folder.join("state.safetensors")).unwrap();
        assert_eq!(safetensors.format, FileFormat::Safetensors);

        let (torch, safetensors) = (renamed(torch.tensors), renamed(safetensors.tensors));
        assert!(torch.keys().eq(safetensors.keys()), "{}", folder.display());
        for (name, tensor) in torch {
            let twin = &safetensors[&name];
            assert_eq!(tensor.format, NumberFormat::F32);
            assert_eq!(tensor.shape, twin.shape, "{name}");
            assert_eq!(bits(&tensor.values), bits(&twin.values), "{name}");
        }
        folders += 1;
    }
    assert_eq!(folders, 6);
}

#[test]
fn a_bfloat16_checkpoint_is_read_with_its_format() {
    let Some(fixtures) = shared_fixtures() else {
        return;
    };
    let checkpoint = read(&fixtures.join("units/hrm_bf16_ckpt/step_0")).unwrap();
    let mut bfloat16 = Vec::new();
    for (name, tensor) in &checkpoint.tensors {
        let count = tensor.shape.iter().product::<usize>();
        assert_eq!(count, tensor.values.len(), "{name}");
        if tensor.format == NumberFormat::Bf16 {
            // The lower half of the bits is what bfloat16 leaves out.
            let mut bits = bits(&tensor.values).into_iter();
            assert!(bits.all(|bits| bits & 0xffff == 0), "{name}");
            bfloat16.push(published_name(name));
        }
    }
    assert_eq!(checkpoint.tensors.len(), 15);
    assert_eq!(bfloat16, ["H_init", "L_init"]);
}
