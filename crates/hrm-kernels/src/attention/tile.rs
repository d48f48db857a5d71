//! Rows of one head between the device's memory and the cube's.

use crate::attention::form::Form;
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// Where a head's numbers lie.
#[derive(CubeType, Clone, Copy)]
pub(crate) struct Head {
    /// Row of its first position.
    pub(crate) row: usize,
    /// Vectors before it in a row.
    pub(crate) column: usize,
    /// Its first number of those that there is one of for each position.
    pub(crate) cell: usize,
}

#[cube]
impl Head {
    /// The `index`th of the heads of all batch elements.
    pub(crate) fn new(index: usize, #[comptime] form: Form) -> Head {
        Head {
            row: index / form.heads * form.positions,
            column: index % form.heads * comptime!(form.half_head() * 2),
            cell: index * form.positions,
        }
    }
}

/// Heads' rows in the device's memory.
#[derive(CubeType)]
pub(crate) struct Rows<'a, F: Float, N: Size> {
    pub(crate) numbers: &'a [Vector<F, N>],
    /// Vectors from row to row.
    pub(crate) stride: usize,
}

#[cube]
impl<'a, F: Float, N: Size> Rows<'a, F, N> {
    pub(crate) fn new(numbers: &'a [Vector<F, N>], stride: usize) -> Rows<'a, F, N> {
        Rows::<'a, F, N> { numbers, stride }
    }
}

/// Tables of the rotation, [positions, head size], the two halves of a row alike.
#[derive(CubeType)]
pub(crate) struct Angles<'a, N: Size> {
    pub(crate) cos: &'a [Vector<f32, N>],
    pub(crate) sin: &'a [Vector<f32, N>],
}

#[cube]
impl<'a, N: Size> Angles<'a, N> {
    pub(crate) fn new(cos: &'a [Vector<f32, N>], sin: &'a [Vector<f32, N>]) -> Angles<'a, N> {
        Angles::<'a, N> { cos, sin }
    }
}

/// Loads `rows` rows from the position `first` on, rotated where `turns`; for those behind the last position, the
/// last one's again, whose results are not used. All units of the cube take part; they are not waited for.
#[cube]
pub(crate) fn load<F: Float, N: Size>(
    from: &Rows<'_, F, N>,
    to: &mut [Vector<F, N>],
    angles: &Angles<'_, N>,
    head: &Head,
    first: usize,
    #[comptime] rows: usize,
    #[comptime] turns: bool,
    #[comptime] form: Form,
) {
    let half = comptime!(form.half_head());
    let units = comptime!(form.units());
    let (parts, last) = comptime!((rows * half, form.positions - 1));
    // No load depends on a branch, so that all of them can be under way at once.
    #[unroll]
    for step in 0..comptime!(parts.div_ceil(units)) {
        let part = step * units + UNIT_POS as usize;
        let at = if comptime!(parts.is_multiple_of(units)) {
            part
        } else {
            part.min(parts - 1)
        };
        let (row, column) = (at / half, at % half);
        let position = (first + row).min(last);
        let source = (head.row + position) * from.stride + head.column + column;
        let mut low = from.numbers[source];
        let mut high = from.numbers[source + half];
        if comptime!(turns) {
            let angle = position * comptime!(2 * half) + column;
            let (cos, sin) = (angles.cos[angle], angles.sin[angle]);
            let (x, y) = (
                Vector::<f32, N>::cast_from(low),
                Vector::<f32, N>::cast_from(high),
            );
            low = Vector::cast_from(x * cos - y * sin);
            high = Vector::cast_from(y * cos + x * sin);
        }
        let target = row * comptime!(form.head_stride()) + column;
        if part < parts {
            to[target] = low;
            to[target + half] = high;
        }
    }
}

/// Writes `rows` rows of float32 results, times `factor`, to the positions from `first` on; with `turns`, the
/// rotation is undone. All units of the cube take part.
#[cube]
pub(crate) fn store<F: Float, N: Size>(
    from: &[Vector<f32, N>],
    to: &mut [Vector<F, N>],
    angles: &Angles<'_, N>,
    head: &Head,
    first: usize,
    factor: f32,
    #[comptime] rows: usize,
    #[comptime] turns: bool,
    #[comptime] form: Form,
) {
    let half = comptime!(form.half_head());
    let units = comptime!(form.units());
    let stride = comptime!(form.heads * 2 * half);
    #[unroll]
    for step in 0..comptime!((rows * half).div_ceil(units)) {
        let at = step * units + UNIT_POS as usize;
        let (row, column) = (at / half, at % half);
        let position = first + row;
        if at < comptime!(rows * half) && position < form.positions {
            let source = row * comptime!(form.scratch_stride()) + column;
            let low = from[source] * Vector::new(factor);
            let high = from[source + half] * Vector::new(factor);
            let target = (head.row + position) * stride + head.column + column;
            if comptime!(turns) {
                let angle = position * comptime!(2 * half) + column;
                let (cos, sin) = (angles.cos[angle], angles.sin[angle]);
                to[target] = Vector::cast_from(low * cos + high * sin);
                to[target + half] = Vector::cast_from(high * cos - low * sin);
            } else {
                to[target] = Vector::cast_from(low);
                to[target + half] = Vector::cast_from(high);
            }
        }
    }
}

/// `x`, with `instead` in the lanes that are at or behind `end`; the first is `at`.
#[cube]
pub(crate) fn masked<N: Size>(
    x: Vector<f32, N>,
    at: usize,
    end: usize,
    instead: f32,
) -> Vector<f32, N> {
    let mut kept = x;
    #[unroll]
    for lane in 0..N::value() {
        kept.insert(lane, select(at + lane < end, x.extract(lane), instead));
    }
    kept
}
