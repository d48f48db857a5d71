//! The safetensors format.

use crate::limits::{MAX_DIMENSIONS, MAX_HEADER_BYTES};
use crate::named_values::{NamedValues, check_shape, little_endian};
use crate::quote::Quote;
use crate::{EncodeError, FileTensor, NumberFormat, ParseError};
use safetensors::tensor::{TensorView, View};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// All tensors of a safetensors file.
pub(crate) fn parse(bytes: &[u8]) -> Result<BTreeMap<String, FileTensor>, ParseError> {
    if let Some(header) = header(bytes) {
        if header.len() > MAX_HEADER_BYTES {
            return Err(invalid(SafeTensorError::HeaderTooLarge));
        }
        if let Some(name) = repeated_name(header) {
            let name = Quote(&name).to_string();
            return Err(ParseError::RepeatedName { name });
        }
    }
    let file = SafeTensors::deserialize(bytes).map_err(invalid)?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        let tensor = tensor(&view).map_err(|reason| ParseError::Tensor {
            name: Quote(name).to_string(),
            reason,
        })?;
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

fn invalid(error: SafeTensorError) -> ParseError {
    ParseError::Safetensors { error }
}

fn tensor(view: &TensorView<'_>) -> Result<FileTensor, String> {
    if view.shape().len() > MAX_DIMENSIONS {
        return Err(format!("more than {MAX_DIMENSIONS} dimensions"));
    }
    let format = number_format(view.dtype())
        .ok_or_else(|| format!("number format {} is not read", view.dtype()))?;
    Ok(FileTensor {
        shape: view.shape().to_vec(),
        format,
        values: format.to_f32(view.data()),
    })
}

fn number_format(dtype: Dtype) -> Option<NumberFormat> {
    Some(match dtype {
        Dtype::F32 => NumberFormat::F32,
        Dtype::F64 => NumberFormat::F64,
        Dtype::F16 => NumberFormat::F16,
        Dtype::BF16 => NumberFormat::Bf16,
        Dtype::I64 => NumberFormat::I64,
        Dtype::I32 => NumberFormat::I32,
        Dtype::I16 => NumberFormat::I16,
        Dtype::I8 => NumberFormat::I8,
        Dtype::U8 => NumberFormat::U8,
        Dtype::BOOL => NumberFormat::Bool,
        _ => return None,
    })
}

/// The JSON header, unless the file is too short for it.
fn header(bytes: &[u8]) -> Option<&[u8]> {
    let (len, rest) = bytes.split_first_chunk::<8>()?;
    let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
    rest.get(..len)
}

/// A name that the header repeats; the `safetensors` crate would keep the last of its tensors.
/// Other faults of the header are left to that crate.
fn repeated_name(header: &[u8]) -> Option<String> {
    let mut names = Names::default();
    // An error, too, leaves what was found.
    let _ = serde_json::Deserializer::from_slice(header).deserialize_map(&mut names);
    names.repeated
}

/// The keys of a JSON object up to the first that is repeated.
#[derive(Default)]
struct Names {
    seen: BTreeSet<String>,
    repeated: Option<String>,
}

impl<'de> Visitor<'de> for &mut Names {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, IgnoredAny)) = map.next_entry::<String, _>()? {
            if self.seen.contains(&name) {
                self.repeated = Some(name);
                break;
            }
            self.seen.insert(name);
        }
        Ok(())
    }
}

/// The bytes of a safetensors file: float32, names in alphabetical order, equal bytes for equal
/// values.
///
/// # Errors
/// If a shape does not fit its numbers, or the header is larger than the format's 100 MB.
pub fn encode(values: &NamedValues) -> Result<Vec<u8>, EncodeError> {
    let tensors = values
        .iter()
        .map(|(name, (shape, numbers))| {
            check_shape(name, shape, numbers)?;
            Ok((name, Float32 { shape, numbers }))
        })
        .collect::<Result<Vec<_>, EncodeError>>()?;
    Ok(safetensors::serialize(tensors, None)?)
}

/// A tensor to be written.
struct Float32<'a> {
    shape: &'a [usize],
    numbers: &'a [f32],
}

impl View for Float32<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned(little_endian(self.numbers))
    }

    fn data_len(&self) -> usize {
        self.numbers.len() * 4
    }
}
