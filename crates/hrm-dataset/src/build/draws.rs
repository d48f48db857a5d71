//! Where the random decisions about CSV rows and copies come from.

use crate::examples::{CopyRule, Examples, Stored};
use crate::puzzle::maze;
use crate::puzzle::sudoku::Image;
use crate::{DatasetError, PuzzleDescription, SplitData};
use hrm_arc::NumpyLegacy;
use hrm_config::{DatasetConfig, Draws};
use hrm_puzzle::maze::{symmetries, transform};
use hrm_puzzle::sudoku::{Shape, Symmetry, SymmetryDraws};
use hrm_random::stream;
use rand::seq::SliceRandom;

/// A source of random decisions.
pub(crate) enum DrawSource {
    /// Streams named by the seed: no decision depends on another one.
    Own {
        /// The seed of all streams.
        seed: u64,
    },
    /// One run of NumPy's legacy generator, as through the published builders.
    Published(Box<NumpyLegacy>),
}

impl DrawSource {
    /// The source that the configuration asks for.
    ///
    /// # Errors
    /// If the seed is none of NumPy's.
    pub(crate) fn of(config: &DatasetConfig) -> Result<Self, DatasetError> {
        let seed = config.seed;
        match config.draws {
            Draws::Own => Ok(Self::Own { seed }),
            Draws::Published => numpy_seed(seed).map(|seed| {
                let draws = NumpyLegacy::new(seed);
                Self::Published(Box::new(draws))
            }),
        }
    }

    /// Draws `count` of the rows. Own draws keep their order, the published builders do not.
    pub(crate) fn subsample(&mut self, mut rows: Vec<usize>, count: usize) -> Vec<usize> {
        match self {
            Self::Own { seed } => {
                rows.partial_shuffle(&mut stream(*seed, "csv/subsample", 0), count);
                // The drawn rows are moved to the end.
                rows.drain(..rows.len() - count);
                rows.sort_unstable();
                rows
            }
            // The published builders draw nothing where all rows are taken.
            Self::Published(_) if count == rows.len() => rows,
            Self::Published(draws) => {
                let chosen = draws.choice(rows.len(), count);
                chosen.into_iter().map(|row| rows[row]).collect()
            }
        }
    }

    /// Gives every puzzle of a split `copies` symmetric copies.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub(crate) fn augment(
        &mut self,
        originals: SplitData,
        puzzle: PuzzleDescription,
        copies: usize,
    ) -> Result<SplitData, String> {
        let seed = match self {
            Self::Own { seed } => *seed,
            Self::Published(_) => 0,
        };
        let rule = CopyRule {
            puzzle,
            seed,
            copies,
        };
        let mut split = originals.with_copies(rule)?;
        if let Self::Published(draws) = self {
            // Each of these draws depends on all before it, so the copies are stored.
            split.tokens = Examples::Stored(published_copies(&split, rule, draws)?);
        }
        Ok(split)
    }
}

/// NumPy's seeds have 32 bits.
pub(crate) fn numpy_seed(seed: u64) -> Result<u32, DatasetError> {
    u32::try_from(seed).map_err(|_| {
        DatasetError::Config(format!(
            "`seed` is {seed}, but published draws take at most {}",
            u32::MAX
        ))
    })
}

struct Published<'a>(&'a mut NumpyLegacy);

impl SymmetryDraws for Published<'_> {
    fn shuffle(&mut self, items: &mut [usize]) {
        self.0.shuffle(items);
    }

    fn coin(&mut self) -> bool {
        self.0.rand() < 0.5
    }
}

/// The tokens of puzzles and copies as the published builders make them: random symmetries of
/// Sudokus; of mazes all rotations and reflections of question and answer alike, which does not
/// keep the label rule.
fn published_copies(
    split: &SplitData,
    rule: CopyRule,
    draws: &mut NumpyLegacy,
) -> Result<Stored, String> {
    let per_group = 1 + rule.copies;
    let seq_len = split.meta().seq_len;
    let tokens = split.examples() * seq_len;
    let (mut inputs, mut labels) = (vec![0; tokens], vec![0; tokens]);
    let rows = inputs.chunks_exact_mut(seq_len);
    let rows = rows.zip(labels.chunks_exact_mut(seq_len)).enumerate();
    for (example, (input, label)) in rows {
        let copy = example % per_group;
        split.encode(example - copy, input, label);
        if copy > 0 {
            published_copy(rule, copy, [input, label], draws)?;
        }
    }
    Ok(Stored { inputs, labels })
}

/// Turns the tokens of an original, question and answer, into those of its copy.
fn published_copy(
    rule: CopyRule,
    copy: usize,
    grids: [&mut [u8]; 2],
    draws: &mut NumpyLegacy,
) -> Result<(), String> {
    match rule.puzzle {
        PuzzleDescription::Sudoku { box_rows, box_cols } => {
            let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
            let symmetry = Symmetry::drawn(shape, &mut Published(draws));
            let image = Image::new(shape, &symmetry);
            for grid in grids {
                let original = grid.to_vec();
                image.write(&original, grid);
            }
        }
        PuzzleDescription::Maze { rows, cols } => {
            let others = &symmetries(rows, cols)[1..];
            if others.len() != rule.copies {
                let (all, copies) = (others.len(), rule.copies);
                return Err(format!(
                    "`augmentations` is {copies}, but published draws give a maze 0 or all {all}"
                ));
            }
            for grid in grids {
                let original = maze::maze(rows, cols, grid)?;
                maze::write_tokens(&transform(&original, others[copy - 1]), grid);
            }
        }
        // `with_copies` refuses them.
        PuzzleDescription::Arc | PuzzleDescription::Tokens => {}
    }
    Ok(())
}
