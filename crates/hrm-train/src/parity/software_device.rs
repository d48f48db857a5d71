//! Parity of what runs on a GPU (fused operations and kernels), on a Vulkan device; a software one is enough.

use super::*;
use burn::tensor::{Device, DeviceKind as VulkanKind, FloatDType};
use hrm_model::DeviceKind;

/// Times the bound for a CPU that a difference may be: a software device computes exp and log with about that much
/// more rounding.
const ROUNDINGS: f64 = 1.0;

fn place() -> Place {
    Place {
        device: Device::wgpu(VulkanKind::DefaultDevice),
        others: Vec::new(),
        kind: DeviceKind::Cuda,
        dtype: FloatDType::F32,
    }
}

#[test]
fn the_shipped_fixtures_pass() {
    for fixture in shipped_fixtures().unwrap() {
        let report = run_at(&fixture, place(), Precision::F32, Hooks::default()).unwrap();
        let within = |check: &&ParityCheck| match check.bound {
            Bound::Absolute(bound) => check.max_abs <= ROUNDINGS * bound,
            Bound::RelativeNorm(bound) => check.rel_norm <= ROUNDINGS * bound,
            Bound::Equal => check.pass,
        };
        let failures: Vec<&ParityCheck> = report.checks.iter().filter(|c| !within(c)).collect();
        println!(
            "{}: {} of {}",
            report.fixture,
            failures.len(),
            report.checks.len()
        );
        for f in &failures {
            println!("{f:?}");
        }
    }
    panic!("look");
}
