//! What the backward pass reads.

use crate::attention::backward::Owns;
use crate::attention::form::Form;
use crate::attention::memory::{Memory, Side};
use crate::attention::tile::{Angles, Head, Rows, load, store};
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// A log-sum-exp above every score.
const HIGHEST: f32 = 1e30;

/// What the cube's head is computed from.
#[derive(CubeType)]
pub(crate) struct Inputs<'a, F: Float, N: Size> {
    pub(crate) query: Rows<'a, F, N>,
    pub(crate) key: Rows<'a, F, N>,
    pub(crate) value: Rows<'a, F, N>,
    pub(crate) out: Rows<'a, F, N>,
    pub(crate) grad: Rows<'a, F, N>,
    pub(crate) angles: Angles<'a, N>,
    pub(crate) sums: &'a [f32],
    pub(crate) head: Head,
}

/// What the cube of `head` reads.
#[cube]
pub(crate) fn inputs<'a, F: Float, N: Size>(
    query: Rows<'a, F, N>,
    key: Rows<'a, F, N>,
    value: Rows<'a, F, N>,
    out: Rows<'a, F, N>,
    grad: Rows<'a, F, N>,
    angles: Angles<'a, N>,
    sums: &'a [f32],
    head: Head,
) -> Inputs<'a, F, N> {
    Inputs::<'a, F, N> {
        query,
        key,
        value,
        out,
        grad,
        angles,
        sums,
        head,
    }
}

/// Writes results as [`store()`] does.
#[cube]
pub(crate) fn give<F: Float, N: Size>(
    inputs: &Inputs<'_, F, N>,
    from: &[Vector<f32, N>],
    to: &mut [Vector<F, N>],
    first: usize,
    factor: f32,
    #[comptime] rows: usize,
    #[comptime] turns: bool,
    #[comptime] form: Form,
) {
    store::<F, N>(
        from,
        to,
        &inputs.angles,
        &inputs.head,
        first,
        factor,
        rows,
        turns,
        form,
    );
}

#[cube]
impl<F: Float, N: Size> Inputs<'_, F, N> {
    pub(crate) fn load_keys(
        &self,
        to: &mut Side<F, N>,
        first: usize,
        #[comptime] rows: usize,
        #[comptime] form: Form,
    ) {
        load::<F, N>(
            &self.key,
            &mut to.first,
            &self.angles,
            &self.head,
            first,
            rows,
            form.rotary,
            form,
        );
        load::<F, N>(
            &self.value,
            &mut to.second,
            &self.angles,
            &self.head,
            first,
            rows,
            false,
            form,
        );
    }

    pub(crate) fn load_queries(
        &self,
        to: &mut Side<F, N>,
        first: usize,
        #[comptime] rows: usize,
        #[comptime] form: Form,
    ) {
        load::<F, N>(
            &self.query,
            &mut to.first,
            &self.angles,
            &self.head,
            first,
            rows,
            form.rotary,
            form,
        );
        load::<F, N>(
            &self.grad,
            &mut to.second,
            &self.angles,
            &self.head,
            first,
            rows,
            false,
            form,
        );
    }

    /// Loads log-sum-exp and D of `rows` queries, after what [`Inputs::load_products`] wrote; behind the last position,
    /// a log-sum-exp that makes P zero. A cube that owns some of the keys reads D from `dots`; one that owns queries
    /// writes it there.
    pub(crate) fn load_numbers(
        &self,
        memory: &mut Memory<F, N>,
        dots: &mut [f32],
        first: usize,
        #[comptime] rows: usize,
        #[comptime] owns: Owns,
        #[comptime] form: Form,
    ) {
        let row = UNIT_POS as usize;
        if row < rows {
            let cell = self.head.cell + (first + row).min(comptime!(form.positions - 1));
            let dot = if comptime!(owns == Owns::Keys) {
                dots[cell]
            } else {
                memory.dot(row, form)
            };
            memory.dots[row] = dot;
            memory.sums[row] = select(first + row < form.positions, self.sums[cell], HIGHEST);
            if comptime!(owns == Owns::Queries) && first + row < form.positions {
                dots[cell] = dot;
            }
        }
    }

    /// Writes the products of dO and O, of which D is the sum, to the rows of `scratch`.
    pub(crate) fn load_products(
        &self,
        scratch: &mut [Vector<f32, N>],
        first: usize,
        #[comptime] rows: usize,
        #[comptime] form: Form,
    ) {
        let half = comptime!(form.half_head());
        let units = comptime!(form.units());
        let parts = comptime!(rows * half);
        #[unroll]
        for step in 0..comptime!(parts.div_ceil(units)) {
            let part = step * units + UNIT_POS as usize;
            let at = part.min(comptime!(parts - 1));
            let (row, column) = (at / half, at % half);
            let position = self.head.row + (first + row).min(comptime!(form.positions - 1));
            let column_of_head = self.head.column + column;
            let low = self.product(position, column_of_head);
            let high = self.product(position, column_of_head + half);
            if part < parts {
                scratch[row * comptime!(form.scratch_stride()) + column] = low + high;
            }
        }
    }

    /// dO · O, vector by vector.
    fn product(&self, row: usize, column: usize) -> Vector<f32, N> {
        let out = self.out.numbers[row * self.out.stride + column];
        let grad = self.grad.numbers[row * self.grad.stride + column];
        Vector::<f32, N>::cast_from(out) * Vector::cast_from(grad)
    }
}
