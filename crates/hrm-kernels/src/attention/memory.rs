//! What a cube of the backward pass has in its memory, and the steps of its computation there.

use crate::attention::backward::Owns;
use crate::attention::form::{ALIGNMENT, BLOCK, Form};
use crate::attention::product::{Lies, Place, Sums, add_product};
use crate::attention::tile::masked;
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// Queries with dO, or keys with values, in shared memory.
#[derive(CubeType)]
pub(crate) struct Side<F: Float, N: Size> {
    /// Queries or keys.
    pub(crate) first: Shared<[Vector<F, N>]>,
    /// What goes with them.
    pub(crate) second: Shared<[Vector<F, N>]>,
}

/// A cube's shared memory.
#[derive(CubeType)]
pub(crate) struct Memory<F: Float, N: Size> {
    pub(crate) mine: Side<F, N>,
    pub(crate) others: Side<F, N>,
    /// P, then dS.
    pub(crate) weights: Shared<[Vector<F, N>]>,
    pub(crate) scratch: Shared<[Vector<f32, N>]>,
    /// Log-sum-exp of queries.
    pub(crate) sums: Shared<[f32]>,
    /// D of queries.
    pub(crate) dots: Shared<[f32]>,
}

#[cube]
impl<F: Float, N: Size> Side<F, N> {
    pub(crate) fn new(#[comptime] rows: usize, #[comptime] form: Form) -> Side<F, N> {
        let len = comptime!(rows * form.head_stride());
        Side::<F, N> {
            first: Shared::new_aligned_slice(len, ALIGNMENT),
            second: Shared::new_aligned_slice(len, ALIGNMENT),
        }
    }
}

#[cube]
impl<F: Float, N: Size> Memory<F, N> {
    pub(crate) fn new(#[comptime] owns: Owns, #[comptime] form: Form) -> Memory<F, N> {
        let queries = comptime!(if owns == Owns::Queries {
            form.own
        } else {
            form.other
        });
        Memory::<F, N> {
            mine: Side::new(form.own, form),
            others: Side::new(form.other, form),
            weights: Shared::new_aligned_slice(
                comptime!(form.own * form.weight_stride()),
                ALIGNMENT,
            ),
            scratch: Shared::new_aligned_slice(
                comptime!(form.own * form.scratch_stride()),
                ALIGNMENT,
            ),
            sums: Shared::new_slice(queries),
            dots: Shared::new_slice(queries),
        }
    }

    /// A band of the product of the cube's rows and the transpose of the other rows, to the scratch memory.
    pub(crate) fn scores(
        &mut self,
        mine: &Shared<[Vector<F, N>]>,
        others: &Shared<[Vector<F, N>]>,
        place: &Place,
        #[comptime] form: Form,
    ) {
        let stride = comptime!(form.head_stride());
        let (a, b) = comptime!((Lies::straight(stride), Lies::turned(stride)));
        let mut sums = Sums::<N>::zero(form.other, form);
        add_product::<F, N>(
            &mut sums,
            mine,
            place.band * stride,
            a,
            others,
            0usize,
            b,
            form.head_size,
        );
        self.put(&sums, place, form);
    }

    /// Writes a band of sums to the scratch memory.
    pub(crate) fn put(&mut self, sums: &Sums<N>, place: &Place, #[comptime] form: Form) {
        let stride = comptime!(form.scratch_stride());
        sums.store(&mut self.scratch, place.band * stride, stride);
    }

    /// Makes P of the scores of this unit; 0 for keys at and behind `keys`, of which there are none.
    pub(crate) fn probabilities(
        &mut self,
        place: &Place,
        scale: f32,
        keys: usize,
        #[comptime] owns: Owns,
        #[comptime] form: Form,
    ) {
        let by_row = comptime!(owns == Owns::Queries);
        let from = place.row * form.scratch_stride() + place.half;
        let to = place.row * form.weight_stride() + place.half;
        #[unroll]
        for j in 0..comptime!(form.held(form.other)) {
            let column = (2 * j + place.half) * form.lanes;
            let sum = of_query::<N>(&self.sums, place.row, column, by_row);
            let mut weight = (self.scratch[from + 2 * j] * Vector::new(scale) - sum).exp();
            if comptime!(by_row && form.may_be_behind(j)) {
                weight = masked::<N>(weight, column, keys, 0.0f32);
            } else if comptime!(!by_row && !form.positions.is_multiple_of(form.own)) {
                weight = select(place.row < keys, weight, Vector::new(0.0f32));
            }
            self.weights[to + 2 * j] = Vector::cast_from(weight);
        }
    }

