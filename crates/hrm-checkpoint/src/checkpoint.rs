//! Checkpoint files of either format.

use crate::{
    CheckpointError, EncodeError, NamedValues, NumberFormat, ParseError, safetensors_bytes,
    safetensors_file, torch, torch_bytes,
};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// The content of a checkpoint file.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The format that the file has.
    pub format: FileFormat,
    /// Its tensors under their names in the file; there is at least one.
    pub tensors: BTreeMap<String, FileTensor>,
}

impl Checkpoint {
    /// Shape and numbers of every tensor, whatever format they have in the file.
    pub fn into_values(self) -> NamedValues {
        let tensors = self.tensors.into_iter();
        tensors
            .map(|(name, tensor)| (name, (tensor.shape, tensor.values)))
            .collect()
    }
}

/// Format of a checkpoint file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// The safetensors format.
    Safetensors,
    /// The zip container that `torch.save` writes since PyTorch 1.6.
    Torch,
}

/// One tensor of a checkpoint file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileTensor {
    /// Sizes of the dimensions; empty for a scalar.
    pub shape: Vec<usize>,
    /// The number format in the file.
    pub format: NumberFormat,
    /// The numbers in row-major order, converted to the nearest float32.
    pub values: Vec<f32>,
}

/// Reads a checkpoint file of either format, told apart by its content.
///
/// # Errors
/// If the file cannot be read, is damaged, or holds something else than tensors.
pub fn read(path: &Path) -> Result<Checkpoint, CheckpointError> {
    let io_error = |error| CheckpointError::Io {
        action: "read",
        path: path.to_path_buf(),
        error,
    };
    // A pipe or a device may have no end.
    if !fs::metadata(path).map_err(io_error)?.is_file() {
        let path = path.to_path_buf();
        return Err(CheckpointError::NotAFile { path });
    }
    let bytes = fs::read(path).map_err(io_error)?;
    parse(&bytes).map_err(|error| CheckpointError::Parse {
        path: path.to_path_buf(),
        error,
    })
}

/// Reads a checkpoint from the bytes of a file of either format.
///
/// # Errors
/// If the bytes are damaged or hold something else than tensors.
pub fn parse(bytes: &[u8]) -> Result<Checkpoint, ParseError> {
    let (format, tensors) = match bytes {
        [] => return Err(ParseError::Empty),
        // Eight bytes of header length, then a JSON object.
        [_, _, _, _, _, _, _, _, b'{', ..] => {
            (FileFormat::Safetensors, safetensors_file::parse(bytes)?)
        }
        [b'P', b'K', ..] => (FileFormat::Torch, torch::parse(bytes)?),
        _ => return Err(unknown(bytes)),
    };
    if tensors.is_empty() {
        return Err(ParseError::NoTensors);
    }
    Ok(Checkpoint { format, tensors })
}

/// Says what a file of neither format looks like.
fn unknown(bytes: &[u8]) -> ParseError {
    /// Where a tar file says that it is one.
    const TAR_MAGIC: std::ops::Range<usize> = 257..262;
    /// Start of the first pickle, the magic number, of a `torch.save` file before PyTorch 1.6.
    const LEGACY_MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

    let found = match bytes {
        _ if bytes.starts_with(LEGACY_MAGIC) => {
            "a `torch.save` file in the format before PyTorch 1.6"
        }
        _ if bytes.get(TAR_MAGIC) == Some(b"ustar") => {
            "a tar file, as PyTorch before 0.2 wrote them"
        }
        [0x80, 2..=5, ..] => "a bare Python pickle",
        _ => return ParseError::UnknownFormat,
    };
    ParseError::Legacy { found }
}

/// Writes a safetensors file of float32 tensors.
///
/// # Errors
/// If the file cannot be written or a shape does not fit its numbers.
pub fn write_safetensors(path: &Path, values: &NamedValues) -> Result<(), CheckpointError> {
    write(path, safetensors_bytes(values))
}

/// Writes a flat state dict of float32 tensors that `torch.load(path, weights_only=True)` reads.
///
/// # Errors
/// If the file cannot be written or a shape does not fit its numbers.
pub fn write_torch(path: &Path, values: &NamedValues) -> Result<(), CheckpointError> {
    write(path, torch_bytes(values))
}

fn write(path: &Path, encoded: Result<Vec<u8>, EncodeError>) -> Result<(), CheckpointError> {
    let bytes = encoded.map_err(|error| CheckpointError::Encode {
        path: path.to_path_buf(),
        error,
    })?;
    let write = || -> io::Result<()> {
        let mut file = fs::File::create(path)?;
        file.write_all(&bytes)?;
        file.sync_all()
    };
    write().map_err(|error| CheckpointError::Io {
        action: "write",
        path: path.to_path_buf(),
        error,
    })
}
