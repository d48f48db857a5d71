//! The CUDA C++ source of kernels, for tests on machines without a GPU.

use crate::gpu::Gpu;
use cubecl::Compiler;
use cubecl::client::Client;
use cubecl::ir::{
    ContiguousElements, DeviceIdentity, DeviceProperties, HardwareProperties, MmaProperties,
    TargetProperties, VectorSize, features::Plane, types::MatrixLayout,
};
use cubecl::prelude::CubeKernel;
use cubecl_cpp::cuda::arch::CudaArchitecture;
use cubecl_cpp::cuda::mma::{CudaCmmaCompiler, manual::contiguous_elements_cuda};
use cubecl_cpp::shared::{CompilationOptions, CppCompiler, CppSupportedFeatures};
use cubecl_cpp::shared::{register_supported_types, register_wmma_features};
use cubecl_cpp::target::Cuda;
use std::sync::{Arc, Mutex};

/// Compute capability 9.0.
const HOPPER: CudaArchitecture = CudaArchitecture {
    version: 90,
    tensor_cores: true,
};

/// A kernel as CUDA C++.
#[derive(Debug, Clone)]
pub struct CudaSource {
    /// The kernel's function.
    pub kernel: &'static str,
    /// The source, or why there is none.
    pub source: Result<String, String>,
}

/// What CubeCL's CUDA runtime would find on a Hopper GPU, and the sources made for it.
#[derive(Debug, Clone)]
pub(crate) struct Hopper {
    device: Arc<DeviceProperties>,
    target: Arc<TargetProperties>,
    sources: Arc<Mutex<Vec<CudaSource>>>,
}

impl Gpu {
    /// A device that runs nothing and collects sources; buffers are made on `client`'s.
    pub fn hopper(client: Client) -> Self {
        let hopper = Hopper::new(client.properties());
        Self {
            hopper: Some(hopper),
            ..Self::new(client)
        }
    }

    /// Takes the sources collected so far.
    pub fn take_sources(&self) -> Vec<CudaSource> {
        let sources = self
            .hopper
            .iter()
            .filter_map(|hopper| hopper.sources.lock().ok());
        sources
            .flat_map(|mut sources| std::mem::take(&mut *sources))
            .collect()
    }
}

impl Hopper {
    fn new(any: &DeviceProperties) -> Self {
        let mut device = DeviceProperties::new(
            Default::default(),
            any.memory.clone(),
            hardware(),
            any.timing_method,
            DeviceIdentity {
                name: "Hopper".to_owned(),
                fingerprint: "ptx_sm90".to_owned(),
                physical: None,
            },
        );
        register_supported_types(&mut device);
        device.features.plane.insert(Plane::Ops);
        device.features.plane.insert(Plane::NonUniformControlFlow);
        device.features.memory_reinterpret = true;
        device.features.alignment = true;
        let matrices = CudaCmmaCompiler::Cpp.supported_cmma_combinations(&HOPPER);
        register_wmma_features(matrices, &mut device);
        Self {
            device: Arc::new(device),
            target: Arc::new(target()),
            sources: Arc::default(),
        }
    }

    pub(crate) fn device(&self) -> &DeviceProperties {
        &self.device
    }

    pub(crate) fn properties(&self) -> (Arc<DeviceProperties>, Arc<TargetProperties>) {
        (Arc::clone(&self.device), Arc::clone(&self.target))
    }

    pub(crate) fn collect(&self, name: &'static str, kernel: &dyn CubeKernel) {
        let options = CompilationOptions {
            warp_size: 32,
            supports_features: CppSupportedFeatures {
                grid_constants: true,
                fast_math: true,
                clusters: true,
                elect_sync: true,
                dp4a: true,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut compiler = CppCompiler::<Cuda>::default();
        let compiled = compiler.compile(kernel.define(), &options);
        let source = CudaSource {
            kernel: name,
            source: compiled
                .map(|kernel| kernel.to_string())
                .map_err(|error| error.to_string()),
        };
        if let Ok(mut sources) = self.sources.lock() {
            sources.push(source);
        }
    }
}

fn hardware() -> HardwareProperties {
    HardwareProperties {
        load_width: 128,
        vector_register_count: None,
        plane_size_min: 32,
        plane_size_max: 32,
        max_bindings: 1024,
        max_shared_memory_size: 227 * 1024,
        max_cube_count: (i32::MAX as u32, 65_535, 65_535),
        max_units_per_cube: 1024,
        max_cube_dim: (1024, 1024, 64),
        num_streaming_multiprocessors: Some(132),
        num_tensor_cores: Some(4),
        min_tensor_cores_dim: Some(8),
        num_cpu_cores: None,
        last_level_cache_size: None,
        max_vector_size: VectorSize::MAX,
        cube_mma_reserved_shared_memory: 0,
    }
}

fn target() -> TargetProperties {
    TargetProperties {
        mma: MmaProperties {
            register_size_bits: 32,
            const_plane_size: 32,
            register_layout_a: MatrixLayout::RowMajor,
            register_layout_b: MatrixLayout::ColMajor,
            register_layout_acc: MatrixLayout::RowMajor,
            register_duplication_a: 1,
            register_duplication_b: 1,
            register_duplication_acc: 1,
            contiguous_elements: ContiguousElements::new(contiguous_elements_cuda),
        },
    }
}
