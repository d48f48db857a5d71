//! Products of matrices in shared memory, by cooperative matrices or by plain multiplications.
//!
//! A band is 16 rows of a result; the 32 units of a band compute it together. Both ways read the same layouts.
//! The plain one gives each unit half a row: vectors `2 · j + half`.

use crate::attention::form::{BAND_UNITS, BLOCK, Form};
use cubecl::prelude::cmma::{Matrix, MatrixIdent, MatrixLayout};
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// Where a unit is in its cube.
#[derive(CubeType, Clone, Copy)]
pub(crate) struct Place {
    /// First row of its band.
    pub(crate) band: usize,
    /// Its row.
    pub(crate) row: usize,
    /// Which half of the row is its.
    pub(crate) half: usize,
}

#[cube]
impl Place {
    pub(crate) fn new() -> Place {
        let unit = UNIT_POS as usize;
        let band = unit / BAND_UNITS * BLOCK;
        Place {
            band,
            row: band + unit % BAND_UNITS / 2,
            half: unit % 2,
        }
    }
}

/// Waits for the units of the band, which are a plane where matrices are cooperative.
#[cube]
pub(crate) fn sync_band(#[comptime] form: Form) {
    if comptime!(form.cmma) {
        sync_plane();
    } else {
        sync_cube();
    }
}

/// How a factor lies in shared memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Lies {
    /// Vectors between its rows.
    pub(crate) stride: usize,
    /// It is the transpose of what lies there.
    pub(crate) turned: bool,
}

impl Lies {
    pub(crate) const fn straight(stride: usize) -> Self {
        Self {
            stride,
            turned: false,
        }
    }

    pub(crate) const fn turned(stride: usize) -> Self {
        Self {
            stride,
            turned: true,
        }
    }

    const fn layout(self) -> MatrixLayout {
        if self.turned {
            MatrixLayout::ColMajor
        } else {
            MatrixLayout::RowMajor
        }
    }
}

/// A band of a result while it is summed, in float32.
#[expect(
    dead_code,
    reason = "only the type that the macro makes of it is built"
)]
#[derive(CubeType)]
pub(crate) enum Sums<N: Size> {
    Fragments(Sequence<Matrix<f32>>),
    Units(Array<Vector<f32, N>>),
}

#[cube]
impl<N: Size> Sums<N> {
    /// Zeros, [16, columns].
    pub(crate) fn zero(#[comptime] columns: usize, #[comptime] form: Form) -> Sums<N> {
        if comptime!(form.cmma) {
            let mut fragments = Sequence::<Matrix<f32>>::new();
            #[unroll]
            for _block in 0..comptime!(columns / BLOCK) {
                let layout = comptime!(MatrixLayout::Undefined);
                let ident = comptime!(MatrixIdent::Accumulator);
                fragments.push(Matrix::<f32>::from_value(
                    ident, BLOCK, BLOCK, BLOCK, layout, 0.0,
                ));
            }
            Sums::new_Fragments(fragments)
        } else {
            let held = comptime!(form.held(columns));
            let mut units = Array::<Vector<f32, N>>::new(held);
            #[unroll]
            for j in 0..held {
                units[j] = Vector::new(0.0f32);
            }
            Sums::new_Units(units)
        }
    }

    /// Writes the band to rows of `to`, `stride` vectors apart, from the vector `at` on.
    pub(crate) fn store(&self, to: &mut [Vector<f32, N>], at: usize, #[comptime] stride: usize) {
        match self {
            Sums::Fragments(sums) => {
                let lanes = N::value();
                let end = to.len();
                #[unroll]
                for block in 0..sums.len() {
                    let start = at + block * (BLOCK / lanes);
                    let row = comptime!((stride * lanes) as u32);
                    cmma::store(
                        &mut to[start..end],
                        &sums[block],
                        row,
                        MatrixLayout::RowMajor,
                    );
                }
            }
            Sums::Units(sums) => {
                let place = Place::new();
                let start = at + (place.row - place.band) * stride + place.half;
                #[unroll]
                for j in 0..sums.len() {
                    to[start + 2 * j] = sums[j];
                }
            }
        }
    }
}

/// Adds the product of `a` [16, depth], from the vector `a_at` on, and `b` [depth, columns], from `b_at`.
/// `a` may be turned, or `b`, not both.
#[cube]
pub(crate) fn add_product<F: Float, N: Size>(
    to: &mut Sums<N>,
    a: &[Vector<F, N>],
    a_at: usize,
    #[comptime] a_lies: Lies,
    b: &[Vector<F, N>],
    b_at: usize,
    #[comptime] b_lies: Lies,
    #[comptime] depth: usize,
) {
    match to {
        Sums::Fragments(sums) => {
            add_fragments::<F, N>(sums, a, a_at, a_lies, b, b_at, b_lies, depth);
        }
        Sums::Units(sums) => {
            if comptime!(b_lies.turned) {
                add_dots::<F, N>(sums, a, a_at, a_lies, b, b_at, b_lies, depth);
            } else {
                add_rows::<F, N>(sums, a, a_at, a_lies, b, b_at, b_lies, depth);
            }
        }
    }
}