    /// Makes dS of P and dO · Vᵀ of this unit.
    pub(crate) fn score_gradients(
        &mut self,
        place: &Place,
        #[comptime] owns: Owns,
        #[comptime] form: Form,
    ) {
        let from = place.row * form.scratch_stride() + place.half;
        let to = place.row * form.weight_stride() + place.half;
        #[unroll]
        for j in 0..comptime!(form.held(form.other)) {
            let column = (2 * j + place.half) * form.lanes;
            let dot = of_query::<N>(
                &self.dots,
                place.row,
                column,
                comptime!(owns == Owns::Queries),
            );
            let weight = Vector::<f32, N>::cast_from(self.weights[to + 2 * j]);
            let by_score = weight * (self.scratch[from + 2 * j] - dot);
            self.weights[to + 2 * j] = Vector::cast_from(by_score);
        }
    }

    /// D of a row, of the products in the scratch memory.
    pub(crate) fn dot(&self, row: usize, #[comptime] form: Form) -> f32 {
        let mut products = Vector::<f32, N>::new(0.0f32);
        #[unroll]
        for i in 0..comptime!(form.half_head()) {
            products += self.scratch[row * comptime!(form.scratch_stride()) + i];
        }
        products.vector_sum()
    }

    /// Adds the product of the weights of the unit's band and other rows.
    pub(crate) fn gather(
        &self,
        sums: &mut Sums<N>,
        others: &Shared<[Vector<F, N>]>,
        place: &Place,
        #[comptime] form: Form,
    ) {
        let stride = comptime!(form.weight_stride());
        let (a, b) = comptime!((Lies::straight(stride), Lies::straight(form.head_stride())));
        add_product::<F, N>(
            sums,
            &self.weights,
            place.band * stride,
            a,
            others,
            0usize,
            b,
            form.other,
        );
    }

    /// The product of the transposed weights and the cube's own rows, [other, head size], to the scratch memory.
    /// Bands take turns at its blocks.
    pub(crate) fn scatter(&mut self, place: &Place, #[comptime] form: Form) {
        let across = comptime!(BLOCK / form.lanes);
        let columns = comptime!(form.head_size / BLOCK);
        let stride = comptime!(form.scratch_stride());
        let (a, b) = comptime!((
            Lies::turned(form.weight_stride()),
            Lies::straight(form.head_stride())
        ));
        let mut block = place.band / BLOCK;
        while block < comptime!(form.other / BLOCK * columns) {
            let (row, column) = (block / columns, block % columns);
            let mut sums = Sums::<N>::zero(BLOCK, form);
            add_product::<F, N>(
                &mut sums,
                &self.weights,
                row * across,
                a,
                &self.mine.first,
                column * across,
                b,
                form.own,
            );
            sums.store(
                &mut self.scratch,
                row * BLOCK * stride + column * across,
                stride,
            );
            block += comptime!(form.own / BLOCK);
        }
    }
}

/// The numbers of queries that this unit's scores are of: of its row, or of the columns from `column` on.
#[cube]
fn of_query<N: Size>(
    numbers: &[f32],
    row: usize,
    column: usize,
    #[comptime] by_row: bool,
) -> Vector<f32, N> {
    let mut found = Vector::<f32, N>::new(numbers[if comptime!(by_row) { row } else { column }]);
    if comptime!(!by_row) {
        #[unroll]
        for lane in 1..N::value() {
            found.insert(lane, numbers[column + lane]);
        }
    }
    found
}
