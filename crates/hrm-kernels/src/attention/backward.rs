//! Attention's backward pass, as in FlashAttention-2 (Dao, 2023), without atomics.
//!
//! With P = exp(Q · Kᵀ · scale - log-sum-exp), D = Σ dO ∘ O of each query and dS = P ∘ (dO · Vᵀ - D):
//! dV = Pᵀ · dO, dK = dSᵀ · Q · scale, dQ = dS · K · scale. A cube owns queries or keys and goes through the
//! others. What it owns are the rows of its scores, so a cube that owns keys has P and dS transposed.

use crate::attention::form::{ALIGNMENT, BLOCK, Form};
use crate::attention::product::{Lies, Place, Sums, sync_band};
use crate::attention::tile::{Angles, Head, Rows, load, masked, store};
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// A log-sum-exp above every score.
const HIGHEST: f32 = 1e30;

/// What a cube owns, and so which gradients it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owns {
    /// Queries: their gradient, and D for the cubes that own keys.
    Queries,
    /// Keys: their gradient and that of the values.
    Keys,
    /// All keys of a head: all three gradients.
    AllKeys,
}

/// Queries with dO, or keys with values, in shared memory.
#[derive(CubeType)]
struct Side<F: Float, N: Size> {
    /// Queries or keys.
    first: Shared<[Vector<F, N>]>,
    /// What goes with them.
    second: Shared<[Vector<F, N>]>,
}

/// A cube's shared memory.
#[derive(CubeType)]
struct Memory<F: Float, N: Size> {
    mine: Side<F, N>,
    others: Side<F, N>,
    /// P, then dS.
    weights: Shared<[Vector<F, N>]>,
    scratch: Shared<[Vector<f32, N>]>,
    /// Log-sum-exp of queries.
    sums: Shared<[f32]>,
    /// D of queries.
    dots: Shared<[f32]>,
}

/// What the cube's head is computed from.
#[derive(CubeType)]
struct Inputs<'a, F: Float, N: Size> {
    query: Rows<'a, F, N>,
    key: Rows<'a, F, N>,
    value: Rows<'a, F, N>,
    out: Rows<'a, F, N>,
    grad: Rows<'a, F, N>,
    angles: Angles<'a, N>,
    sums: &'a [f32],
    head: Head,
}

#[cube]
impl<F: Float, N: Size> Side<F, N> {
    fn new(#[comptime] rows: usize, #[comptime] form: Form) -> Side<F, N> {
        let len = comptime!(rows * form.head_stride());
        Side::<F, N> {
            first: Shared::new_aligned_slice(len, ALIGNMENT),
            second: Shared::new_aligned_slice(len, ALIGNMENT),
        }
    }
}

#[cube]
impl<F: Float, N: Size> Memory<F, N> {
    fn new(#[comptime] owns: Owns, #[comptime] form: Form) -> Memory<F, N> {
        let queries = comptime!(if owns == Owns::Queries { form.own } else { form.other });
        Memory::<F, N> {
            mine: Side::new(form.own, form),
            others: Side::new(form.other, form),
            weights: Shared::new_aligned_slice(comptime!(form.own * form.weight_stride()), ALIGNMENT),
            scratch: Shared::new_aligned_slice(comptime!(form.own * form.scratch_stride()), ALIGNMENT),
            sums: Shared::new_slice(queries),
            dots: Shared::new_slice(queries),
        }
    }

    /// A band of the product of the cube's rows and the transpose of the other rows, to the scratch memory.
    fn scores(&mut self, mine: &Shared<[Vector<F, N>]>, others: &Shared<[Vector<F, N>]>, place: &Place, #[comptime] form: Form) {
        let stride = comptime!(form.head_stride());
        let (a, b) = comptime!((Lies::straight(stride), Lies::turned(stride)));
        let mut sums = Sums::<N>::zero(form.other, form);
        sums.add::<F>(mine, place.band * stride, a, others, 0usize, b, form.head_size);
        let stride = comptime!(form.scratch_stride());
        sums.store(&mut self.scratch, place.band * stride, stride);
    }

