//! Multi-head self-attention without a mask, with the rotary embedding of queries and keys, and its backward
//! pass. Nothing of the size positions × positions leaves the cubes' memory.
//!
//! Queries, keys, values and outputs are [batch · positions, heads · head size], as the projections before and
//! after have them. Products are of numbers of the format and summed in float32, by cooperative matrices in
//! bfloat16 where the device has them; probabilities are rounded to the format, softmax is float32.

mod backward;
mod form;
mod forward;
mod inputs;
mod memory;
mod plan;
mod product;
mod tile;

use crate::buffer::{Format, Matrix, buffer, vector_size};
use crate::gpu::{Gpu, run};
use crate::rows::grid;
use backward::{Owns, attention_gradients};
use cubecl::prelude::*;
use cubecl::server::Handle;
use form::Form;
use forward::attention;
use plan::{Pass, form};

/// Sizes of an attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attention {
    /// Sequences.
    pub batch: usize,
    /// Positions of each.
    pub positions: usize,
    /// Heads.
    pub heads: usize,
    /// Numbers of a head, a multiple of 16 up to 128.
    pub head_size: usize,
    /// Positions in the cubes' memory; without it, what suits the device.
    pub tiles: Option<Tiles>,
}

/// How many positions the cubes' memory holds, multiples of 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiles {
    /// Those that a cube computes results for.
    pub own: usize,
    /// Those that it loads at once of the ones that it goes through, at most `own`.
    pub other: usize,
}

/// Cosines and sines of the rotary embedding, float32 [positions, head size]; the second half of each row is
/// like the first.
#[derive(Debug, Clone)]
pub struct Rotary {
    /// Cosines.
    pub cos: Handle,
    /// Sines.
    pub sin: Handle,
}

/// Queries, keys and values, [batch · positions, heads · head size] each.
#[derive(Debug, Clone, Copy)]
pub struct Projections<'a> {
    /// Queries.
    pub query: &'a Matrix,
    /// Keys.
    pub key: &'a Matrix,
    /// Values.
    pub value: &'a Matrix,
}

/// What [`attention_forward`] gives.
#[derive(Debug)]
pub struct Attended {
    /// The weighted values, [batch · positions, heads · head size].
    pub out: Matrix,
    /// Logarithm of the sum of the exponentials of each query's scores, float32 [batch, heads, positions].
    pub sums: Handle,
}

/// Gradients of what [`attention_forward`] read.
#[derive(Debug)]
pub struct AttentionGradients {
    /// Of the queries.
    pub query: Matrix,
    /// Of the keys.
    pub key: Matrix,
    /// Of the values.
    pub value: Matrix,
}

/// An attention that no kernel can compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttentionError {
    /// The head size is no multiple of 16, or too large.
    #[error("the head size must be a multiple of 16 from 16 to 128, not {0}")]
    HeadSize(usize),
    /// No tile fits into a cube's memory.
    #[error(
        "heads of {head_size} numbers need more than the {memory} bytes of memory that a cube of this device has"
    )]
    Memory {
        /// Numbers of a head.
        head_size: usize,
        /// Bytes of a cube's memory.
        memory: usize,
    },
}

/// Whether the device can compute it, both passes.
pub fn attention_supported(gpu: &Gpu, sizes: &Attention, format: Format) -> bool {
    let of_pass = |pass| form(gpu, sizes, format, 1, false, pass).is_ok();
    of_pass(Pass::Forward) && of_pass(Pass::Backward)
}

/// softmax(query · keyᵀ / √head size) · value of each head; with `rotary`, of rotated queries and keys.
///
/// # Errors
/// If the head size is none that the kernels have, or too large for a cube's memory.
///
/// # Panics
/// If sizes or formats differ.
pub fn attention_forward(
    gpu: &Gpu,
    sizes: &Attention,
    projections: Projections<'_>,
    rotary: Option<&Rotary>,
) -> Result<Attended, AttentionError> {
    let Projections { query, key, value } = projections;
    sizes.check(&[query, key, value]);
    let format = query.format;
    let lanes = sizes.lanes(&[query, key, value]);
    let form = form(gpu, sizes, format, lanes, rotary.is_some(), Pass::Forward)?;
    let out = Matrix::empty(gpu, query.rows, query.width, format);
    let sums = gpu.empty(sizes.cells() * size_of::<f32>());
    if sizes.cells() > 0 {
        let [cos, sin] = sizes.angles(rotary, query, lanes);
        run!(
            gpu,
            attention,
            sizes.cubes(gpu, &form),
            CubeDim::new_1d(form.units() as u32),
            lanes,
            query.arg(),
            key.arg(),
            value.arg(),
            cos,
            sin,
            out.arg(),
            buffer(&sums, sizes.cells()),
            query.stride / lanes,
            key.stride / lanes,
            value.stride / lanes,
            sizes.scale(),
            form,
            format.elem(),
        );
    }
    Ok(Attended { out, sums })
}

