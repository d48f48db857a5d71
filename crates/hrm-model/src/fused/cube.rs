//! The kernels of `hrm-kernels` on burn's GPU tensors.

use super::{Fused, FusedKernels};
use burn::backend::fusion::custom::TensorSpec;
use burn::backend::{DispatchDevice, TensorMetadata};
use burn::tensor::{DType, Device, Shape};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::{cast, into_contiguous};
use burn_cubecl::tensor::CubeTensor;
use cubecl::server::Handle;
use hrm_kernels::{Format, Gpu, Matrix};

impl Fused for CubeBackend {
    fn swiglu_gate(gate_up: CubeTensor) -> CubeTensor {
        Self::gate_forward(&gate_up)
    }

    fn add_rms_norm(x: CubeTensor, update: CubeTensor) -> CubeTensor {
        let (out, _) = Self::norm_forward(&x, &update);
        out
    }
}

impl FusedKernels for CubeBackend {
    fn gate_forward(gate_up: &CubeTensor) -> CubeTensor {
        let out = hrm_kernels::gate_forward(&gpu(gate_up), &matrix(gate_up));
        tensor(out, gate_up)
    }

    fn gate_backward(gate_up: &CubeTensor, grad: &CubeTensor) -> CubeTensor {
        let of_input = hrm_kernels::gate_backward(&gpu(gate_up), &matrix(gate_up), &matrix(grad));
        tensor(of_input, gate_up)
    }

    fn norm_forward(x: &CubeTensor, update: &CubeTensor) -> (CubeTensor, CubeTensor) {
        let normalized = hrm_kernels::norm_forward(&gpu(x), &matrix(x), &matrix(update));
        let rows = normalized.out.rows;
        let scales = CubeTensor::new_contiguous(
            x.client.clone(),
            x.device.clone(),
            Shape::new([rows]),
            normalized.scales,
            DType::F32,
        );
        (tensor(normalized.out, x), scales)
    }

    fn norm_backward(out: &CubeTensor, scales: &CubeTensor, grad: &CubeTensor) -> CubeTensor {
        let scales = &scales.handle;
        let of_sum = hrm_kernels::norm_backward(&gpu(out), &matrix(out), scales, &matrix(grad));
        tensor(of_sum, out)
    }
}

/// What describes the scales of the rows of a tensor.
pub(super) fn scales_of(x: &TensorSpec) -> TensorSpec {
    TensorSpec::new(Shape::new([x.shape[0]]), DType::F32)
}

pub(super) fn gpu(tensor: &CubeTensor) -> Gpu {
    Gpu::new(tensor.client.clone())
}

/// The GPU that a device is, with or without gradients.
pub(super) fn gpu_of(device: &Device) -> Option<Gpu> {
    match device.clone().inner().as_dispatch() {
        DispatchDevice::Cube(device) => Some(Gpu::new(device.client())),
        _ => None,
    }
}

/// A tensor [rows, width] as kernels read it: of a view whose rows are not together, a copy.
pub(super) fn matrix(tensor: &CubeTensor) -> Matrix {
    let strides = tensor.meta.strides();
    let in_rows = strides.len() == 2 && strides[1] == 1 && strides[0] >= tensor.meta.shape()[1];
    let tensor = if in_rows {
        tensor.clone()
    } else {
        into_contiguous(tensor.clone())
    };
    let [rows, width] = tensor.shape().dims();
    Matrix {
        stride: tensor.meta.strides()[0],
        rows,
        width,
        format: if tensor.dtype() == DType::BF16 {
            Format::Bf16
        } else {
            Format::F32
        },
        handle: tensor.handle,
    }
}

/// A result of a kernel on the device of `like`.
pub(super) fn tensor(matrix: Matrix, like: &CubeTensor) -> CubeTensor {
    let dtype = match matrix.format {
        Format::F32 => DType::F32,
        Format::Bf16 => DType::BF16,
    };
    CubeTensor::new_contiguous(
        like.client.clone(),
        like.device.clone(),
        Shape::new([matrix.rows, matrix.width]),
        matrix.handle,
        dtype,
    )
}

/// The buffer of a tensor whose numbers are together and in order.
pub(super) fn buffer_of(tensor: CubeTensor) -> Handle {
    into_contiguous(tensor).handle
}

/// The buffer of a tensor of integers, as int32.
pub(super) fn integers(tensor: CubeTensor) -> Handle {
    buffer_of(cast(tensor, DType::I32))
}

/// A float32 tensor [len] of the same length and on the same device as `like`.
pub(super) fn flat(handle: Handle, like: &CubeTensor) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    CubeTensor::new_contiguous(client, device, like.shape(), handle, DType::F32)
}
