//! Choosing the device at run time.

#[cfg(feature = "cuda")]
mod cuda;
#[cfg(any(feature = "cuda", test))]
mod kept;
#[cfg(any(feature = "cuda", test))]
mod machine;
mod needs;

pub use needs::{CudaFault, CudaNeed, CudaVersion};

use burn::backend::DispatchDevice;
use burn::tensor::Device;
use std::fmt;
use std::str::FromStr;

/// What the user asked for: `auto`, `cpu`, `cuda` or `cuda:N`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// CUDA where the binary has it and the machine too, else CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The CUDA device with this index.
    Cuda(usize),
}

/// The kind of arithmetic a device does. Results of different kinds are never mixed in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// burn's flex backend.
    Cpu,
    /// burn's CUDA backend.
    Cuda,
}

impl DeviceKind {
    /// The name used in cache keys, rows and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        }
    }
}

/// Why a device cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// Not a device name.
    #[error("`{0}` is not a device; use `auto`, `cpu`, `cuda` or `cuda:N`")]
    Unknown(String),
    /// The binary was built without CUDA.
    #[error(
        "this `hrm` was built without CUDA; build it with `--features cuda` or use `--device cpu`"
    )]
    NotBuilt,
    /// The device has no bfloat16.
    #[error(
        "this device does not compute in bfloat16; use `precision = \"f32\"` (`--precision f32` for `hrm bench`)"
    )]
    NoBf16,
    /// CUDA is built in, but there is no such device.
    #[error("there is no CUDA device {index}: {found} found; `nvidia-smi -L` lists them")]
    Absent {
        /// Index asked for.
        index: usize,
        /// Devices found.
        found: usize,
    },
    /// CUDA is built in, but the machine lacks what it needs.
    #[error("CUDA cannot be used: {}; or use `--device cpu`", needs::sentences(.0))]
    Unusable(Vec<CudaFault>),
}

impl FromStr for DeviceChoice {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => text
                .strip_prefix("cuda:")
                .and_then(|index| index.parse().ok())
                .map(Self::Cuda)
                .ok_or_else(|| DeviceError::Unknown(text.to_owned())),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

impl DeviceChoice {
    /// This device and those that follow it, `count` together, and their kind; or why they cannot be had.
    /// There is one CPU, however many parts of it are asked for.
    pub fn open_several(self, count: usize) -> Result<(Vec<Device>, DeviceKind), DeviceError> {
        let (first, kind) = self.open()?;
        let index = match (kind, self) {
            (DeviceKind::Cpu, _) => return Ok((vec![first; count.max(1)], kind)),
            (DeviceKind::Cuda, Self::Cuda(index)) => index,
            (DeviceKind::Cuda, Self::Auto | Self::Cpu) => 0,
        };
        let mut devices = vec![first];
        for next in index + 1..index + count {
            devices.push(open_cuda(next)?.0);
        }
        Ok((devices, kind))
    }

    /// Memory of the device, in bytes. `None` for the CPU, and where the driver does not tell which of
    /// several different GPUs this one is.
    pub fn memory_bytes(self) -> Option<u64> {
        #[cfg(feature = "cuda")]
        if self != Self::Cpu {
            return crate::cards::memory_bytes();
        }
        None
    }

    /// The device and its kind, or why it cannot be had.
    pub fn open(self) -> Result<(Device, DeviceKind), DeviceError> {
        match self {
            Self::Cpu => Ok((Device::flex(), DeviceKind::Cpu)),
            Self::Auto if cuda_devices().is_none_or(|found| found == 0) => Self::Cpu.open(),
            Self::Auto => Self::Cuda(0).open(),
            Self::Cuda(index) => open_cuda(index),
        }
    }
}

/// Whether a device is the CPU, with or without gradients.
pub fn is_cpu(device: &Device) -> bool {
    matches!(
        device.clone().inner().as_dispatch(),
        DispatchDevice::Flex(_)
    )
}

/// Whether a device is a CUDA GPU, with or without gradients; else it is the CPU or, in tests, a Vulkan device.
#[cfg(feature = "kernels")]
pub(crate) fn is_cuda(device: &Device) -> bool {
    matches!(
        device.clone().inner().as_dispatch(),
        DispatchDevice::Cube(cubecl::Device::Cuda(_))
    )
}

/// CUDA devices of this machine; `None` where the binary is built without CUDA.
pub fn cuda_devices() -> Option<usize> {
    #[cfg(feature = "cuda")]
    return Some(
        Device::enumerate(burn::tensor::DeviceType::Cuda)
            .into_vec()
            .len(),
    );
    #[cfg(not(feature = "cuda"))]
    None
}

/// What a CUDA device needs of this machine, and whether it is there; nothing where the binary is built
/// without CUDA.
pub fn cuda_needs() -> Vec<CudaNeed> {
    #[cfg(feature = "cuda")]
    return cuda::machine().needs();
    #[cfg(not(feature = "cuda"))]
    Vec::new()
}

/// The folder where compiled and tuned CUDA kernels are kept; `None` where they are not, or there is no CUDA.
pub fn cuda_kernel_folder() -> Option<std::path::PathBuf> {
    #[cfg(feature = "cuda")]
    if cuda_devices() > Some(0) {
        return cuda::kernel_folder();
    }
    None
}

fn open_cuda(index: usize) -> Result<(Device, DeviceKind), DeviceError> {
    let found = cuda_devices().ok_or(DeviceError::NotBuilt)?;
    // Without these burn would panic, at the first kernel or before.
    let needs = cuda_needs().into_iter();
    let faults: Vec<CudaFault> = needs.filter_map(|need| need.found.err()).collect();
    if !faults.is_empty() {
        return Err(DeviceError::Unusable(faults));
    }
    if index >= found {
        return Err(DeviceError::Absent { index, found });
    }
    #[cfg(feature = "cuda")]
    {
        cuda::keep_kernels(cuda::kernel_folder().as_deref());
        Ok((Device::cuda(index), DeviceKind::Cuda))
    }
    #[cfg(not(feature = "cuda"))]
    Err(DeviceError::NotBuilt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_and_print() {
        for (text, choice) in [
            ("auto", DeviceChoice::Auto),
            ("cpu", DeviceChoice::Cpu),
            ("cuda:3", DeviceChoice::Cuda(3)),
        ] {
            assert_eq!(text.parse(), Ok(choice));
            assert_eq!(choice.to_string(), text);
        }
        for text in ["gpu", "cuda:", "cuda:x", "CPU", ""] {
            assert_eq!(
                text.parse::<DeviceChoice>(),
                Err(DeviceError::Unknown(text.to_owned()))
            );
        }
    }

    #[test]
    fn the_cpu_is_always_there() {
        assert!(matches!(DeviceChoice::Cpu.open(), Ok((_, DeviceKind::Cpu))));
    }
}
