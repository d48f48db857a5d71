//! A device, random numbers, and comparisons.

use cubecl::Device;
use cubecl::device::WgpuDevice;
use cubecl::ir::{ElemType, FloatKind};
use cubecl::server::Handle;
use half::bf16;
use hrm_kernels::{Format, Gpu, Matrix};
use rand::Rng;
use std::sync::OnceLock;

/// The Vulkan device, on which all tests run.
pub(crate) fn gpu() -> &'static Gpu {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    GPU.get_or_init(|| Gpu::new(Device::Wgpu(WgpuDevice::default()).client()))
}

/// The formats that the device computes in.
pub(crate) fn formats() -> Vec<Format> {
    let bf16 = ElemType::Float(FloatKind::BF16);
    let has_bf16 = gpu().client().properties().supports_type(bf16);
    let formats = [Some(Format::F32), has_bf16.then_some(Format::Bf16)];
    formats.into_iter().flatten().collect()
}

/// Numbers between `-size` and `size`; other ones for each `name`.
pub(crate) fn numbers(name: &str, len: usize, size: f32) -> Vec<f32> {
    let mut rng = hrm_random::stream(0, name, len as u64);
    (0..len).map(|_| rng.random_range(-size..size)).collect()
}

/// The numbers as the format has them.
pub(crate) fn rounded(numbers: &[f32], format: Format) -> Vec<f32> {
    match format {
        Format::F32 => numbers.to_vec(),
        Format::Bf16 => numbers
            .iter()
            .map(|x| bf16::from_f32(*x).to_f32())
            .collect(),
    }
}

/// A buffer of the device with these numbers.
pub(crate) fn upload(numbers: &[f32], format: Format) -> Handle {
    let bytes: Vec<u8> = match format {
        Format::F32 => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Format::Bf16 => numbers
            .iter()
            .flat_map(|x| bf16::from_f32(*x).to_le_bytes())
            .collect(),
    };
    gpu().client().create_from_slice(&bytes)
}

/// A buffer of the device with these integers.
pub(crate) fn upload_integers(numbers: &[i32]) -> Handle {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    gpu().client().create_from_slice(&bytes)
}

/// A matrix of the device in which each row is followed by `gap` numbers that do not belong to it.
pub(crate) fn matrix(numbers: &[f32], width: usize, gap: usize, format: Format) -> Matrix {
    let rows = numbers.len() / width;
    let with_gaps: Vec<f32> = numbers
        .chunks(width)
        .flat_map(|row| {
            row.iter()
                .copied()
                .chain(std::iter::repeat_n(f32::NAN, gap))
        })
        .collect();
    Matrix {
        handle: upload(&with_gaps, format),
        rows,
        width,
        stride: width + gap,
        format,
    }
}

/// The numbers of a buffer.
pub(crate) fn read(handle: &Handle, format: Format) -> Vec<f32> {
    let bytes = gpu()
        .client()
        .read_one(handle.clone())
        .expect("reading back");
    match format {
        Format::F32 => bytes
            .chunks(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect(),
        Format::Bf16 => bytes
            .chunks(2)
            .map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32())
            .collect(),
    }
}

/// The integers of a buffer.
pub(crate) fn read_integers(handle: &Handle) -> Vec<i32> {
    let bytes = gpu()
        .client()
        .read_one(handle.clone())
        .expect("reading back");
    bytes
        .chunks(4)
        .map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

/// Each number is within `tolerance` of what it should be, relative to the largest there; in bfloat16 within
/// two of its steps besides.
#[track_caller]
pub(crate) fn assert_near(
    what: &str,
    found: &[f32],
    expected: &[f64],
    tolerance: f64,
    format: Format,
) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected
        .iter()
        .fold(1e-30, |most: f64, x| most.max(x.abs()));
    let step = match format {
        Format::F32 => 0.0,
        Format::Bf16 => 2.0 / 256.0,
    };
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(*found) - expected).abs();
        let allowed = largest * tolerance + expected.abs() * step;
        assert!(
            error <= allowed,
            "{what} {i}: {found} is not {expected} (±{allowed:e})"
        );
    }
}
