//! Random mazes with a long shortest path.

use super::flood::{Flood, Word};
use super::path::mark;
use super::{COLS_MAX, Cell, Maze, MazeError, shortest_path};
use rand::Rng;

/// What mazes to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct MazeOptions {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub cols: usize,
    /// Bounds of the wall probability; each draw has its own, uniform within them.
    pub wall_probability: (f64, f64),
    /// Steps that the shortest path must have at least.
    pub min_path: usize,
}

impl MazeOptions {
    fn check(&self) -> Result<(), MazeError> {
        let &Self {
            rows,
            cols,
            wall_probability: (low, high),
            ..
        } = self;
        if rows.max(cols) > COLS_MAX || rows * cols < 2 {
            return Err(MazeError::Size { rows, cols });
        }
        if 0.0 <= low && low <= high && high <= 1.0 {
            Ok(())
        } else {
            Err(MazeError::WallProbability { low, high })
        }
    }
}

/// A maze with its labelled shortest path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledMaze {
    /// The maze.
    pub question: Maze,
    /// The maze with the path marked.
    pub answer: Maze,
    /// Steps of the path.
    pub path_steps: usize,
}

/// Generates one maze.
///
/// A draw takes a wall probability, two different cells as start and goal, and makes each other
/// cell a wall independently. It is kept if the goal can be reached and not in fewer than
/// `min_path` steps. Hard mazes (30×30, probabilities 0.3 to 0.5, 109 steps) take about 55,000 draws.
///
/// # Errors
/// If the options are impossible, or none of `max_tries` draws could be kept.
pub fn generate(
    options: &MazeOptions,
    rng: &mut impl Rng,
    max_tries: u32,
) -> Result<LabelledMaze, MazeError> {
    options.check()?;
    match options.cols {
        0..=32 => search::<u32>(options, rng, max_tries),
        33..=64 => search::<u64>(options, rng, max_tries),
        _ => search::<u128>(options, rng, max_tries),
    }
    .ok_or(MazeError::TriesExhausted {
        min_path: options.min_path,
        tries: max_tries,
    })
}

fn search<W: Word>(
    options: &MazeOptions,
    rng: &mut impl Rng,
    max_tries: u32,
) -> Option<LabelledMaze> {
    let mut flood = Flood::<W>::new(options.rows, options.cols);
    (0..max_tries).find_map(|_| {
        let (start, goal) = draw(options, &mut flood, rng);
        flood
            .is_at_least(start, goal, options.min_path)
            .then(|| keep(options, &flood, start, goal))
            .flatten()
    })
}

/// Draws the walls, the start and the goal.
fn draw<W: Word>(
    options: &MazeOptions,
    flood: &mut Flood<W>,
    rng: &mut impl Rng,
) -> (usize, usize) {
    let cells = options.rows * options.cols;
    let (low, high) = options.wall_probability;
    let probability = low + (high - low) * rng.random::<f64>();
    let start = rng.random_range(0..cells);
    let goal = (start + rng.random_range(1..cells)) % cells;
    // A cast to an integer saturates: a probability of 1 leaves an open cell in 2³².
    flood.draw((probability * 2f64.powi(32)) as u32, rng);
    flood.carve(start);
    flood.carve(goal);
    (start, goal)
}

fn keep<W: Word>(
    options: &MazeOptions,
    flood: &Flood<W>,
    start: usize,
    goal: usize,
) -> Option<LabelledMaze> {
    let cell = |index: usize| match index {
        _ if index == start => Cell::Start,
        _ if index == goal => Cell::Goal,
        _ if flood.is_open(index) => Cell::Open,
        _ => Cell::Wall,
    };
    let cells = (0..options.rows * options.cols).map(cell).collect();
    let question = Maze::from_parts(options.rows, options.cols, cells);
    let path = shortest_path(&question)?;
    Some(LabelledMaze {
        answer: mark(&question, &path),
        path_steps: path.len() - 1,
        question,
    })
}