    /// Makes P of the scores of this unit; 0 for keys at and behind `keys`, of which there are none.
    fn probabilities(&mut self, place: &Place, scale: f32, keys: usize, #[comptime] owns: Owns, #[comptime] form: Form) {
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
    fn score_gradients(&mut self, place: &Place, #[comptime] owns: Owns, #[comptime] form: Form) {
        let from = place.row * form.scratch_stride() + place.half;
        let to = place.row * form.weight_stride() + place.half;
        #[unroll]
        for j in 0..comptime!(form.held(form.other)) {
            let column = (2 * j + place.half) * form.lanes;
            let dot = of_query::<N>(&self.dots, place.row, column, comptime!(owns == Owns::Queries));
            let weight = Vector::<f32, N>::cast_from(self.weights[to + 2 * j]);
            let by_score = weight * (self.scratch[from + 2 * j] - dot);
            self.weights[to + 2 * j] = Vector::cast_from(by_score);
        }
    }

    /// Adds the product of the weights of the unit's band and other rows.
    fn gather(&self, sums: &mut Sums<N>, others: &Shared<[Vector<F, N>]>, place: &Place, #[comptime] form: Form) {
        let stride = comptime!(form.weight_stride());
        let (a, b) = comptime!((Lies::straight(stride), Lies::straight(form.head_stride())));
        sums.add::<F>(&self.weights, place.band * stride, a, others, 0usize, b, form.other);
    }

    /// The product of the transposed weights and the cube's own rows, [other, head size], to the scratch memory.
    /// Bands take turns at its blocks.
    fn scatter(&mut self, place: &Place, #[comptime] form: Form) {
        let across = comptime!(BLOCK / form.lanes);
        let columns = comptime!(form.head_size / BLOCK);
        let stride = comptime!(form.scratch_stride());
        let (a, b) = comptime!((Lies::turned(form.weight_stride()), Lies::straight(form.head_stride())));
        let mut block = place.band / BLOCK;
        while block < comptime!(form.other / BLOCK * columns) {
            let (row, column) = (block / columns, block % columns);
            let mut sums = Sums::<N>::zero(BLOCK, form);
            sums.add::<F>(&self.weights, row * across, a, &self.mine.first, column * across, b, form.own);
            sums.store(&mut self.scratch, row * BLOCK * stride + column * across, stride);
            block += comptime!(form.own / BLOCK);
        }
    }
}

/// The numbers of queries that this unit's scores are of: of its row, or of the columns from `column` on.
#[cube]
fn of_query<N: Size>(numbers: &[f32], row: usize, column: usize, #[comptime] by_row: bool) -> Vector<f32, N> {
    let mut found = Vector::<f32, N>::new(numbers[if comptime!(by_row) { row } else { column }]);
    if comptime!(!by_row) {
        #[unroll]
        for lane in 1..N::value() {
            found.insert(lane, numbers[column + lane]);
        }
    }
    found
}

#[cube]
impl<'a, F: Float, N: Size> Inputs<'a, F, N> {
    fn new(
        query: Rows<'a, F, N>,
        key: Rows<'a, F, N>,
        value: Rows<'a, F, N>,
        out: Rows<'a, F, N>,
        grad: Rows<'a, F, N>,
        angles: Angles<'a, N>,
        sums: &'a [f32],
        head: Head,
    ) -> Inputs<'a, F, N> {
        Inputs::<'a, F, N> { query, key, value, out, grad, angles, sums, head }
    }

    fn load_keys(&self, to: &mut Side<F, N>, first: usize, #[comptime] rows: usize, #[comptime] form: Form) {
        load::<F, N>(&self.key, &mut to.first, &self.angles, &self.head, first, rows, form.rotary, form);
        load::<F, N>(&self.value, &mut to.second, &self.angles, &self.head, first, rows, false, form);
    }

    fn load_queries(&self, to: &mut Side<F, N>, first: usize, #[comptime] rows: usize, #[comptime] form: Form) {
        load::<F, N>(&self.query, &mut to.first, &self.angles, &self.head, first, rows, form.rotary, form);
        load::<F, N>(&self.grad, &mut to.second, &self.angles, &self.head, first, rows, false, form);
    }

    /// Loads log-sum-exp and D of `rows` queries; behind the last position, a log-sum-exp that makes P zero. D is
    /// read from `dots` where the cube owns some of the keys, and else computed; a cube that owns queries writes it
    /// there.
    fn load_numbers(
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
            let position = (first + row).min(comptime!(form.positions - 1));
            let cell = self.head.cell + position;
            let dot = if comptime!(owns == Owns::Keys) {
                dots[cell]
            } else {
                self.dot(self.head.row + position, form)
            };
            memory.dots[row] = dot;
            memory.sums[row] = select(first + row < form.positions, self.sums[cell], HIGHEST);
            if comptime!(owns == Owns::Queries) && first + row < form.positions {
                dots[cell] = dot;
            }
        }
    }

    /// D of a row.
    fn dot(&self, row: usize, #[comptime] form: Form) -> f32 {
        let out = row * self.out.stride + self.head.column;
        let grad = row * self.grad.stride + self.head.column;
        let mut products = Vector::<f32, N>::new(0.0f32);
        #[unroll]
        for i in 0..comptime!(2 * form.half_head()) {
            let (x, y) = (self.out.numbers[out + i], self.grad.numbers[grad + i]);
            products += Vector::<f32, N>::cast_from(x) * Vector::cast_from(y);
        }
        products.vector_sum()
    }
}

