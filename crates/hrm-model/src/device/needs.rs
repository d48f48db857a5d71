//! What a CUDA device needs of its machine: the driver, NVRTC and the toolkit's headers.

use std::fmt;
use std::path::PathBuf;

/// The CUDA that this program is built for (`CUDARC_CUDA_VERSION` in `.cargo/config.toml`).
pub(super) const BUILT_FOR: CudaVersion = CudaVersion {
    major: 13,
    minor: 0,
};

/// A version of CUDA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CudaVersion {
    /// 13 of 13.0.
    pub major: u32,
    /// 0 of 13.0.
    pub minor: u32,
}

impl fmt::Display for CudaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// One thing that a CUDA device needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CudaNeed {
    /// Its name: `cuda driver`, `cuda nvrtc` or `cuda headers`.
    pub what: &'static str,
    /// What was found, or what is wrong with it and how that is put right.
    pub found: Result<String, CudaFault>,
}

/// What keeps a CUDA device from being used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CudaFault {
    /// No driver.
    #[error(
        "the driver's library libcuda.so.1 is not on the loader's path; install NVIDIA's driver for CUDA {} \
         (or, in a container, start it with the GPUs)",
        BUILT_FOR
    )]
    NoDriver,
    /// A driver that does not start.
    #[error("the driver (CUDA {version}) does not start: {reason}; `nvidia-smi` may say more")]
    DriverFails {
        /// The newest CUDA that it knows.
        version: CudaVersion,
        /// Its error.
        reason: String,
    },
    /// A driver that cannot load what NVRTC makes.
    #[error(
        "the driver knows CUDA {driver}, and kernels of NVRTC {nvrtc} are too new for it; install a newer driver"
    )]
    OldDriver {
        /// The newest CUDA that the driver knows.
        driver: CudaVersion,
        /// The version of NVRTC.
        nvrtc: CudaVersion,
    },
    /// No NVRTC.
    #[error(
        "libnvrtc.so.{}, which compiles kernels, is not on the loader's path; {}",
        BUILT_FOR.major,
        nvrtc_cure(folder.as_ref())
    )]
    NoNvrtc {
        /// The folder where it lies all the same.
        folder: Option<PathBuf>,
    },
    /// No toolkit.
    #[error(
        "no headers of CUDA: `CUDA_PATH` is not set, and there is none of {}; install the CUDA {} toolkit, or set \
         `CUDA_PATH` to the folder that has its `include`",
        looked.join(", "),
        BUILT_FOR
    )]
    NoToolkit {
        /// Where it was looked for.
        looked: Vec<String>,
    },
    /// A toolkit without a header.
    #[error(
        "`{header}` is not in {}; install the headers of the CUDA {} toolkit, or set `CUDA_PATH` to the folder \
         that has its `include`",
        include.display(),
        BUILT_FOR
    )]
    NoHeader {
        /// The header.
        header: &'static str,
        /// The folder of the headers.
        include: PathBuf,
    },
}

fn nvrtc_cure(folder: Option<&PathBuf>) -> String {
    match folder {
        Some(folder) => format!(
            "put its folder there: `export LD_LIBRARY_PATH={}`",
            folder.display()
        ),
        None => format!("install the CUDA {BUILT_FOR} toolkit (in packages: `cuda-nvrtc-13-0`)"),
    }
}

/// What is wrong, in one sentence after the other.
pub(super) fn sentences(faults: &[CudaFault]) -> String {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    faults.join(". Besides, ")
}
