//! The models: HRM, TRM and the Transformer baselines as one family.
//!
//! A model is an [`Architecture`] (configuration and sizes) and its [`Parameters`] (flat float32
//! tensors under the published names). A [`Network`] is built from both for each use: from leaf
//! tensors that require gradients for the part that is differentiated, from plain tensors for the
//! rest, so that no-gradient cycles build no graph.
//!
//! Invariants: this crate and `hrm-train` are the only ones that know burn; nothing here draws
//! random numbers except [`Parameters::initialize`], from seeded streams; no I/O, but for looking for CUDA.

mod architecture;
#[cfg(feature = "cuda")]
mod cards;
mod cost;
mod device;
mod fused;
mod init;
mod layers;
mod loss;
mod memory;
mod network;
mod observe;
mod parameters;
mod segment;
#[cfg(test)]
mod units;

pub use architecture::{Architecture, Dims, ModelError};
pub use cost::{PartSize, SegmentFlops};
pub use device::{
    CudaFault, CudaNeed, CudaVersion, DeviceChoice, DeviceError, DeviceKind, cuda_devices,
    cuda_kernel_folder, cuda_needs, is_cpu,
};
pub use fused::check::{KernelCheck, kernel_checks, largest};
#[cfg(feature = "kernels")]
pub use fused::optimizer::{AdamTensors, adam_atan2, sign_sgd};
#[cfg(feature = "kernels")]
pub use hrm_kernels::AdamNumbers;
pub use loss::{Judged, LabelTensors, LossTensors, cross_entropy_by_puzzle};
pub use memory::{MemoryEstimate, MemoryUse};
pub use network::{Network, Outputs};
pub use observe::StateChange;
pub use parameters::{ParameterSpec, Parameters, ParametersError};
pub use segment::{Segment, SegmentPart, States};
