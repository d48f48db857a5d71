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
    let mut bfloat16 = 0;
    for (name, tensor) in &checkpoint.tensors {
        assert_eq!(
            tensor.shape.iter().product::<usize>(),
            tensor.values.len(),
            "{name}"
        );
        if tensor.format == NumberFormat::Bf16 {
            // The lower half of the bits is what bfloat16 leaves out.
            assert!(
                bits(&tensor.values).iter().all(|bits| bits & 0xffff == 0),
                "{name}"
            );
            bfloat16 += 1;
        }
    }
    println!("{bfloat16} of {}", checkpoint.tensors.len());
    let embedding = &checkpoint.tensors["_orig_mod.model.inner.embed_tokens.embedding_weight"];
    println!("{:?} {:?}", embedding.shape, embedding.format);
}
