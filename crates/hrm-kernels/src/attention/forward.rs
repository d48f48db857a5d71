//! Attention's forward pass: one cube for each tile of a head's queries.

use crate::attention::form::{ALIGNMENT, Form};
use crate::attention::product::{Lies, Place, Sums, add_product, sync_band};
use crate::attention::tile::{Angles, Head, Rows, load, masked, store};
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// Below every score.
const LOWEST: f32 = -1e30;

/// softmax(Q · Kᵀ · `scale`) · V of one head; strides are in vectors. Goes through the keys once: what was
/// summed with a smaller largest score is scaled down. Writes the log-sum-exp of each query's scores to `sums`.
#[cube(launch, create_dummy_kernel)]
pub(crate) fn attention<F: Float, N: Size>(
    query: &[Vector<F, N>],
    key: &[Vector<F, N>],
    value: &[Vector<F, N>],
    cos: &[Vector<f32, N>],
    sin: &[Vector<f32, N>],
    out: &mut [Vector<F, N>],
    sums: &mut [f32],
    query_stride: usize,
    key_stride: usize,
    value_stride: usize,
    scale: f32,
    #[comptime] form: Form,
    #[define(F)] _format: ElemType,
) {
    let tiles = comptime!(form.own_tiles());
    let index = CUBE_POS / tiles;
    if index * form.positions >= sums.len() {
        terminate!();
    }
    let head = Head::new(index, form);
    let first = CUBE_POS % tiles * form.own;
    let place = Place::new();
    let (own, other) = comptime!((form.own, form.other));
    let of_heads = comptime!(form.head_stride());
    let (of_weights, of_scratch) = comptime!((form.weight_stride(), form.scratch_stride()));
    let mut queries =
        Shared::<[Vector<F, N>]>::new_aligned_slice(comptime!(own * of_heads), ALIGNMENT);
    let mut keys =
        Shared::<[Vector<F, N>]>::new_aligned_slice(comptime!(other * of_heads), ALIGNMENT);
    let mut values =
        Shared::<[Vector<F, N>]>::new_aligned_slice(comptime!(other * of_heads), ALIGNMENT);
    let mut weights =
        Shared::<[Vector<F, N>]>::new_aligned_slice(comptime!(own * of_weights), ALIGNMENT);
    let mut scratch =
        Shared::<[Vector<f32, N>]>::new_aligned_slice(comptime!(own * of_scratch), ALIGNMENT);
    let mut exchange = Shared::<[f32]>::new_slice(comptime!(form.units()));

    let angles = Angles::<N>::new(cos, sin);
    let query = Rows::<F, N>::new(query, query_stride);
    let key = Rows::<F, N>::new(key, key_stride);
    let value = Rows::<F, N>::new(value, value_stride);
    load::<F, N>(
        &query,
        &mut queries,
        &angles,
        &head,
        first,
        own,
        form.rotary,
        form,
    );
    let held = comptime!(form.held(form.head_size));
    let mut result = Array::<Vector<f32, N>>::new(held);
    #[unroll]
    for j in 0..held {
        result[j] = Vector::new(0.0f32);
    }
    let mut largest = LOWEST.runtime();
    let mut total = 0.0f32.runtime();
    let mine = place.row * of_scratch + place.half;
    for tile in 0..comptime!(form.other_tiles()) {
        let start = tile * other;
        sync_cube();
        load::<F, N>(
            &key,
            &mut keys,
            &angles,
            &head,
            start,
            other,
            form.rotary,
            form,
        );
        load::<F, N>(
            &value,
            &mut values,
            &angles,
            &head,
            start,
            other,
            false,
            form,
        );
        sync_cube();
        let mut products = Sums::<N>::zero(other, form);
        let at = place.band * of_heads;
        let (a, b) = comptime!((Lies::straight(of_heads), Lies::turned(of_heads)));
        add_product::<F, N>(
            &mut products,
            &queries,
            at,
            a,
            &keys,
            0usize,
            b,
            form.head_size,
        );
        products.store(&mut scratch, place.band * of_scratch, of_scratch);
        sync_band(form);

        let scores = scores::<N>(&scratch, mine, form.positions - start, place.half, form);
        let now = largest.max(of_row::<N>(&scores, &mut exchange, place.half, form));
        let shrink = ((largest - now) * scale).exp();
        largest = now;
        let at = place.row * of_weights + place.half;
        total = total * shrink + weigh::<F, N>(&scores, now, scale, &mut weights, at, form);
        sync_band(form);

        let mut update = Sums::<N>::zero(form.head_size, form);
        let at = place.band * of_weights;
        let (a, b) = comptime!((Lies::straight(of_weights), Lies::straight(of_heads)));
        add_product::<F, N>(&mut update, &weights, at, a, &values, 0usize, b, other);
        update.store(&mut scratch, place.band * of_scratch, of_scratch);
        sync_band(form);
        #[unroll]
        for j in 0..held {
            result[j] = result[j] * Vector::new(shrink) + scratch[mine + 2 * j];
        }
    }
    let total = total + of_partner(total, &mut exchange, place.half, form);
    let share = 1.0f32 / total;
    #[unroll]
    for j in 0..held {
        scratch[mine + 2 * j] = result[j] * Vector::new(share);
    }
    let position = first + place.row;
    if place.half == 0 && position < form.positions {
        sums[head.cell + position] = largest * scale + total.ln();
    }
    sync_cube();
    store::<F, N>(
        &scratch,
        out,
        &angles,
        &head,
        first,
        1.0f32.runtime(),
        own,
        false,
        form,
    );
}

