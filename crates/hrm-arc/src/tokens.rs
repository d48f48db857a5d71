//! Grids as token sequences, and back.

use crate::{Augmentation, Grid, SIDE_MAX};

/// Tokens of an example: a square of 30×30 in reading order.
pub const SEQ_LEN: usize = SIDE_MAX * SIDE_MAX;

/// Number of tokens: padding, end of grid, ten colours.
pub const VOCAB_SIZE: usize = 12;

/// The token outside the grid; as a label it is not counted.
pub const PAD: u8 = 0;

/// The token of the cells directly below and directly to the right of the grid.
pub const EOS: u8 = 1;

/// The token of colour 0; those of the other colours follow.
pub const COLOUR_0: u8 = 2;

/// The token square of one grid.
pub type Tokens = [u8; SEQ_LEN];

/// Where a grid lies in its token square: the rows above and the columns to the left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offset {
    /// Rows above the grid.
    pub rows: u8,
    /// Columns to the left of the grid.
    pub cols: u8,
}

/// Writes the tokens of the augmented grid, `offset` cells from the top left corner.
///
/// One line of EOS runs below the grid and one to its right, each as long as the side; the corner
/// between them stays PAD, and a side that touches the edge of the square has no EOS.
///
/// # Panics
/// If the shifted grid does not fit into the square.
pub fn encode(grid: &Grid, augmentation: &Augmentation, offset: Offset, tokens: &mut Tokens) {
    let (rows, cols) = augmentation.dihedral.image_size(grid.rows(), grid.cols());
    let (top, left) = (usize::from(offset.rows), usize::from(offset.cols));
    let (bottom, right) = (top + rows, left + cols);
    assert!(
        bottom <= SIDE_MAX && right <= SIDE_MAX,
        "a grid of {rows}×{cols} cells does not fit at {offset:?}"
    );
    tokens.fill(PAD);
    let mut cells = augmentation.image_cells(grid);
    for line in tokens.chunks_exact_mut(SIDE_MAX).take(bottom).skip(top) {
        for (token, colour) in line[left..right].iter_mut().zip(&mut cells) {
            *token = colour + COLOUR_0;
        }
        if let Some(token) = line.get_mut(right) {
            *token = EOS;
        }
    }
    if let Some(line) = tokens.chunks_exact_mut(SIDE_MAX).nth(bottom) {
        line[left..right].fill(EOS);
    }
}

/// The grid that a token square holds: the largest rectangle of colours anchored at the top left
/// corner; of equally large ones the one with the fewest rows. [`Grid::empty`] where there is none.
///
/// A shifted grid is not found: predictions are made for unshifted ones.
pub fn crop(tokens: &Tokens) -> Grid {
    let is_colour = |token: &u8| (COLOUR_0..VOCAB_SIZE as u8).contains(token);
    let mut width = SIDE_MAX;
    let (mut rows, mut cols) = (0, 0);
    for (row, line) in tokens.chunks_exact(SIDE_MAX).enumerate() {
        let line = &line[..width];
        width = line.iter().take_while(|token| is_colour(token)).count();
        if (row + 1) * width > rows * cols {
            (rows, cols) = (row + 1, width);
        }
    }
    let lines = tokens.chunks_exact(SIDE_MAX).take(rows);
    let cells = lines.flat_map(|line| line[..cols].iter().map(|token| token - COLOUR_0));
    Grid::from_parts(rows, cols, cells.collect())
}

/// The grid that a token square of a dataset holds, wherever it lies in it: the inverse of
/// [`encode`] up to the offset. Nothing where the square is not exactly one encoded grid.
pub fn decode(tokens: &Tokens) -> Option<Grid> {
    let is_colour = |token: &u8| (COLOUR_0..VOCAB_SIZE as u8).contains(token);
    let first = tokens.iter().position(is_colour)?;
    let (top, left) = (first / SIDE_MAX, first % SIDE_MAX);
    let lines = tokens.chunks_exact(SIDE_MAX).skip(top);
    let cols = tokens[first..(top + 1) * SIDE_MAX]
        .iter()
        .take_while(|token| is_colour(token))
        .count();
    let rows = lines
        .clone()
        .take_while(|line| is_colour(&line[left]))
        .count();
    let cells = lines.take(rows).flat_map(|line| &line[left..left + cols]);
    let cells: Option<Vec<u8>> = cells.map(|token| token.checked_sub(COLOUR_0)).collect();
    let grid = Grid::new(rows, cols, cells?).ok()?;
    let offset = Offset {
        rows: top as u8,
        cols: left as u8,
    };
    let mut again = [PAD; SEQ_LEN];
    encode(&grid, &Augmentation::IDENTITY, offset, &mut again);
    (again == *tokens).then_some(grid)
}
