//! `hrm score`: scores of predictions, one file for each kind of source.

mod arc;
mod evaluation;
mod record;
mod table;

use crate::cli::Score;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_config::PuzzleKind;
use hrm_predictions::Scores;
use std::path::Path;

pub(super) fn score(args: &Score, state: &Path) -> Result<Exit, CliError> {
    match args {
        Score::Arc(args) => arc::score(args, state),
        Score::Sudoku(args) => table::score(args, PuzzleKind::Sudoku, state),
        Score::Maze(args) => table::score(args, PuzzleKind::Maze, state),
        Score::Evaluation(args) => evaluation::score(args, state),
    }
}

/// Prints scores for people.
fn print(scores: &Scores) -> Result<(), CliError> {
    let text = match scores {
        Scores::Sudoku(scores) => table::sudoku_text(scores),
        Scores::Maze(scores) => table::maze_text(scores),
        Scores::Arc(scores) => arc::text(scores, None),
    };
    output::line(&text)
}

/// Prints scores for scripts.
fn print_json(scores: &Scores) -> Result<(), CliError> {
    match scores {
        Scores::Sudoku(scores) => output::json(&table::sudoku_json(scores)),
        Scores::Maze(scores) => output::json(&table::maze_json(scores)),
        Scores::Arc(scores) => output::json(&arc::json(scores, None)),
    }
}
