//! A pair under a transform, as plain bytes: what contents and canonical forms are made of.

use crate::{Dihedral, Pair};

/// The transformed grids of a pair, before their colours are renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PairImage {
    /// Rows and columns of input and output.
    sizes: [u8; 4],
    /// Colours of input and output in reading order.
    cells: Vec<u8>,
}

impl PairImage {
    pub(crate) fn new(pair: &Pair, dihedral: Dihedral) -> Self {
        let (input, output) = (&pair.input, &pair.output);
        let (input_rows, input_cols) = dihedral.image_size(input.rows(), input.cols());
        let (output_rows, output_cols) = dihedral.image_size(output.rows(), output.cols());
        let cells = dihedral.image_cells(input);
        Self {
            sizes: [input_rows, input_cols, output_rows, output_cols].map(|side| side as u8),
            cells: cells.chain(dihedral.image_cells(output)).collect(),
        }
    }

    /// Appends the sizes and the renamed colours. No such text is the beginning of another one,
    /// because the sizes say how long it is.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>, mut rename: impl FnMut(u8) -> u8) {
        bytes.extend_from_slice(&self.sizes);
        bytes.extend(self.cells.iter().map(|&colour| rename(colour)));
    }
}
