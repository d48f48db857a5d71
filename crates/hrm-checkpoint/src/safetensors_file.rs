//! The safetensors format.

use crate::named_values::{NamedValues, check_shape, little_endian};
use crate::quote::Quote;
use crate::{EncodeError, FileTensor, NumberFormat, ParseError};
use safetensors::tensor::View;
use safetensors::{Dtype, SafeTensors};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// All tensors of a safetensors file.
pub(crate) fn parse(bytes: &[u8]) -> Result<BTreeMap<String, FileTensor>, ParseError> {
    let (header_bytes, _) = SafeTensors::read_metadata(bytes)?;
    check_names(bytes.get(8..8 + header_bytes).unwrap_or_default())?;
    let file = SafeTensors::deserialize(bytes)?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        let format = number_format(view.dtype()).ok_or_else(|| ParseError::Tensor {
            name: Quote(name).to_string(),
            reason: format!("number format {} is not read", view.dtype()),
        })?;
        let tensor = FileTensor {
            shape: view.shape().to_vec(),
            format,
            values: format.to_f32(view.data()),
        };
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
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

/// Refuses a header with a repeated name, of which the `safetensors` crate would keep the last.
fn check_names(header: &[u8]) -> Result<(), ParseError> {
    struct Names(Option<String>);

    impl<'de> Visitor<'de> for &mut Names {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of tensors")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            let mut names = BTreeSet::new();
            while let Some((name, IgnoredAny)) = map.next_entry::<String, _>()? {
                if !names.insert(name.clone()) {
                    self.0 = Some(Quote(&name).to_string());
                    return Err(A::Error::custom("repeated name"));
                }
            }
            Ok(())
        }
    }

    let mut names = Names(None);
    let parsed = serde_json::Deserializer::from_slice(header).deserialize_map(&mut names);
    match (names.0, parsed) {
        (Some(name), _) => Err(ParseError::RepeatedName { name }),
        (None, Err(error)) => Err(safetensors::SafeTensorError::JsonError(error).into()),
        (None, Ok(())) => Ok(()),
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
