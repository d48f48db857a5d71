//! Stands in for cubecl's LLVM compiler.
//!
//! `cubecl-cuda` always depends on `cubecl-llvm`, whose build script downloads a prebuilt LLVM.
//! Where only crate registries can be reached (CI, many clusters) that fails, and nothing of it is
//! needed: kernels go through cubecl's CUDA C++ compiler and NVRTC, which the `cuda-cpp` feature
//! of `cubecl` makes the default. This crate has the few names that `cubecl-cuda` mentions and is
//! put in place by `[patch.crates-io]`. No function of it can be reached with that feature on.

use cubecl_core::ir::nvidia::SmArch;
use cubecl_core::prelude::KernelDefinition;
use cubecl_server::compiler::{CompilationError, Compiler};
use cubecl_server::kernel::BufferIOAttr;

const UNREACHABLE: &str = "the CUDA C++ compiler is selected by the feature `cuda-cpp` of `cubecl`";

/// The PTX version of a driver.
pub mod nvptx {
    /// See the parent.
    pub mod ptx_version {
        use std::fmt;

        /// Never made: the C++ compiler takes the version that NVRTC writes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum PtxVersion {}

        impl PtxVersion {
            /// No version.
            #[must_use]
            pub fn for_driver(_driver: i32) -> Option<Self> {
                None
            }

            /// Cannot be called: there is no value.
            #[must_use]
            pub fn target_feature(self) -> std::ffi::CString {
                match self {}
            }
        }

        impl fmt::Display for PtxVersion {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {}
            }
        }
    }
}

/// Device features that LLVM can lower.
pub mod shared {
    /// See the parent.
    pub mod lowered_features {
        use cubecl_core::ir::DeviceProperties;

        /// The one target that is named.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum GpuTarget {
            /// NVIDIA.
            Nvptx,
        }

        /// Not reached with the C++ compiler.
        pub fn restrict_features(_properties: &mut DeviceProperties, _target: GpuTarget) {
            unreachable!("{}", crate::UNREACHABLE)
        }
    }
}

/// The one target that is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LlvmTarget {
    /// NVIDIA.
    #[default]
    Nvptx,
}

/// The compiler; never asked to compile.
#[derive(Clone, Debug, Default)]
pub struct PlironCompiler {
    /// Its target.
    pub target: LlvmTarget,
}

/// Its options.
#[derive(Clone, Debug, Default)]
pub struct PlironOptions {
    /// AMD architecture; always none.
    pub arch: Option<()>,
    /// NVIDIA architecture.
    pub sm_arch: Option<SmArch>,
    /// PTX version; always none.
    pub ptx_version: Option<nvptx::ptx_version::PtxVersion>,
    /// Whether scalars are passed in the parameter block.
    pub grid_constants: bool,
}

/// A compiled module; never made.
#[derive(Clone, Debug)]
pub struct NvptxModule {
    /// PTX with a NUL at its end.
    pub ptx: Vec<std::ffi::c_char>,
    /// Entry point.
    pub entrypoint: String,
    /// Intermediate representation.
    pub ir: String,
    /// Shared memory of a launch, in bytes.
    pub shared_memory_size: usize,
    /// How each buffer is accessed.
    pub io: Vec<BufferIOAttr>,
}

/// A compiled kernel; never made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PlironArtifact {
    /// For NVIDIA.
    NvptxCode(NvptxModule),
}

impl std::fmt::Display for PlironArtifact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::NvptxCode(module) = self;
        f.write_str(&module.ir)
    }
}

impl Compiler for PlironCompiler {
    type Representation = PlironArtifact;
    type CompilationOptions = PlironOptions;

    fn compile(&mut self, _: KernelDefinition, _: &PlironOptions) -> Result<PlironArtifact, CompilationError> {
        unreachable!("{UNREACHABLE}")
    }

    fn extension(&self) -> &'static str {
        "ll"
    }

    fn lang_tag(&self) -> &'static str {
        "llvm"
    }
}
