//! What can be wrong with a file of tasks, and where.

use crate::task::TaskContentError;
use std::fmt;
use thiserror::Error;

/// A file of tasks that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaskError {
    /// Text that is not JSON, or not the JSON of a task.
    #[error("{place}: {reason}")]
    Json {
        /// Where in the task.
        place: Box<Place>,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A task that breaks a rule of its own.
    #[error("task `{task}`: {error}")]
    Content {
        /// The task.
        task: String,
        /// The rule.
        error: TaskContentError,
    },
    /// A task whose solutions do not fit its test inputs.
    #[error(
        "task `{task}`: {inputs} test inputs in the challenges, {outputs} outputs in the solutions"
    )]
    Solutions {
        /// The task.
        task: String,
        /// Test inputs in the challenges.
        inputs: usize,
        /// Outputs in the solutions.
        outputs: usize,
    },
}

/// A place in a file of tasks, as exactly as it is known. Pairs, rows and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The task's name; nothing where the file of tasks as a whole is wrong.
    pub task: Option<String>,
    /// `train` or `test`, or another key of the task.
    pub list: Option<String>,
    /// The pair.
    pub pair: Option<usize>,
    /// `input` or `output`.
    pub grid: Option<String>,
    /// The row of the grid.
    pub row: Option<usize>,
    /// The column of the grid.
    pub col: Option<usize>,
}

/// ``task `00576224`, train pair 2, input, row 3, column 4``.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.task {
            Some(task) => write!(f, "task `{task}`")?,
            None => f.write_str("file of tasks")?,
        }
        if let Some(list) = &self.list {
            write!(f, ", {list}")?;
        }
        if let Some(pair) = self.pair {
            write!(f, " pair {pair}")?;
        }
        if let Some(grid) = &self.grid {
            write!(f, ", {grid}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(col) = self.col {
            write!(f, ", column {col}")?;
        }
        Ok(())
    }
}
