//! What `torch.save` writes since PyTorch 1.6: a zip container with a pickle, `data.pkl`, that
//! describes the value, and one entry `data/KEY` for the bytes of each storage.
//!
//! [`archive`] opens the container, [`pickle`] turns the pickle into a value of dicts, scalars
//! and descriptions of tensors, [`state_dict`] finds the tensors in it, and [`tensor`] puts each
//! together from its storage. [`encode()`] writes such a file.

mod archive;
mod encode;
mod pickle;
mod state_dict;
mod tensor;

pub use encode::encode;

use crate::quote::Quote;
use crate::{FileTensor, ParseError};
use archive::Archive;
use std::collections::BTreeMap;

/// All tensors of a `torch.save` file.
pub(crate) fn parse(bytes: &[u8]) -> Result<BTreeMap<String, FileTensor>, ParseError> {
    let archive = Archive::open(bytes)?;
    let pickle = pickle::parse(archive.pickle()?)?;
    let named = state_dict::tensors(&pickle)?;

    // Every tensor is checked, and all their numbers are counted, before any is put together: the
    // tensors of a file can share its bytes any number of times.
    let mut numbers = 0usize;
    let mut sources = Vec::with_capacity(named.len());
    for (name, tensor) in named {
        let named_error = |reason| ParseError::Tensor {
            name: Quote(name).to_string(),
            reason,
        };
        let count = tensor.check().map_err(named_error)?;
        numbers = numbers.saturating_add(count);
        if numbers > bytes.len() {
            return Err(named_error(format!(
                "with it the file's tensors have {numbers} numbers, more than the file has bytes \
                 ({}); save copies of expanded tensors with `.contiguous()`",
                bytes.len()
            )));
        }
        let storage = archive.storage(&tensor.storage).map_err(named_error)?;
        sources.push((name, tensor, storage));
    }

    let tensors = sources.into_iter().map(|(name, tensor, storage)| {
        let file_tensor = FileTensor {
            shape: tensor.shape.clone(),
            format: tensor.storage.format,
            values: tensor.values(storage),
        };
        (name.to_owned(), file_tensor)
    });
    Ok(tensors.collect())
}
