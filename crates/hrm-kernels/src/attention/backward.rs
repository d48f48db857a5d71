//! Attention's backward pass, as in FlashAttention-2 (Dao, 2023), without atomics.
//!
//! With P = exp(Q · Kᵀ · scale - log-sum-exp), D = Σ dO ∘ O of each query and dS = P ∘ (dO · Vᵀ - D):
//! dV = Pᵀ · dO, dK = dSᵀ · Q · scale, dQ = dS · K · scale. A cube owns queries or keys and goes through the
//! others. What it owns are the rows of its scores, so a cube that owns keys has P and dS transposed.

use crate::attention::form::{BLOCK, Form};
use crate::attention::inputs::{give, inputs};
use crate::attention::memory::Memory;
use crate::attention::product::{Place, Sums, sync_band};
use crate::attention::tile::{Angles, Head, Rows};
use cubecl::prelude::*;
use cubecl::{self as cubecl};

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
    let inputs = inputs::<F, N>(
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
        inputs.load_products(&mut memory.scratch, first, form.own, form);
        sync_cube();
        inputs.load_numbers(&mut memory, dots, first, form.own, owns, form);
    } else {
        inputs.load_keys(&mut memory.mine, first, form.own, form);
    }
    let mut of_first = Sums::<N>::zero(form.head_size, form);
    let mut of_second = Sums::<N>::zero(
        comptime!(if of_queries { BLOCK } else { form.head_size }),
        form,
    );
    for tile in 0..comptime!(form.other_tiles()) {
        let start = tile * form.other;
        sync_cube();
        if comptime!(of_queries) {
            inputs.load_keys(&mut memory.others, start, form.other, form);
        } else {
            inputs.load_queries(&mut memory.others, start, form.other, form);
            if comptime!(owns == Owns::AllKeys) {
                inputs.load_products(&mut memory.scratch, start, form.other, form);
                sync_cube();
            }
            inputs.load_numbers(&mut memory, dots, start, form.other, owns, form);
        }
        sync_cube();
        let keys = form.positions - if comptime!(of_queries) { start } else { first };
        add_tile::<F, N>(
            &mut memory,
            &mut of_first,
            &mut of_second,
            &place,
            scale,
            keys,
            owns,
            form,
        );
        if comptime!(owns == Owns::AllKeys) {
            sync_cube();
            memory.scatter(&place, form);
            sync_cube();
            give::<F, N>(
                &inputs,
                &memory.scratch,
                grad_query,
                start,
                scale,
                form.other,
                form.rotary,
                form,
            );
        }
    }
    sync_cube();
    memory.put(&of_first, &place, form);
    sync_cube();
    if comptime!(of_queries) {
        give::<F, N>(
            &inputs,
            &memory.scratch,
            grad_query,
            first,
            scale,
            form.own,
            form.rotary,
            form,
        );
    } else {
        give::<F, N>(
            &inputs,
            &memory.scratch,
            grad_key,
            first,
            scale,
            form.own,
            form.rotary,
            form,
        );
        sync_cube();
        memory.put(&of_second, &place, form);
        sync_cube();
        let one = 1.0f32.runtime();
        give::<F, N>(
            &inputs,
            &memory.scratch,
            grad_value,
            first,
            one,
            form.own,
            false,
            form,
        );
    }
}

/// Adds to the gradients what the other rows in the cube's memory give: to that of its queries or keys in `of_first`,
/// and to that of its values in `of_second`.
#[cube]
fn add_tile<F: Float, N: Size>(
    memory: &mut Memory<F, N>,
    of_first: &mut Sums<N>,
    of_second: &mut Sums<N>,
    place: &Place,
    scale: f32,
    keys: usize,
    #[comptime] owns: Owns,
    #[comptime] form: Form,
) {
    let (mine, others) = (memory.mine.first.clone(), memory.others.first.clone());
    let (mine_with, others_with) = (memory.mine.second.clone(), memory.others.second.clone());
    memory.scores(&mine, &others, place, form);
    sync_band(form);
    memory.probabilities(place, scale, keys, owns, form);
    sync_band(form);
    if comptime!(owns != Owns::Queries) {
        memory.gather(of_second, &others_with, place, form);
    }
    memory.scores(&mine_with, &others_with, place, form);
    sync_band(form);
    memory.score_gradients(place, owns, form);
    sync_band(form);
    memory.gather(of_first, &others, place, form);
}
