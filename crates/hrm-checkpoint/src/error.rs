//! What can go wrong with a checkpoint file, in words that name the place and the cure.

use crate::limits::{MAX_DIMENSIONS, MAX_TEXT_BYTES};
use safetensors::SafeTensorError;
use std::io;
use std::path::PathBuf;
use zip::result::ZipError;

/// A checkpoint file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {error}", path.display())]
    Io {
        /// What was attempted: `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
    /// The path leads to a folder, a pipe or a device.
    #[error("cannot read `{}`: not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is not a checkpoint, is damaged, or holds something else than tensors.
    #[error("`{}`: {error}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong with its bytes.
        error: ParseError,
    },
    /// The values cannot be expressed in the format.
    #[error("cannot write `{}`: {error}", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// What is wrong with the values.
        error: EncodeError,
    },
}

/// Bytes that are not a checkpoint of one of the two formats.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// Neither of the two formats.
    #[error(
        "not a checkpoint: neither a safetensors file nor a zip container as `torch.save` writes"
    )]
    UnknownFormat,
    /// Written by `torch.save` before PyTorch 1.6, or with `_use_new_zipfile_serialization=False`,
    /// or by Python's `pickle` alone.
    #[error(
        "{found}, which is not read; load it with a current PyTorch and save it again with \
         `torch.save(state_dict, path)`"
    )]
    Legacy {
        /// What the file starts like.
        found: &'static str,
    },
    /// Damage to a safetensors file.
    #[error("not a valid safetensors file: {error}")]
    Safetensors {
        /// What is wrong with it.
        error: SafeTensorError,
    },
    /// Two tensors of a safetensors file have one name.
    #[error("two tensors are named {name}; a name must be given once")]
    RepeatedName {
        /// The name, quoted.
        name: String,
    },
    /// Damage to the zip container of a `torch.save` file, or something in it that `torch.save`
    /// does not write.
    #[error("zip container: {reason}")]
    Container {
        /// What is wrong, and with which entry.
        reason: String,
    },
    /// The pickle of a `torch.save` file is damaged or asks for something else than tensors.
    #[error("`data.pkl`, byte {byte}: {reason}")]
    Pickle {
        /// Position of the opcode within `data.pkl`.
        byte: usize,
        /// What the opcode asks for and why it is refused.
        reason: String,
    },
    /// The pickle's value is not a dict of tensors.
    #[error(
        "{found}; expected a dict of tensors, or a dict with one under `model` or `state_dict`"
    )]
    NotAStateDict {
        /// What is there instead.
        found: String,
    },
    /// One tensor cannot be put together from the file's bytes.
    #[error("tensor {name}: {reason}")]
    Tensor {
        /// The tensor's name, quoted.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No tensor in the file.
    #[error("the file holds no tensors")]
    NoTensors,
}

/// Values that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// Shape and numbers of a tensor do not fit, or the shape has too many dimensions.
    #[error(
        "tensor {name} has shape {shape:?} and {numbers} numbers; these must fit, in at most \
         {MAX_DIMENSIONS} dimensions"
    )]
    Shape {
        /// The tensor's name, quoted.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// How many numbers it has.
        numbers: usize,
    },
    /// A name too long for the format.
    #[error("tensor {name} has a name of {bytes} bytes; at most {MAX_TEXT_BYTES} are written")]
    LongName {
        /// The start of the name, quoted.
        name: String,
        /// Its length.
        bytes: usize,
    },
    /// The safetensors header cannot be made.
    #[error(transparent)]
    Safetensors(#[from] SafeTensorError),
    /// The zip container cannot be made.
    #[error(transparent)]
    Container(#[from] ZipError),
}
