//! Fused loops over float32 slices, for what a model does between its matrix products on a CPU.
//!
//! Each function reads and writes its slices once, in parallel over blocks, with the widest vectors
//! that the processor has. Results do not depend on the number of threads, nor on the width of the
//! vectors: sums are taken in an order of their own, and nothing is contracted to a fused
//! multiply-add.

mod adam;
mod blocks;
mod gate;
mod math;
mod norm;

pub use adam::{AdamStep, adam_atan2};
pub use gate::{swiglu_gate, swiglu_gate_backward};
pub use norm::{add_rms_norm, add_rms_norm_backward};
