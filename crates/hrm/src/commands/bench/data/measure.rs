//! What is measured of data.

use crate::commands::bench::no_folder;
use crate::error::CliError;
use crate::exit::Exit;
use hrm_audit::Puzzle;
use hrm_config::{Benchmark, DatasetConfig, Split};
use hrm_dataset::{Dataset, TrainSampler};
use hrm_puzzle::maze::{self, MazeOptions};
use hrm_puzzle::sudoku::{self, Grid, Solutions};
use hrm_random::stream;
use hrm_source::Sources;
use rayon::prelude::*;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Puzzles of a batch of the samplers: the published batch size.
const BATCH: usize = 768;
/// Test rows of a Sudoku benchmark.
const TEST_ROWS: usize = 100;
/// How long a sampler draws.
const DRAWING: Duration = Duration::from_secs(3);
/// Mazes that are generated.
const MAZES: u64 = 100;
/// Draws after which a maze is given up; a hard one takes about 55,000.
const MAZE_TRIES: u32 = 10_000_000;

/// One measure.
pub(super) struct Measure {
    pub(super) name: &'static str,
    /// What is done.
    pub(super) what: &'static str,
    /// What is counted.
    pub(super) unit: &'static str,
    pub(super) run: fn(&Sources) -> Result<Done, CliError>,
}

/// What a measure gives.
pub(super) struct Done {
    pub(super) count: u64,
    pub(super) seconds: f64,
    pub(super) bytes_written: Option<u64>,
    pub(super) threads: usize,
}

/// All measures.
pub(super) const MEASURES: [Measure; 6] = [
    Measure {
        name: "sudoku-materialized",
        what: "Sudoku-Extreme 1k × 1,000, every copy written",
        unit: "examples",
        run: |sources| built(sources, Benchmark::SudokuExtreme15k, true),
    },
    Measure {
        name: "arc-index",
        what: "ARC-AGI-1 and ConceptARC × 1,000, planned and written",
        unit: "examples",
        run: |sources| built(sources, Benchmark::HrmArc1, false),
    },
    Measure {
        name: "sudoku-sampler",
        what: "training batches of 768, copies made when drawn",
        unit: "examples",
        run: |sources| sampled(sources, Benchmark::SudokuExtreme15k),
    },
    Measure {
        name: "arc-sampler",
        what: "training batches of 768, copies made when drawn",
        unit: "examples",
        run: |sources| sampled(sources, Benchmark::HrmArc1),
    },
    Measure {
        name: "sudoku-solver",
        what: "puzzles of the tdoku pool solved, uniqueness proved and rated",
        unit: "puzzles",
        run: solved,
    },
    Measure {
        name: "maze-generator",
        what: "hard 30×30 mazes generated",
        unit: "mazes",
        run: |_| generated(),
    },
];

fn all_threads() -> usize {
    rayon::current_num_threads()
}

/// The recipe of a benchmark with its published number of augmentations. Of a Sudoku benchmark a few
/// test rows are taken: checking them takes longer than making all copies.
fn recipe(benchmark: Benchmark, materialize: bool) -> DatasetConfig {
    DatasetConfig {
        benchmark: Some(benchmark),
        test_rows: benchmark.rows().map(|_| TEST_ROWS),
        materialize,
        // The published ARC recipes train on what they are tested on; speed does not mind.
        allow_leakage: Some("a measurement".to_owned()),
        ..DatasetConfig::default()
    }
}

fn build(sources: &Sources, config: &DatasetConfig) -> Result<Dataset, CliError> {
    Ok(hrm_dataset::build(
        config,
        Path::new("."),
        sources,
        &mut |_, _, _| {},
    )?)
}

/// Builds a benchmark from its raw files to a folder on disk.
fn built(sources: &Sources, benchmark: Benchmark, materialize: bool) -> Result<Done, CliError> {
    let folder = tempfile::tempdir().map_err(|error| no_folder(&error))?;
    let config = recipe(benchmark, materialize);
    let start = Instant::now();
    let dataset = build(sources, &config)?;
    if materialize {
        dataset.write_materialized(folder.path())?;
    } else {
        dataset.write(folder.path())?;
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(Done {
        count: examples(&dataset),
        seconds,
        bytes_written: Some(size(folder.path()).map_err(|error| no_folder(&error))?),
        threads: all_threads(),
    })
}

fn examples(dataset: &Dataset) -> u64 {
    let splits = dataset.splits.values();
    splits.map(|split| split.examples() as u64).sum()
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> std::io::Result<u64> {
    let mut total = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        total += if metadata.is_dir() {
            size(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(total)
}

/// Draws training batches, as a training does.
fn sampled(sources: &Sources, benchmark: Benchmark) -> Result<Done, CliError> {
    let dataset = build(sources, &recipe(benchmark, false))?;
    let mut sampler = TrainSampler::new(dataset.split(Split::Train)?, BATCH, 0);
    black_box(sampler.next_batch());
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < DRAWING {
        count += black_box(sampler.next_batch()).size as u64;
    }
    Ok(Done {
        count,
        seconds: start.elapsed().as_secs_f64(),
        bytes_written: None,
        threads: all_threads(),
    })
}

/// Solves every puzzle on one core.
fn solved(sources: &Sources) -> Result<Done, CliError> {
    let corpus = hrm_corpus::of_source(sources, "sudoku-tdoku")?;
    let pool = corpus.sets.iter().filter(|set| set.name.contains("pool"));
    let questions: Vec<&Grid> = pool
        .flat_map(|set| &set.entries)
        .filter_map(|entry| match &entry.puzzle {
            Puzzle::Sudoku { question, .. } => Some(question),
            Puzzle::Maze { .. } | Puzzle::Arc(_) => None,
        })
        .collect();
    let start = Instant::now();
    let unique = questions
        .iter()
        .filter(|question| matches!(sudoku::solve(question).solutions, Solutions::Unique(_)))
        .count();
    let seconds = start.elapsed().as_secs_f64();
    if unique != questions.len() || unique == 0 {
        let message = format!("{unique} of {} puzzles have one solution", questions.len());
        return Err(CliError::new(Exit::Internal, message));
    }
    Ok(Done {
        count: unique as u64,
        seconds,
        bytes_written: None,
        threads: 1,
    })
}

/// Generates mazes like those of Maze-Hard, each on one core.
fn generated() -> Result<Done, CliError> {
    let options = MazeOptions {
        rows: 30,
        cols: 30,
        wall_probability: (0.3, 0.5),
        min_path: 110,
    };
    let start = Instant::now();
    (0..MAZES)
        .into_par_iter()
        .try_for_each(|number| {
            let mut rng = stream(0, "bench/mazes", number);
            maze::generate(&options, &mut rng, MAZE_TRIES).map(|maze| drop(black_box(maze)))
        })
        .map_err(|error| CliError::new(Exit::Internal, error.to_string()))?;
    Ok(Done {
        count: MAZES,
        seconds: start.elapsed().as_secs_f64(),
        bytes_written: None,
        threads: all_threads(),
    })
}