/// Gradients of one head; strides are in vectors. `dots` is D.
#[cube(launch, create_dummy_kernel)]
pub(crate) fn attention_gradients<F: Float, N: Size>(
    query: &[Vector<F, N>],
    key: &[Vector<F, N>],
    value: &[Vector<F, N>],
    cos: &[Vector<f32, N>],
    sin: &[Vector<f32, N>],
    out: &[Vector<F, N>],
    grad: &[Vector<F, N>],
    sums: &[f32],
    dots: &mut [f32],
    grad_query: &mut [Vector<F, N>],
    grad_key: &mut [Vector<F, N>],
    grad_value: &mut [Vector<F, N>],
    query_stride: usize,
    key_stride: usize,
    value_stride: usize,
    out_stride: usize,
    grad_stride: usize,
    scale: f32,
    #[comptime] owns: Owns,
    #[comptime] form: Form,
    #[define(F)] _format: ElemType,
) {
    let tiles = comptime!(form.own_tiles());
    let index = CUBE_POS / tiles;
    if index * form.positions >= sums.len() {
        terminate!();
    }
    let inputs = Inputs::<F, N>::new(
        Rows::<F, N>::new(query, query_stride),
        Rows::<F, N>::new(key, key_stride),
        Rows::<F, N>::new(value, value_stride),
        Rows::<F, N>::new(out, out_stride),
        Rows::<F, N>::new(grad, grad_stride),
        Angles::<N>::new(cos, sin),
        sums,
        Head::new(index, form),
    );
    let first = CUBE_POS % tiles * form.own;
    let place = Place::new();
    let mut memory = Memory::<F, N>::new(owns, form);
    let of_queries = comptime!(owns == Owns::Queries);
    if comptime!(of_queries) {
        inputs.load_queries(&mut memory.mine, first, form.own, form);
        inputs.load_numbers(&mut memory, dots, first, form.own, owns, form);
    } else {
        inputs.load_keys(&mut memory.mine, first, form.own, form);
    }
    let mut of_first = Sums::<N>::zero(form.head_size, form);
    let mut of_second = Sums::<N>::zero(comptime!(if of_queries { BLOCK } else { form.head_size }), form);
    for tile in 0..comptime!(form.other_tiles()) {
        let start = tile * form.other;
        sync_cube();
        if comptime!(of_queries) {
            inputs.load_keys(&mut memory.others, start, form.other, form);
        } else {
            inputs.load_queries(&mut memory.others, start, form.other, form);
            inputs.load_numbers(&mut memory, dots, start, form.other, owns, form);
        }
        sync_cube();
        let keys = form.positions - if comptime!(of_queries) { start } else { first };
        let (mine, others) = (memory.mine.first.clone(), memory.others.first.clone());
        memory.scores(&mine, &others, &place, form);
        sync_band(form);
        memory.probabilities(&place, scale, keys, owns, form);
        sync_band(form);
        let (mine, others) = (memory.mine.second.clone(), memory.others.second.clone());
        if comptime!(!of_queries) {
            memory.gather(&mut of_second, &others, &place, form);
        }
        memory.scores(&mine, &others, &place, form);
        sync_band(form);
        memory.score_gradients(&place, owns, form);
        sync_band(form);
        memory.gather(&mut of_first, &memory.others.first, &place, form);
        if comptime!(owns == Owns::AllKeys) {
            sync_cube();
            memory.scatter(&place, form);
            sync_cube();
            store::<F, N>(&memory.scratch, grad_query, &inputs.angles, &inputs.head, start, scale, form.other, form.rotary, form);
        }
    }
    let stride = comptime!(form.scratch_stride());
    sync_cube();
    of_first.store(&mut memory.scratch, place.band * stride, stride);
    sync_cube();
    if comptime!(of_queries) {
        store::<F, N>(&memory.scratch, grad_query, &inputs.angles, &inputs.head, first, scale, form.own, form.rotary, form);
    } else {
        store::<F, N>(&memory.scratch, grad_key, &inputs.angles, &inputs.head, first, scale, form.own, form.rotary, form);
        sync_cube();
        of_second.store(&mut memory.scratch, place.band * stride, stride);
        sync_cube();
        store::<F, N>(&memory.scratch, grad_value, &inputs.angles, &inputs.head, first, 1.0f32.runtime(), form.own, false, form);
    }
}
