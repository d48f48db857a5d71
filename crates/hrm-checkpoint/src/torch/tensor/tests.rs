use super::{Storage, Tensor};
use crate::NumberFormat;
use proptest::prelude::*;

/// A view of a storage of bytes 0, 1, 2, ….
fn view(len: usize, offset: usize, shape: &[usize], strides: &[usize]) -> Tensor<'static> {
    Tensor {
        storage: Storage {
            key: "0",
            format: NumberFormat::U8,
            len,
        },
        offset,
        shape: shape.to_vec(),
        strides: strides.to_vec(),
    }
}

/// Positions of all elements by the definition of a strided view.
fn positions(tensor: &Tensor<'_>) -> Vec<usize> {
    let mut positions = vec![tensor.offset];
    for (size, stride) in tensor.dimensions() {
        let next = positions.iter().flat_map(|first| {
            let first = *first;
            (0..size).map(move |index| first + index * stride)
        });
        positions = next.collect();
    }
    positions
}

proptest! {
    #[test]
    fn a_view_is_accepted_exactly_if_its_elements_are_in_the_storage(
        len in 0usize..200,
        offset in 0usize..60,
        dimensions in prop::collection::vec((0usize..5, 0usize..30), 0..4),
    ) {
        let (shape, strides): (Vec<_>, Vec<_>) = dimensions.into_iter().unzip();
        let tensor = view(len, offset, &shape, &strides);
        let positions = positions(&tensor);
        if positions.iter().all(|position| *position < len) {
            prop_assert_eq!(tensor.check(), Ok(positions.len()));
            let storage: Vec<u8> = (0..=255).take(len).collect();
            let expected: Vec<f32> = positions.iter().map(|p| f32::from(storage[*p])).collect();
            prop_assert_eq!(tensor.values(&storage), expected);
        } else {
            prop_assert!(tensor.check().is_err());
        }
    }
}

#[test]
fn sizes_and_strides_that_overflow_are_refused() {
    const HUGE: usize = usize::MAX;
    for (offset, shape, strides) in [
        (0, &[HUGE, 2][..], &[0, 0][..]),
        (0, &[1 << 63], &[0]),
        (0, &[3], &[HUGE]),
        (HUGE, &[2], &[1]),
        (0, &[2, 2], &[HUGE, HUGE]),
        (0, &[0, HUGE, HUGE], &[0, 0, 0]),
    ] {
        assert!(
            view(10, offset, shape, strides).check().is_err(),
            "{shape:?}"
        );
    }
    // Without elements nothing lies outside.
    assert_eq!(view(0, HUGE, &[0, 7], &[HUGE, 1]).check(), Ok(0));
}
