//! The building blocks. Activations are two-dimensional, [batch · positions, width], except
//! inside the mixers.

mod attention;
mod block;
mod embedding;
mod linear;
mod norm;
mod rotary;
mod swiglu;
#[cfg(test)]
mod units;

pub(crate) use attention::{Attention, attend, mix};
pub(crate) use block::{Block, SequenceShape};
pub(crate) use embedding::embed;
pub(crate) use linear::Linear;
pub(crate) use norm::rms_norm;
pub(crate) use rotary::{ROTARY_BASE, Rotary};
pub(crate) use swiglu::SwiGlu;
