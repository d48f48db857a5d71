//! Values to be written.

use crate::EncodeError;
use crate::limits::MAX_DIMENSIONS;
use crate::quote::Quote;
use std::collections::BTreeMap;

/// Shape and float32 numbers, in row-major order, under each name.
pub type NamedValues = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Compares a shape with the count of its numbers and with the limit of dimensions.
pub(crate) fn check_shape(name: &str, shape: &[usize], numbers: &[f32]) -> Result<(), EncodeError> {
    if shape.len() <= MAX_DIMENSIONS && element_count(shape) == Some(numbers.len()) {
        return Ok(());
    }
    Err(EncodeError::Shape {
        name: Quote(name).to_string(),
        shape: shape.to_vec(),
        numbers: numbers.len(),
    })
}

/// Count of a tensor's elements. None where its sizes other than 0 multiply to more than PyTorch's
/// signed 64-bit sizes and strides can say, even if there is a 0.
pub(crate) fn element_count(shape: &[usize]) -> Option<usize> {
    let mut sizes = shape.iter().copied().filter(|size| *size > 0);
    let count = sizes.try_fold(1usize, usize::checked_mul)?;
    i64::try_from(count).ok()?;
    Some(if shape.contains(&0) { 0 } else { count })
}

/// The numbers as bytes of a file.
pub(crate) fn little_endian(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}