/// This unit's scores of its row, not yet scaled, from the vector `at` on; [`LOWEST`] behind the last of `keys`.
#[cube]
fn scores<N: Size>(
    scratch: &[Vector<f32, N>],
    at: usize,
    keys: usize,
    half: usize,
    #[comptime] form: Form,
) -> Array<Vector<f32, N>> {
    let held = comptime!(form.held(form.other));
    let mut scores = Array::<Vector<f32, N>>::new(held);
    #[unroll]
    for j in 0..held {
        let score = scratch[at + 2 * j];
        if comptime!(form.may_be_behind(j)) {
            scores[j] = masked::<N>(score, (2 * j + half) * form.lanes, keys, LOWEST);
        } else {
            scores[j] = score;
        }
    }
    scores
}

/// What the other unit of this one's row gives.
#[cube]
fn of_partner(value: f32, exchange: &mut [f32], half: usize, #[comptime] form: Form) -> f32 {
    let unit = UNIT_POS as usize;
    exchange[unit] = value;
    sync_band(form);
    exchange[unit + 1 - 2 * half]
}

/// The largest score of this unit's row.
#[cube]
fn of_row<N: Size>(
    scores: &Array<Vector<f32, N>>,
    exchange: &mut [f32],
    half: usize,
    #[comptime] form: Form,
) -> f32 {
    let mut largest = scores[0];
    #[unroll]
    for j in 1..comptime!(form.held(form.other)) {
        largest = largest.max(scores[j]);
    }
    let mut of_lanes = largest.extract(0usize);
    #[unroll]
    for lane in 1..form.lanes {
        of_lanes = of_lanes.max(largest.extract(lane));
    }
    of_lanes.max(of_partner(of_lanes, exchange, half, form))
}

/// Writes exp((score - `largest`) · `scale`) to `weights`, rounded, and sums it.
#[cube]
fn weigh<F: Float, N: Size>(
    scores: &Array<Vector<f32, N>>,
    largest: f32,
    scale: f32,
    weights: &mut [Vector<F, N>],
    at: usize,
    #[comptime] form: Form,
) -> f32 {
    let mut total = Vector::<f32, N>::new(0.0f32);
    let scaled = Vector::new(largest * scale);
    #[unroll]
    for j in 0..comptime!(form.held(form.other)) {
        let weight = (scores[j] * Vector::new(scale) - scaled).exp();
        weights[at + 2 * j] = Vector::cast_from(weight);
        total += weight;
    }
    total.vector_sum()
}
