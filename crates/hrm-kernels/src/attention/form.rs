//! Sizes of an attention that are known when its kernels are compiled.

use crate::buffer::Format;

/// Rows and columns of the blocks that matrices are multiplied in.
pub(crate) const BLOCK: usize = 16;
/// Units that work on one band of [`BLOCK`] rows, two on each row: a plane, where planes are that large.
pub(crate) const BAND_UNITS: usize = 32;
/// Alignment of matrices in shared memory: fragments are loaded from multiples of it.
pub(crate) const ALIGNMENT: usize = 128;
/// Numbers behind each row in shared memory. Rows are multiples of 16 numbers; with 8 more, the rows of a
/// block start in different banks.
const PADDING: usize = 8;

/// Sizes, in numbers where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    pub(crate) positions: usize,
    pub(crate) heads: usize,
    pub(crate) head_size: usize,
    /// Numbers in a vector, a power of two up to 4.
    pub(crate) lanes: usize,
    /// Rows that a cube owns: those of its result. A multiple of [`BLOCK`].
    pub(crate) own: usize,
    /// Rows that a cube loads at once of those that it goes through. A multiple of [`BLOCK`].
    pub(crate) other: usize,
    /// Queries and keys are rotated.
    pub(crate) rotary: bool,
    /// Blocks are multiplied by planes, as cooperative matrices.
    pub(crate) cmma: bool,
}

impl Form {
    pub(crate) const fn units(&self) -> usize {
        self.own / BLOCK * BAND_UNITS
    }

    /// Tiles of own rows.
    pub(crate) const fn own_tiles(&self) -> usize {
        self.positions.div_ceil(self.own)
    }

    /// Tiles of other rows.
    pub(crate) const fn other_tiles(&self) -> usize {
        self.positions.div_ceil(self.other)
    }

    /// Vectors of half a head, which are rotated with those of the other half.
    pub(crate) const fn half_head(&self) -> usize {
        self.head_size / self.lanes / 2
    }

    /// Vectors of a row that a unit holds, of `columns` numbers.
    pub(crate) const fn held(&self, columns: usize) -> usize {
        columns / self.lanes / 2
    }

    /// Whether one of the `j`th vectors of a row of scores may be of keys behind the last one.
    pub(crate) const fn may_be_behind(&self, j: usize) -> bool {
        let in_last = self.positions - (self.other_tiles() - 1) * self.other;
        2 * (j + 1) * self.lanes > in_last
    }

    /// Vectors between the rows of a head in shared memory.
    pub(crate) const fn head_stride(&self) -> usize {
        (self.head_size + PADDING) / self.lanes
    }

    /// Vectors between the rows of probabilities in shared memory.
    pub(crate) const fn weight_stride(&self) -> usize {
        (self.other + PADDING) / self.lanes
    }

    /// Vectors between the rows of float32 results in shared memory: of scores, then of heads.
    pub(crate) const fn scratch_stride(&self) -> usize {
        let columns = if self.other > self.head_size {
            self.other
        } else {
            self.head_size
        };
        (columns + PADDING) / self.lanes
    }

    /// Bytes of shared memory that both kernels have: scores and probabilities.
    const fn scratch_bytes(&self, format: Format) -> usize {
        let of_row =
            self.scratch_stride() * size_of::<f32>() + self.weight_stride() * format.bytes();
        self.own * of_row * self.lanes
    }

    /// Bytes of shared memory of the forward pass.
    pub(crate) const fn forward_bytes(&self, format: Format) -> usize {
        let heads = (self.own + 2 * self.other) * self.head_stride() * self.lanes * format.bytes();
        heads + self.scratch_bytes(format) + self.units() * size_of::<f32>() + ALIGNMENT * 6
    }

    /// Bytes of shared memory of the backward pass.
    pub(crate) const fn backward_bytes(&self, format: Format) -> usize {
        let heads = 2 * (self.own + self.other) * self.head_stride() * self.lanes * format.bytes();
        let most = if self.own > self.other {
            self.own
        } else {
            self.other
        };
        heads + self.scratch_bytes(format) + 2 * most * size_of::<f32>() + ALIGNMENT * 8
    }
}
