//! Parity of what runs on a GPU (burn's fusion and autotuning, and the kernels), on a Vulkan device; a software one
//! is enough.

use super::*;
use burn::tensor::{Device, DeviceKind as VulkanKind, FloatDType};
use hrm_model::DeviceKind;

#[test]
fn the_shipped_fixtures_pass() {
    let place = Place {
        device: Device::wgpu(VulkanKind::DefaultDevice),
        others: Vec::new(),
        kind: DeviceKind::Cuda,
        dtype: FloatDType::F32,
    };
    for fixture in shipped_fixtures().unwrap() {
        let replayed = run_at(&fixture, place.clone(), Precision::F32, Hooks::default());
        let report = replayed.unwrap();
        let failures: Vec<&ParityCheck> = report.failures().collect();
        assert!(report.passed(), "{}: {failures:#?}", report.fixture);
        assert!(report.checks.len() >= 180, "{}", report.fixture);
    }
}