/// Gradients of queries, keys and values, given that of the output; `projections` and `rotary` are those of
/// the forward pass.
///
/// # Errors
/// As [`attention_forward`].
///
/// # Panics
/// If sizes or formats differ.
pub fn attention_backward(
    gpu: &Gpu,
    sizes: &Attention,
    projections: Projections<'_>,
    rotary: Option<&Rotary>,
    attended: &Attended,
    grad: &Matrix,
) -> Result<AttentionGradients, AttentionError> {
    let Projections { query, key, value } = projections;
    let matrices = [query, key, value, &attended.out, grad];
    sizes.check(&matrices);
    let lanes = sizes.lanes(&matrices);
    let form = form(
        gpu,
        sizes,
        query.format,
        lanes,
        rotary.is_some(),
        Pass::Backward,
    )?;
    let empty = || Matrix::empty(gpu, query.rows, query.width, query.format);
    let gradients = AttentionGradients {
        query: empty(),
        key: empty(),
        value: empty(),
    };
    let dots = gpu.empty(sizes.cells() * size_of::<f32>());
    // The cubes that own queries give D to those that own keys.
    let launches: &[Owns] = match form.own_tiles() {
        0 => &[],
        1 => &[Owns::AllKeys],
        _ => &[Owns::Queries, Owns::Keys],
    };
    for owns in launches.iter().filter(|_| sizes.cells() > 0) {
        let [cos, sin] = sizes.angles(rotary, query, lanes);
        run!(
            gpu,
            attention_gradients,
            sizes.cubes(gpu, &form),
            CubeDim::new_1d(form.units() as u32),
            lanes,
            query.arg(),
            key.arg(),
            value.arg(),
            cos,
            sin,
            attended.out.arg(),
            grad.arg(),
            buffer(&attended.sums, sizes.cells()),
            buffer(&dots, sizes.cells()),
            gradients.query.arg(),
            gradients.key.arg(),
            gradients.value.arg(),
            query.stride / lanes,
            key.stride / lanes,
            value.stride / lanes,
            attended.out.stride / lanes,
            grad.stride / lanes,
            sizes.scale(),
            *owns,
            form,
            query.format.elem(),
        );
    }
    Ok(gradients)
}

impl Attention {
    /// Numbers of which there is one for each position of each head.
    const fn cells(&self) -> usize {
        self.batch * self.heads * self.positions
    }

    fn scale(&self) -> f32 {
        1.0 / (self.head_size as f32).sqrt()
    }

    fn check(&self, matrices: &[&Matrix]) {
        let (rows, width) = (self.batch * self.positions, self.heads * self.head_size);
        for matrix in matrices {
            assert_eq!((matrix.rows, matrix.width), (rows, width), "{self:?}");
            assert_eq!(matrix.format, matrices[0].format, "{self:?}");
        }
    }

    /// Numbers of a vector: four, or fewer where rows lie at other distances.
    fn lanes(&self, matrices: &[&Matrix]) -> usize {
        let strides: Vec<usize> = matrices.iter().map(|matrix| matrix.stride).collect();
        vector_size(Format::F32, &strides)
    }

    fn cubes(&self, gpu: &Gpu, form: &Form) -> CubeCount {
        let cubes = self.batch * self.heads * form.own_tiles();
        grid(cubes, gpu.hardware().max_cube_count.0 as usize)
    }

    /// The tables; without them, buffers that the kernels do not read.
    fn angles(&self, rotary: Option<&Rotary>, any: &Matrix, lanes: usize) -> [BufferArg; 2] {
        let len = self.positions * self.head_size;
        match rotary {
            Some(Rotary { cos, sin }) => [cos, sin].map(|table| buffer(table, len)),
            None => [(); 2].map(|()| buffer(&any.handle, lanes * any.format.bytes() / 4)),
        }
    }
}
