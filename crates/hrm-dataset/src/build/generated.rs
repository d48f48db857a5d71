//! Datasets of generated puzzles.

use crate::build::Progress;
use crate::build::assemble::{Entries, Entry, Wording, assemble, check_augmentations};
use crate::build::classes::{classes_of_splits, leakage, shared};
use crate::build::collect::{Candidate, Cause, Shortage, collect_distinct};
use crate::build::draws::DrawSource;
use crate::puzzle::{Labelled, LabelledMaze, LabelledSudoku};
use crate::{Dataset, DatasetError, PuzzleDescription};
use hrm_config::{DatasetConfig, MazeSource, Split, SudokuSource};
use hrm_puzzle::{maze as mazes, sudoku as sudokus};
use hrm_random::stream;
use rand::seq::SliceRandom;
use std::path::Path;

/// Full grids that one Sudoku candidate may use up.
const SUDOKU_TRIES: u32 = 1_000;
/// Random grids that one maze candidate may use up; a hard 30×30 maze takes about 55,000.
const MAZE_TRIES: u32 = 500_000;

/// Puzzles wanted of each split.
struct Sizes {
    train: usize,
    validation: usize,
    test: usize,
}

impl Sizes {
    fn total(&self) -> usize {
        self.train
            .saturating_add(self.validation)
            .saturating_add(self.test)
    }
}

/// Generates Sudoku puzzles of pairwise different classes.
pub(crate) fn sudoku(
    config: &DatasetConfig,
    source: &SudokuSource,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    let &SudokuSource {
        box_rows,
        box_cols,
        train,
        validation,
        test,
        givens,
        guesses,
    } = source;
    let shape = sudokus::Shape::new(box_rows, box_cols)
        .map_err(|error| DatasetError::Config(error.to_string()))?;
    let kind = PuzzleDescription::Sudoku { box_rows, box_cols };
    let options = sudokus::GenerateOptions {
        shape,
        givens: givens.map(|[low, high]| (low, high)),
        guesses: guesses.map(|[low, high]| (low, high)),
    };
    let make = |number: u64| {
        let mut rng = stream(config.seed, "sudoku/candidate", number);
        let puzzle = sudokus::generate(&options, &mut rng, SUDOKU_TRIES)
            .map_err(|error| error.to_string())?;
        let difficulty = Some(puzzle.guesses);
        Ok(entry(
            Labelled::Sudoku(LabelledSudoku::generated(puzzle)),
            difficulty,
        ))
    };
    let wording = Wording {
        description: format!("Generated {kind} puzzles with exactly one solution"),
        guarantee: guarantee(kind),
        difficulty:
            "guesses of the solver until its first solution (of the original, for an augmentation)"
                .into(),
        leakage: None,
    };
    let cure = match givens {
        Some(_) => "ask for fewer puzzles or widen `givens` and `guesses`",
        None => {
            "ask for fewer puzzles, widen `guesses`, or set `givens`, without which only puzzles are made from which no clue can be removed"
        }
    };
    build(
        config,
        kind,
        &Sizes {
            train,
            validation,
            test,
        },
        make,
        wording,
        cure,
        progress,
    )
}

/// Generates mazes of pairwise different classes.
pub(crate) fn maze(
    config: &DatasetConfig,
    source: &MazeSource,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    let &MazeSource {
        rows,
        cols,
        wall_probability: [low, high],
        min_path,
        train,
        validation,
        test,
    } = source;
    let kind = PuzzleDescription::Maze { rows, cols };
    let options = mazes::MazeOptions {
        rows,
        cols,
        wall_probability: (low, high),
        min_path,
    };
    let make = |number: u64| {
        let mut rng = stream(config.seed, "maze/candidate", number);
        let maze =
            mazes::generate(&options, &mut rng, MAZE_TRIES).map_err(|error| error.to_string())?;
        let difficulty = u32::try_from(maze.path_steps).ok();
        Ok(entry(
            Labelled::Maze(LabelledMaze::generated(maze.question, maze.answer)),
            difficulty,
        ))
    };
    let wording = Wording {
        description: format!("Generated {kind}s whose shortest path has at least {min_path} steps"),
        guarantee: guarantee(kind),
        difficulty: "steps of the shortest path".into(),
        leakage: None,
    };
    let cure = "ask for fewer mazes or lower `min_path`";
    build(
        config,
        kind,
        &Sizes {
            train,
            validation,
            test,
        },
        make,
        wording,
        cure,
        progress,
    )
}

fn entry(puzzle: Labelled, difficulty: Option<u32>) -> Candidate<Entry> {
    let class = puzzle.class();
    Candidate {
        puzzle: Entry { puzzle, difficulty },
        class,
    }
}

fn guarantee(kind: PuzzleDescription) -> String {
    format!(
        "No two puzzles of train, validation and test are the same under any symmetry ({}); augmented copies stay in train.",
        kind.symmetries()
    )
}

fn build(
    config: &DatasetConfig,
    kind: PuzzleDescription,
    sizes: &Sizes,
    make: impl Fn(u64) -> Result<Candidate<Entry>, String> + Sync,
    wording: Wording,
    cure: &str,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    check_augmentations(config, kind)?;
    let what = format!("generating {kind} puzzles");
    let puzzles = collect_distinct(sizes.total(), &what, make, progress)
        .map_err(|shortage| too_few(kind, sizes.total(), shortage, cure))?;
    let entries = deal(puzzles, sizes, config.seed);
    let mut draws = DrawSource::of(config)?;
    let dataset = assemble(config, kind, &entries, wording, &mut draws)?;
    // Once more, on the arrays as they will be stored: nothing between here and the generator is
    // trusted to have kept the splits apart.
    let classes = classes_of_splits(kind, &dataset.splits, progress)
        .map_err(|reason| DatasetError::malformed(Path::new("dataset"), reason))?;
    leakage(&shared(&classes), None, |(split, index)| {
        format!("{} puzzle {index}", split.name())
    })?;
    Ok(dataset)
}

/// Deals the puzzles out at random: the order in which they were found favours common classes, and
/// every split should have its share of the rare ones.
fn deal(mut puzzles: Vec<Entry>, sizes: &Sizes, seed: u64) -> Entries {
    puzzles.shuffle(&mut stream(seed, "dataset/split", 0));
    let validation = puzzles.split_off(sizes.train);
    let (validation, test) = validation.split_at(sizes.validation);
    Entries::from([
        (Split::Train, puzzles),
        (Split::Validation, validation.to_vec()),
        (Split::Test, test.to_vec()),
    ])
}

fn too_few(kind: PuzzleDescription, wanted: usize, shortage: Shortage, cure: &str) -> DatasetError {
    let cause = match shortage.cause {
        Cause::Repeats(repeats) => {
            format!("the last {repeats} were equivalent to earlier ones")
        }
        Cause::Failures(failures, reason) => format!("the last {failures} failed ({reason})"),
    };
    DatasetError::TooFew {
        what: format!("different {kind} puzzles"),
        wanted,
        found: shortage.found,
        tried: shortage.tried,
        cause,
        cure: cure.into(),
    }
}
