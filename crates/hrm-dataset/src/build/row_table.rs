//! The columns of a CSV or Parquet file of puzzles; the one place here that knows polars.

use crate::DatasetError;
use polars::prelude::{
    Column, CsvReadOptions, DataFrame, DataType, IntoColumn, NamedFrom, ParquetCompression,
    ParquetReader, ParquetWriter, PolarsError, PolarsResult, SerReader, Series, StringChunked,
};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The first bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

/// The text columns of a file of puzzles.
pub struct RowTable {
    path: PathBuf,
    /// What the first row is called in messages: the line of a CSV file, whose header is line 1, and
    /// the row of a Parquet file.
    first_line: usize,
    questions: StringChunked,
    answers: StringChunked,
    ratings: Option<StringChunked>,
}

/// The text of one row; `None` where a cell is empty.
pub struct TextRow<'a> {
    /// What is asked.
    pub question: Option<&'a str>,
    /// The right answer.
    pub answer: Option<&'a str>,
    /// Difficulty, where the file has it.
    pub rating: Option<&'a str>,
}

impl RowTable {
    /// Reads the columns `question`, `answer` and, where there is one, `rating`, of a CSV file or, if
    /// it begins like one, of a Parquet file.
    ///
    /// # Errors
    /// Where the file cannot be read, is neither or lacks a column; the error names it.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let bytes = std::fs::read(path).map_err(DatasetError::io("read", path))?;
        Self::parse(path, bytes)
    }

    /// The same from a file's bytes. `path` is the file that errors name.
    ///
    /// # Errors
    /// Where they are neither CSV nor Parquet, or lack a column.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, DatasetError> {
        let malformed = |reason: String| DatasetError::malformed(path, reason);
        let is_parquet = bytes.starts_with(PARQUET);
        let frame = if is_parquet {
            read_parquet(bytes).map_err(|error| malformed(not_parquet(&error)))?
        } else {
            read_csv(bytes).map_err(|error| malformed(not_csv(&error)))?
        };
        let column = |name: &str| text_column(&frame, name).map_err(&malformed);
        let has_rating = frame
            .get_column_names()
            .iter()
            .any(|name| name.as_str() == "rating");
        Ok(Self {
            first_line: if is_parquet { 1 } else { 2 },
            questions: column("question")?,
            answers: column("answer")?,
            ratings: if has_rating {
                Some(column("rating")?)
            } else {
                None
            },
            path: path.to_path_buf(),
        })
    }

    /// What the row is called in messages: the line of a CSV file, whose header is line 1; the row of
    /// a Parquet file, counted from 1.
    pub fn line(&self, row: usize) -> usize {
        self.first_line + row
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Number of rows, without the header.
    pub fn rows(&self) -> usize {
        self.questions.len()
    }

    /// Whether the file has a `rating` column.
    pub fn has_ratings(&self) -> bool {
        self.ratings.is_some()
    }

    /// A row.
    pub fn row(&self, index: usize) -> TextRow<'_> {
        TextRow {
            question: self.questions.get(index),
            answer: self.answers.get(index),
            rating: self.ratings.as_ref().and_then(|ratings| ratings.get(index)),
        }
    }
}

/// A column as text.
fn text_column(frame: &DataFrame, name: &str) -> Result<StringChunked, String> {
    let column = frame.column(name).map_err(|_| {
        let found = frame.get_column_names();
        let found: Vec<_> = found.iter().map(|name| format!("`{name}`")).collect();
        format!("no column `{name}`; the columns are {}", found.join(", "))
    })?;
    let as_text = column.cast(&DataType::String);
    let as_text = as_text.and_then(|column| column.str().cloned());
    as_text.map_err(|error| format!("column `{name}` is no text: {}", first_line(&error)))
}

/// Reads all columns as text: a leading `.` or `0` of a puzzle must not make it a number.
fn read_csv(bytes: Vec<u8>) -> PolarsResult<DataFrame> {
    CsvReadOptions::default()
        .with_has_header(true)
        .with_infer_schema_length(Some(0))
        .with_rechunk(true)
        .into_reader_with_file_handle(Cursor::new(bytes))
        .finish()
}

fn read_parquet(bytes: Vec<u8>) -> PolarsResult<DataFrame> {
    ParquetReader::new(Cursor::new(bytes))
        .set_rechunk(true)
        .finish()
}

/// The first line of the error; the others advise on options of polars.
fn first_line(error: &PolarsError) -> String {
    let error = error.to_string();
    error.lines().next().unwrap_or_default().to_owned()
}

fn not_csv(error: &PolarsError) -> String {
    let first = first_line(error);
    format!("not well-formed CSV ({first}); every row needs as many cells as the header")
}

fn not_parquet(error: &PolarsError) -> String {
    format!(
        "it begins like a Parquet file, but is none ({})",
        first_line(error)
    )
}

/// Columns of puzzles to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowColumns {
    /// Where each puzzle is from.
    pub source: Vec<String>,
    /// What is asked.
    pub question: Vec<String>,
    /// The right answers.
    pub answer: Vec<String>,
    /// Difficulties, where they are known.
    pub rating: Vec<Option<u32>>,
}

impl RowColumns {
    /// A Parquet file of the columns, compressed by Snappy, which every reader knows.
    ///
    /// # Errors
    /// Where the columns differ in length, or polars refuses; `path` is what the error names.
    pub fn parquet(self, path: &Path) -> Result<Vec<u8>, DatasetError> {
        let rows = self.question.len();
        let text = |name: &str, values: Vec<String>| -> Column {
            Series::new(name.into(), values).into_column()
        };
        let columns = vec![
            text("source", self.source),
            text("question", self.question),
            text("answer", self.answer),
            Series::new("rating".into(), self.rating).into_column(),
        ];
        let mut bytes = Vec::new();
        DataFrame::new(rows, columns)
            .and_then(|mut frame| {
                ParquetWriter::new(&mut bytes)
                    .with_compression(ParquetCompression::Snappy)
                    .finish(&mut frame)
            })
            .map_err(|error| DatasetError::malformed(path, first_line(&error)))?;
        Ok(bytes)
    }
}
