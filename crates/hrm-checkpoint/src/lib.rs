//! Checkpoint files as data: safetensors, and what PyTorch's `torch.save` writes.
//!
//! [`read`] takes either format, told apart by content, and gives float32 numbers under each name;
//! [`write_safetensors`] and [`write_torch`] write them. A `torch.save` file is a zip container
//! with a pickle, which is a program: here it is parsed as data, by a reader that knows a fixed
//! list of opcodes and of names and can run nothing.
//!
//! Invariants: a file from elsewhere gives numbers or an error, never a panic; nothing is
//! allocated by a number from a file before that number was compared with the bytes that are
//! there or with a documented limit; equal values are written as equal bytes.
//!
//! Memory while reading, whatever the file: its bytes, at most four times as much for what is made
//! of them, and 100 MB for pickle or header.

mod checkpoint;
mod error;
mod limits;
mod named_values;
mod number_format;
mod published_name;
mod quote;
mod safetensors_file;
mod torch;

pub use checkpoint::{
    Checkpoint, FileFormat, FileTensor, parse, read, write_safetensors, write_torch,
};
pub use error::{CheckpointError, EncodeError, ParseError};
pub use named_values::NamedValues;
pub use number_format::NumberFormat;
pub use published_name::published_name;
pub use safetensors_file::encode as safetensors_bytes;
pub use torch::encode as torch_bytes;
