//! Puzzles from files of rows.

use crate::CorpusError;
use hrm_audit::{Entry, Place, Puzzle, PuzzleSet};
use hrm_dataset::{DatasetError, PuzzleDescription, RowColumns, RowTable};
use hrm_puzzle::maze::Maze;
use hrm_puzzle::sudoku::{Grid, Shape};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::Path;

/// The puzzles of a CSV or Parquet file with the columns `question`, `answer` and, where there is one,
/// `rating`. `path` is for messages. The first row says what puzzles they are: mazes have a
/// start `S`, Sudoku have none.
pub(crate) fn entries(path: &Path, bytes: Vec<u8>) -> Result<Vec<Entry>, CorpusError> {
    let table = RowTable::parse(path, bytes)?;
    if table.rows() == 0 {
        return Ok(Vec::new());
    }
    let kind = kind(&table).map_err(|reason| row_error(&table, 0, reason, 0))?;
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
        Some((row, reason)) => Err(row_error(&table, row, reason, bad - 1)),
    }
}

fn row_error(table: &RowTable, row: usize, reason: String, more: usize) -> CorpusError {
    let error = DatasetError::Row {
        path: table.path().to_path_buf(),
        line: table.line(row),
        reason,
        more,
    };
    error.into()
}

/// The kind and size of the first row's puzzle.
fn kind(table: &RowTable) -> Result<PuzzleDescription, String> {
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

fn entry(table: &RowTable, row: usize, kind: PuzzleDescription) -> Result<Entry, String> {
    let text = table.row(row);
    let question = text.question.ok_or("`question` is empty")?;
    let answer = text.answer.ok_or("`answer` is empty")?;
    Ok(Entry {
        place: Place::Line(table.line(row)),
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

/// The columns of a set, with its dataset's name as `source`; nothing where it has ARC tasks.
pub fn columns(set: &PuzzleSet) -> Option<RowColumns> {
    let mut columns = RowColumns::default();
    for entry in &set.entries {
        let (question, answer) = match &entry.puzzle {
            Puzzle::Sudoku { question, answer } => (question.to_string(), answer.to_string()),
            Puzzle::Maze { question, answer } => (question.to_string(), answer.to_string()),
            Puzzle::Arc(_) => return None,
        };
        columns.source.push(set.dataset.clone());
        columns.question.push(question);
        columns.answer.push(answer);
        columns.rating.push(entry.difficulty);
    }
    Some(columns)
}

/// The columns as a CSV file.
pub fn csv(columns: &RowColumns) -> String {
    let mut text = "source,question,answer,rating\n".to_owned();
    let RowColumns {
        source,
        question,
        answer,
        rating,
    } = columns;
    let rows = source.iter().zip(question).zip(answer).zip(rating);
    for (((source, question), answer), rating) in rows {
        let source = quoted(source);
        let rating = rating.map_or_else(String::new, |rating| rating.to_string());
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{source},{question},{answer},{rating}");
    }
    text
}

/// A cell that may hold anything, by RFC 4180.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
