//! `[dataset.NAME]`

use crate::{Benchmark, Draws, bounds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dataset: a benchmark by name, generated, built from CSV files, or imported from a folder in
/// the published format. Exactly one of `benchmark`, `sudoku`, `maze`, `csv` and `folder` says
/// where its puzzles come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetConfig {
    /// Seed of every random choice: generation, split, subsample and augmentation.
    pub seed: u64,
    /// Augmentations of each training puzzle. Sudoku: relabelling and cell symmetries; mazes:
    /// rotations and reflections, solved again; ARC: rotations and reflections with permutations
    /// of colours, of test puzzles too. Validation and test are not augmented otherwise. Not set:
    /// the number of the benchmark's recipe, and 0 for other sources.
    #[schemars(transform = bounds::AUGMENTATIONS.schema())]
    pub augmentations: Option<u32>,
    /// Where the random choices of a benchmark or of CSV files come from.
    pub draws: Draws,
    /// Write every augmented puzzle to disk, in the published format. Otherwise they are made when
    /// they are drawn, and only the originals are kept. The batches are the same.
    pub materialize: bool,
    /// Why the splits may share puzzles up to symmetry; the report shows it. Not set: they may not.
    pub allow_leakage: Option<String>,
    /// Build a benchmark by its published recipe. Not set: another source is.
    pub benchmark: Option<Benchmark>,
    /// Training puzzles of the benchmark (rows, or ARC training tasks) to draw at random. Not set:
    /// all.
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub subsample: Option<usize>,
    /// Test rows of the benchmark (or ARC evaluation tasks) to take, from the start. Not set: all.
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub test_rows: Option<usize>,
    /// Training puzzles of the benchmark moved to validation, at random. Of an ARC task the
    /// demonstrations are still trained on, and the test pairs are the validation split.
    #[schemars(transform = bounds::PUZZLES_OR_NONE.schema())]
    pub validation: usize,
    /// Generate Sudoku puzzles.
    pub sudoku: Option<SudokuSource>,
    /// Generate mazes.
    pub maze: Option<MazeSource>,
    /// Build from CSV files.
    pub csv: Option<CsvSource>,
    /// Import a folder in the published on-disk format.
    pub folder: Option<FolderSource>,
}

impl DatasetConfig {
    /// Augmentations of each training puzzle, by default those of the benchmark.
    pub fn augmentations(&self) -> u32 {
        let published = || self.benchmark.map_or(0, Benchmark::augmentations);
        self.augmentations.unwrap_or_else(published)
    }
}

/// Generated Sudoku puzzles with exactly one solution. Train, validation and test share no
/// puzzle up to symmetry (digit relabelling, band, stack, row and column order, and transposition
/// where boxes are square).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SudokuSource {
    /// Rows of a box: 2 for 4×4 and 6×6, 3 for 9×9.
    #[schemars(transform = bounds::BOX_SIDE.schema())]
    pub box_rows: usize,
    /// Columns of a box: 2 for 4×4, 3 for 6×6 and 9×9.
    #[schemars(transform = bounds::BOX_SIDE.schema())]
    pub box_cols: usize,
    /// Training puzzles.
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub train: usize,
    /// Validation puzzles (may be 0).
    #[schemars(transform = bounds::PUZZLES_OR_NONE.schema())]
    pub validation: usize,
    /// Test puzzles.
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub test: usize,
    /// Smallest and largest number of given cells. Not set: whatever remains when clues are
    /// removed in random order as long as the solution stays unique.
    pub givens: Option<[usize; 2]>,
    /// Smallest and largest number of guesses that the solver needs (0: singles and locked candidates suffice). Not
    /// set: any.
    pub guesses: Option<[u32; 2]>,
}

impl Default for SudokuSource {
    fn default() -> Self {
        Self {
            box_rows: 3,
            box_cols: 3,
            train: 1000,
            validation: 0,
            test: 1000,
            givens: None,
            guesses: None,
        }
    }
}

/// Generated mazes, labelled with the shortest path that breadth-first search finds when it looks
/// down, left, right, up. Train, validation and test share no maze up to rotation and reflection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MazeSource {
    /// Rows of the grid.
    #[schemars(transform = bounds::MAZE_SIDE.schema())]
    pub rows: usize,
    /// Columns of the grid.
    #[schemars(transform = bounds::MAZE_SIDE.schema())]
    pub cols: usize,
    /// Bounds of the wall probability; each maze draws its own, uniformly.
    #[schemars(transform = bounds::SHARE.schema())]
    pub wall_probability: [f64; 2],
    /// Steps that the shortest path must have at least.
    #[schemars(transform = bounds::PATH.schema())]
    pub min_path: usize,
    /// Training mazes.
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub train: usize,
    /// Validation mazes (may be 0).
    #[schemars(transform = bounds::PUZZLES_OR_NONE.schema())]
    pub validation: usize,
    /// Test mazes.
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub test: usize,
}

impl Default for MazeSource {
    fn default() -> Self {
        Self {
            rows: 30,
            cols: 30,
            wall_probability: [0.3, 0.5],
            min_path: 109,
            train: 1000,
            validation: 0,
            test: 1000,
        }
    }
}

/// Which puzzles a CSV file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PuzzleKind {
    /// Digits and `.` or `0` for blanks, row by row.
    Sudoku,
    /// The characters `# SGo`, row by row.
    Maze,
}

/// Puzzles from CSV files with the columns `question`, `answer` and, optionally, `source`
/// and `rating`. Every row that is used is checked: the answer must solve the question, Sudoku
/// solutions must be unique.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvSource {
    /// What the rows are.
    pub puzzle: PuzzleKind,
    /// Training rows; a path relative to the workflow file.
    pub train: String,
    /// Test rows; a path relative to the workflow file.
    pub test: String,
    /// Training rows to draw at random. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub subsample: Option<usize>,
    /// Test rows to take, from the start of the file. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub test_rows: Option<usize>,
    /// Smallest `rating` of a row that is used. Not set: all are.
    #[serde(default)]
    pub min_rating: Option<u32>,
    /// Puzzles moved from train to validation, at random.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES_OR_NONE.schema())]
    pub validation: usize,
}

/// A folder in the published on-disk format (`train/`, `test/`, each with `dataset.json` and
/// `all__*.npy`), as written by the HRM and TRM dataset builders or by this program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderSource {
    /// The folder; a path relative to the workflow file.
    pub path: String,
    /// Groups moved from train to validation, at random; not needed where the folder has a
    /// `validation/` of its own.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES_OR_NONE.schema())]
    pub validation: usize,
}
