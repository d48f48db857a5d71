//! What lies between the matrix products, as kernels for GPUs, each with its backward pass.
//!
//! Written in CubeCL, on buffers of a device; no crate here knows burn. Numbers of type `Format` are read and
//! written in it and computed with in float32. Sums are made in a fixed order, so that a device gives the same
//! bytes each time.

#![cfg(feature = "cube")]
// Every generated launcher takes its kernel's arguments one by one.
#![allow(missing_docs)]

mod attention;
mod buffer;
#[cfg(feature = "tests")]
mod cuda_source;
mod gate;
mod gpu;
mod loss;
mod norm;
mod optimizer;
mod rows;

pub use attention::{
    Attended, Attention, AttentionError, AttentionGradients, Projections, Rotary, Tiles,
    attention_backward, attention_forward, attention_supported,
};
pub use buffer::{Format, Matrix, Wide};
#[cfg(feature = "tests")]
pub use cuda_source::CudaSource;
pub use gate::{gate_backward, gate_forward};
pub use gpu::Gpu;
pub use loss::{Labels, Losses, Probabilities, loss_backward, loss_forward};
pub use norm::{Normalized, norm_backward, norm_forward};
pub use optimizer::{AdamBuffers, AdamNumbers, RowSlots, adam_atan2, sign_sgd};
