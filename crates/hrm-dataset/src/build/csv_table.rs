//! The columns of a CSV file.

use crate::DatasetError;
use polars::prelude::{
    CsvReadOptions, DataFrame, PolarsError, PolarsResult, SerReader, StringChunked,
};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The first bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

/// The text columns of a file of puzzles.
pub struct CsvTable {
    path: PathBuf,
    questions: StringChunked,
    answers: StringChunked,
    ratings: Option<StringChunked>,
}

/// The text of one row; `None` where a cell is empty.
pub struct CsvRow<'a> {
    /// What is asked.
    pub question: Option<&'a str>,
    /// The right answer.
    pub answer: Option<&'a str>,
    /// Difficulty, where the file has it.
    pub rating: Option<&'a str>,
}

impl CsvTable {
    /// Reads the columns `question`, `answer` and, where there is one, `rating`.
    ///
    /// # Errors
    /// Where the file cannot be read, is no CSV or lacks a column; the error names it.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let bytes = std::fs::read(path).map_err(DatasetError::io("read", path))?;
        Self::parse(path, bytes)
    }

    /// The same from a file's bytes. `path` is the file that errors name.
    ///
    /// # Errors
    /// Where they are no CSV or lack a column.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, DatasetError> {
        let malformed = |reason: String| DatasetError::malformed(path, reason);
        // Polars ends the process at some damaged Parquet files, so that none is read.
        if bytes.starts_with(PARQUET) {
            let reason = "a Parquet file, which is written here but not read; convert it to CSV, \
                          for example by `pandas.read_parquet(FILE).to_csv(…, index=False)`";
            return Err(malformed(reason.to_owned()));
        }
        let frame = read_frame(bytes).map_err(|error| malformed(not_csv(&error)))?;
        let column = |name: &str| {
            let column = frame.column(name).map_err(|_| {
                let found: Vec<_> = frame
                    .get_column_names()
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect();
                malformed(format!(
                    "no column `{name}`; the columns are {}",
                    found.join(", ")
                ))
            })?;
            column
                .str()
                .cloned()
                .map_err(|error| malformed(error.to_string()))
        };
        let has_rating = frame
            .get_column_names()
            .iter()
            .any(|name| name.as_str() == "rating");
        Ok(Self {
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
    pub fn row(&self, index: usize) -> CsvRow<'_> {
        CsvRow {
            question: self.questions.get(index),
            answer: self.answers.get(index),
            rating: self.ratings.as_ref().and_then(|ratings| ratings.get(index)),
        }
    }
}

/// Reads all columns as text: a leading `.` or `0` of a puzzle must not make it a number.
fn read_frame(bytes: Vec<u8>) -> PolarsResult<DataFrame> {
    CsvReadOptions::default()
        .with_has_header(true)
        .with_infer_schema_length(Some(0))
        .with_rechunk(true)
        .into_reader_with_file_handle(Cursor::new(bytes))
        .finish()
}

/// The first line of the error; the others advise on options of polars.
fn not_csv(error: &PolarsError) -> String {
    let error = error.to_string();
    let first = error.lines().next().unwrap_or_default();
    format!("not well-formed CSV ({first}); every row needs as many cells as the header")
}
