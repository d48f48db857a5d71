//! What a device computes in one operation, checked beside the plain operations.

use crate::error::TrainError;
use crate::model::Place;
use crate::optimizer::optimizer_checks;
use hrm_config::Precision;
use hrm_model::{DeviceChoice, KernelCheck};

/// Every fused operation of a device (kernels on a GPU, loops on a CPU), with its backward pass, in a number format,
/// beside burn's plain operations on the CPU; and both optimizers.
///
/// # Errors
/// Where the device cannot be used.
pub fn kernel_checks(
    device: DeviceChoice,
    precision: Precision,
) -> Result<Vec<KernelCheck>, TrainError> {
    let place = Place::open(device, precision)?;
    let mut checks = hrm_model::kernel_checks(&place.device, place.dtype);
    if precision == Precision::F32 {
        checks.extend(optimizer_checks(&place.device));
    }
    Ok(checks)
}
