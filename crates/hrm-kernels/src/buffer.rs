//! Buffers of a device as the kernels see them.

use crate::gpu::Gpu;
use cubecl::ir::{ElemType, FloatKind};
use cubecl::prelude::{BufferArg, VectorSize};
use cubecl::server::Handle;

/// The number format of activations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// float32
    F32,
    /// bfloat16
    Bf16,
}

impl Format {
    /// Bytes of a number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::Bf16 => 2,
        }
    }

    pub(crate) const fn elem(self) -> ElemType {
        ElemType::Float(match self {
            Self::F32 => FloatKind::F32,
            Self::Bf16 => FloatKind::BF16,
        })
    }
}

/// The format of losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// float32
    F32,
    /// float64, as published; not every device has its logarithm.
    F64,
}

impl Wide {
    /// Bytes of a number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    pub(crate) const fn elem(self) -> ElemType {
        ElemType::Float(match self {
            Self::F32 => FloatKind::F32,
            Self::F64 => FloatKind::F64,
        })
    }
}

/// A matrix in row order; rows may lie further apart than they are wide.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The buffer.
    pub handle: Handle,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub width: usize,
    /// Numbers from the start of a row to that of the next, at least `width`.
    pub stride: usize,
    /// Format of the numbers.
    pub format: Format,
}

impl Matrix {
    /// A new one without gaps; its numbers are undefined.
    pub fn empty(gpu: &Gpu, rows: usize, width: usize, format: Format) -> Self {
        Self {
            handle: gpu.empty(rows * width * format.bytes()),
            rows,
            width,
            stride: width,
            format,
        }
    }

    pub(crate) fn arg(&self) -> BufferArg {
        // The last row ends where its columns end.
        let len = match self.rows {
            0 => 0,
            rows => (rows - 1) * self.stride + self.width,
        };
        buffer(&self.handle, len)
    }
}

/// The first `len` numbers of a buffer.
#[allow(unsafe_code)]
pub(crate) fn buffer(handle: &Handle, len: usize) -> BufferArg {
    // SAFETY: every caller computes `len` from the sizes with which the buffer was made.
    unsafe { BufferArg::from_raw_parts(handle.clone(), len) }
}

/// How many numbers a unit reads at once: the most that all of `sizes` are multiples of, at most 128 bits.
pub(crate) fn vector_size(format: Format, sizes: &[usize]) -> VectorSize {
    let fits = |lanes: &usize| sizes.iter().all(|size| size.is_multiple_of(*lanes));
    let most = 16 / format.bytes();
    [8, 4, 2]
        .into_iter()
        .filter(|lanes| *lanes <= most)
        .find(fits)
        .unwrap_or(1)
}
