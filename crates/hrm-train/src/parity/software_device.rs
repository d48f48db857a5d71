//! Parity of what runs on a GPU (burn's fusion and autotuning, and the kernels), on a Vulkan device; a software one
//! is enough.

use super::*;
use burn::tensor::{Device, DeviceKind as VulkanKind};
use hrm_model::{DeviceError, DeviceKind};

fn place(precision: Precision) -> Result<Place, TrainError> {
    let device = Device::wgpu(VulkanKind::DefaultDevice);
    Place::of(vec![device], DeviceKind::Cuda, precision)
}

#[test]
fn the_shipped_fixtures_pass() {
    let place = place(Precision::F32).unwrap();
    for fixture in shipped_fixtures().unwrap() {
        let replayed = run_at(&fixture, place.clone(), Precision::F32, Hooks::default());
        let report = replayed.unwrap();
        let failures: Vec<&ParityCheck> = report.failures().collect();
        assert!(report.passed(), "{}: {failures:#?}", report.fixture);
        assert!(report.checks.len() >= 180, "{}", report.fixture);
    }
}

/// Mesa's software device has none; another may.
#[test]
fn a_device_without_bfloat16_says_so() {
    let has_bf16 =
        Device::wgpu(VulkanKind::DefaultDevice).supports_dtype(burn::tensor::DType::BF16);
    let refused = matches!(
        place(Precision::Bf16),
        Err(TrainError::Device(DeviceError::NoBf16))
    );
    assert_eq!(refused, !has_bf16);
}
