//! Puzzles from files of rows.

use crate::CorpusError;
use hrm_audit::{Entry, Place, Puzzle};
use hrm_dataset::{CsvTable, DatasetError, PuzzleDescription};
use hrm_puzzle::maze::Maze;
use hrm_puzzle::sudoku::{Grid, Shape};
use rayon::prelude::*;
use std::path::Path;

/// The puzzles of a CSV file with the columns `question`, `answer` and, where there is one,
/// `rating`. `path` is for messages. The first row says what puzzles they are: mazes have a
/// start `S`, Sudoku have none.
pub(crate) fn entries(path: &Path, bytes: Vec<u8>) -> Result<Vec<Entry>, CorpusError> {
    let table = CsvTable::parse(path, bytes)?;
    if table.rows() == 0 {
        return Ok(Vec::new());
    }
    let kind = kind(&table).map_err(|reason| row_error(path, 0, reason, 0))?;
    let rows = (0..table.rows()).into_par_iter();
    let parsed: Vec<_> = rows.map(|row| entry(&table, row, kind)).collect();
    let mut entries = Vec::with_capacity(parsed.len());
    let mut first_bad = None;
    let mut bad = 0_usize;
    for (row, parsed) in parsed.into_iter().enumerate() {
        match parsed {
            Ok(entry) => entries.push(entry),
            Err(reason) => {
                bad += 1;
                first_bad.get_or_insert((row, reason));
            }
        }
    }
    match first_bad {
        None => Ok(entries),
        Some((row, reason)) => Err(row_error(path, row, reason, bad - 1)),
    }
}

fn row_error(path: &Path, row: usize, reason: String, more: usize) -> CorpusError {
    let error = DatasetError::Row {
        path: path.to_path_buf(),
        line: line(row),
        reason,
        more,
    };
    error.into()
}

/// The line of a row: lines count from 1, and the first one is the header.
fn line(row: usize) -> usize {
    row + 2
}

/// The kind and size of the first row's puzzle.
fn kind(table: &CsvTable) -> Result<PuzzleDescription, String> {
    let question = table.row(0).question.ok_or("`question` is empty")?;
    let cells = question.chars().count();
    let is_maze = question.contains('S');
    let vocab_size = if is_maze { 6 } else { cells.isqrt() + 2 };
    let candidates = PuzzleDescription::candidates(vocab_size, cells).into_iter();
    let mut wanted = candidates.filter(|kind| match kind {
        PuzzleDescription::Sudoku { .. } => !is_maze,
        PuzzleDescription::Maze { .. } => is_maze,
        PuzzleDescription::Arc | PuzzleDescription::Tokens => false,
    });
    wanted.next().ok_or_else(|| {
        format!(
            "a question of {cells} characters is neither a Sudoku (16, 36, 81 or 256) nor a square maze with a start `S`"
        )
    })
}

fn entry(table: &CsvTable, row: usize, kind: PuzzleDescription) -> Result<Entry, String> {
    let text = table.row(row);
    let question = text.question.ok_or("`question` is empty")?;
    let answer = text.answer.ok_or("`answer` is empty")?;
    Ok(Entry {
        place: Place::Line(line(row)),
        difficulty: text.rating.map(rating).transpose()?,
        puzzle: puzzle(kind, question, answer)?,
    })
}

fn rating(text: &str) -> Result<u32, String> {
    let rating = text.trim().parse();
    rating.map_err(|_| format!("rating `{text}` is not a whole number of 0 or more"))
}

fn puzzle(kind: PuzzleDescription, question: &str, answer: &str) -> Result<Puzzle, String> {
    match kind {
        PuzzleDescription::Sudoku { box_rows, box_cols } => {
            let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
            let grid = |what: &str, text: &str| {
                Grid::parse(shape, text).map_err(|error| format!("the {what} is no grid: {error}"))
            };
            Ok(Puzzle::Sudoku {
                question: grid("question", question)?,
                answer: grid("answer", answer)?,
            })
        }
        PuzzleDescription::Maze { rows, cols } => {
            let maze = |what: &str, text: &str| {
                Maze::parse(rows, cols, text)
                    .map_err(|error| format!("the {what} is no maze: {error}"))
            };
            Ok(Puzzle::Maze {
                question: maze("question", question)?,
                answer: maze("answer", answer)?,
            })
        }
        PuzzleDescription::Arc | PuzzleDescription::Tokens => {
            Err("rows hold Sudoku or mazes".to_owned())
        }
    }
}