#[cube]
fn add_fragments<F: Float, N: Size>(
    sums: &mut Sequence<Matrix<f32>>,
    a: &[Vector<F, N>],
    a_at: usize,
    #[comptime] a_lies: Lies,
    b: &[Vector<F, N>],
    b_at: usize,
    #[comptime] b_lies: Lies,
    #[comptime] depth: usize,
) {
    let lanes = N::value();
    let across = comptime!(BLOCK / lanes);
    let (a_down, a_across) = comptime!((BLOCK * a_lies.stride, across));
    let (b_down, b_across) = comptime!((BLOCK * b_lies.stride, across));
    let a_step = comptime!(if a_lies.turned { a_down } else { a_across });
    let b_step = comptime!(if b_lies.turned { b_across } else { b_down });
    let b_column = comptime!(if b_lies.turned { b_down } else { b_across });
    #[unroll]
    for k in 0..comptime!(depth / BLOCK) {
        let a_block = Matrix::<Vector<F, N>>::from_slice(
            comptime!(MatrixIdent::A),
            BLOCK,
            BLOCK,
            BLOCK,
            comptime!(a_lies.layout()),
            &a[a_at + k * a_step..a.len()],
            comptime!((a_lies.stride * lanes) as u32),
        );
        #[unroll]
        for column in 0..sums.len() {
            let b_block = Matrix::<Vector<F, N>>::from_slice(
                comptime!(MatrixIdent::B),
                BLOCK,
                BLOCK,
                BLOCK,
                comptime!(b_lies.layout()),
                &b[b_at + k * b_step + column * b_column..b.len()],
                comptime!((b_lies.stride * lanes) as u32),
            );
            cmma::execute(&a_block, &b_block, &sums[column], &sums[column]);
        }
    }
}

/// `b` is turned: each sum is that of a row of `a` with a row of what lies at `b`.
#[cube]
fn add_dots<F: Float, N: Size>(
    sums: &mut Array<Vector<f32, N>>,
    a: &[Vector<F, N>],
    a_at: usize,
    #[comptime] a_lies: Lies,
    b: &[Vector<F, N>],
    b_at: usize,
    #[comptime] b_lies: Lies,
    #[comptime] depth: usize,
) {
    let lanes = N::value();
    let place = Place::new();
    let a_row = a_at + (place.row - place.band) * a_lies.stride;
    let b_rows = b_at + place.half * comptime!(lanes * b_lies.stride);
    for k in 0..comptime!(depth / lanes) {
        let x = Vector::<f32, N>::cast_from(a[a_row + k]);
        #[unroll]
        for j in 0..sums.len() {
            let mut products = Vector::<f32, N>::new(0.0f32);
            #[unroll]
            for lane in 0..lanes {
                let y = Vector::<f32, N>::cast_from(
                    b[b_rows + (2 * j * lanes + lane) * b_lies.stride + k],
                );
                products.insert(lane, (x * y).vector_sum());
            }
            sums[j] += products;
        }
    }
}

/// `b` is as it lies: its rows are summed, weighted by the numbers of `a`.
#[cube]
fn add_rows<F: Float, N: Size>(
    sums: &mut Array<Vector<f32, N>>,
    a: &[Vector<F, N>],
    a_at: usize,
    #[comptime] a_lies: Lies,
    b: &[Vector<F, N>],
    b_at: usize,
    #[comptime] b_lies: Lies,
    #[comptime] depth: usize,
) {
    let lanes = N::value();
    let place = Place::new();
    let row = place.row - place.band;
    for k in 0..comptime!(depth / lanes) {
        #[unroll]
        for lane in 0..lanes {
            let weight = if comptime!(a_lies.turned) {
                let at = a_at + (k * lanes + lane) * a_lies.stride + row / lanes;
                a[at].extract_dynamic(row % lanes)
            } else {
                a[a_at + row * a_lies.stride + k].extract(lane)
            };
            let weight = Vector::<f32, N>::new(f32::cast_from(weight));
            let b_row = b_at + (k * lanes + lane) * b_lies.stride + place.half;
            #[unroll]
            for j in 0..sums.len() {
                sums[j] += weight * Vector::cast_from(b[b_row + 2 * j]);
            }
        }
    }
}
