//! Tensors as views of storages.

use crate::NumberFormat;
use crate::named_values::element_count;
use std::borrow::Cow;

/// A storage: a row of numbers that tensors are views of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Storage<'a> {
    /// Its bytes are the entry `data/KEY` of the container.
    pub(crate) key: &'a str,
    pub(crate) format: NumberFormat,
    /// In numbers.
    pub(crate) len: usize,
}

/// A view of a storage: element (i, j, …) is number `offset + i × stride₀ + j × stride₁ + …`.
#[derive(Debug)]
pub(crate) struct Tensor<'a> {
    pub(crate) storage: Storage<'a>,
    /// In numbers.
    pub(crate) offset: usize,
    pub(crate) shape: Vec<usize>,
    /// In numbers; as many as `shape` has sizes.
    pub(crate) strides: Vec<usize>,
}

impl Tensor<'_> {
    /// Checks that every element lies within the storage; the count of elements.
    pub(crate) fn check(&self) -> Result<usize, String> {
        let count = element_count(&self.shape);
        let count = count.ok_or_else(|| format!("shape {:?} is too large", self.shape))?;
        if count == 0 {
            return Ok(0);
        }
        let last = self
            .dimensions()
            .try_fold(self.offset, |last, (size, stride)| {
                last.checked_add((size - 1).checked_mul(stride)?)
            });
        match last {
            Some(last) if last < self.storage.len => Ok(count),
            _ => Err(format!(
                "shape {:?}, strides {:?} and offset {} reach past the end of its storage of {} \
                 numbers",
                self.shape, self.strides, self.offset, self.storage.len
            )),
        }
    }

    /// The elements in row-major order, of a tensor that was [checked](Self::check).
    pub(crate) fn values(&self, storage: &[u8]) -> Vec<f32> {
        self.storage.format.to_f32(&self.elements(storage))
    }

    fn elements<'s>(&self, storage: &'s [u8]) -> Cow<'s, [u8]> {
        let bytes = self.storage.format.bytes();
        let slice = |first: usize, count: usize| {
            let start = first * bytes;
            storage
                .get(start..start + count * bytes)
                .unwrap_or_default()
        };
        if self.shape.contains(&0) {
            return Cow::Borrowed(&[]);
        }
        let count: usize = self.shape.iter().product();
        if self.is_contiguous() {
            return Cow::Borrowed(slice(self.offset, count));
        }
        let dimensions: Vec<_> = self.dimensions().collect();
        let mut elements = Vec::with_capacity(count * bytes);
        visit(&dimensions, self.offset, &mut |position| {
            elements.extend_from_slice(slice(position, 1));
        });
        Cow::Owned(elements)
    }

    /// Whether the elements lie in row-major order without gaps.
    fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        self.dimensions().rev().all(|(size, stride)| {
            // The stride of a dimension of one element has no meaning.
            let fits = size == 1 || stride == expected;
            expected *= size;
            fits
        })
    }

    /// Size and stride of each dimension.
    fn dimensions(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> {
        let strides = self.strides.iter().copied();
        self.shape.iter().copied().zip(strides)
    }
}

/// Calls `element` with the position of each element, in row-major order.
fn visit(dimensions: &[(usize, usize)], first: usize, element: &mut impl FnMut(usize)) {
    match dimensions {
        [] => element(first),
        [(size, stride), inner @ ..] => {
            for index in 0..*size {
                visit(inner, first + index * stride, element);
            }
        }
    }
}

#[cfg(test)]
mod tests;
