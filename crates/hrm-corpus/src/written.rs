//! Puzzles as files of rows, for other programs. Such a file has the columns `source` (the dataset's
//! name), `question`, `answer` and `rating`.

use crate::CorpusError;
use hrm_audit::{Puzzle, PuzzleSet};
use polars::prelude::{
    DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, PolarsResult, Series,
};
use std::fmt::Write as _;
use std::path::Path;

/// Questions, answers and ratings of a set.
struct Columns {
    questions: Vec<String>,
    answers: Vec<String>,
    ratings: Vec<Option<u32>>,
}

impl Columns {
    /// Nothing where the set has ARC tasks, which are no rows.
    fn of(set: &PuzzleSet) -> Option<Self> {
        let texts = set.entries.iter().map(|entry| match &entry.puzzle {
            Puzzle::Sudoku { question, answer } => Some((question.to_string(), answer.to_string())),
            Puzzle::Maze { question, answer } => Some((question.to_string(), answer.to_string())),
            Puzzle::Arc(_) => None,
        });
        let (questions, answers) = texts.collect::<Option<Vec<_>>>()?.into_iter().unzip();
        let ratings = set.entries.iter().map(|entry| entry.difficulty);
        Some(Self {
            questions,
            answers,
            ratings: ratings.collect(),
        })
    }
}

/// A set as a CSV file; nothing where it has ARC tasks.
pub fn csv(set: &PuzzleSet) -> Option<String> {
    let columns = Columns::of(set)?;
    let mut text = "source,question,answer,rating\n".to_owned();
    let source = quoted(&set.dataset);
    let rows = columns.questions.iter().zip(&columns.answers);
    for ((question, answer), rating) in rows.zip(&columns.ratings) {
        let rating = rating.map_or_else(String::new, |rating| rating.to_string());
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{source},{question},{answer},{rating}");
    }
    Some(text)
}

/// A set as a Parquet file, compressed by Snappy, which every reader knows; nothing where it has ARC
/// tasks. `path` is the file that errors name.
///
/// # Errors
/// Where polars refuses.
pub fn parquet(set: &PuzzleSet, path: &Path) -> Result<Option<Vec<u8>>, CorpusError> {
    let Some(columns) = Columns::of(set) else {
        return Ok(None);
    };
    let bytes = parquet_bytes(&set.dataset, columns);
    bytes.map(Some).map_err(|error| CorpusError::Unwritten {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })
}

fn parquet_bytes(source: &str, columns: Columns) -> PolarsResult<Vec<u8>> {
    let rows = columns.questions.len();
    let columns = vec![
        Series::new("source".into(), vec![source; rows]).into_column(),
        Series::new("question".into(), columns.questions).into_column(),
        Series::new("answer".into(), columns.answers).into_column(),
        Series::new("rating".into(), columns.ratings).into_column(),
    ];
    let mut frame = DataFrame::new(rows, columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Snappy)
        .finish(&mut frame)?;
    Ok(bytes)
}

/// A cell that may hold anything, by RFC 4180.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_audit::{Entry, Place};
    use hrm_config::Split;
    use hrm_puzzle::sudoku::{Grid, Shape};
    use polars::prelude::{ParquetReader, SerReader};
    use std::io::Cursor;

    fn set() -> PuzzleSet {
        let grid = |text| Grid::parse(Shape::new(2, 2).unwrap(), text).unwrap();
        let entry = |difficulty| Entry {
            place: Place::Group(0),
            difficulty,
            puzzle: Puzzle::Sudoku {
                question: grid("1234341221434..."),
                answer: grid("1234341221434321"),
            },
        };
        PuzzleSet {
            dataset: "a \"b\"".to_owned(),
            name: "train.csv".to_owned(),
            split: Split::Train,
            entries: vec![entry(Some(3)), entry(None)],
        }
    }

    #[test]
    fn both_formats_say_the_same() {
        let text = csv(&set()).unwrap();
        let cell = "\"a \"\"b\"\"\",1234341221434...,1234341221434321,";
        assert_eq!(
            text,
            format!("source,question,answer,rating\n{cell}3\n{cell}\n")
        );

        let bytes = parquet(&set(), Path::new("x")).unwrap().unwrap();
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
        let names = frame.get_column_names();
        assert_eq!(names, ["source", "question", "answer", "rating"]);
        let text = |name: &str| frame.column(name).unwrap().str().unwrap().clone();
        assert_eq!(text("source").get(1), Some("a \"b\""));
        assert_eq!(text("question").get(0), Some("1234341221434..."));
        let ratings = frame.column("rating").unwrap().u32().unwrap();
        assert_eq!(ratings.iter().collect::<Vec<_>>(), [Some(3), None]);
    }
}
