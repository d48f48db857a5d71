//! What can be wrong with predictions.

use super::TEST_INPUTS_MAX;
use thiserror::Error;

/// Predictions that cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VoteError {
    /// A task with more test inputs than the scores can be exact for.
    #[error("task `{task}` has {found} test inputs: at most {TEST_INPUTS_MAX} can be scored")]
    TooManyTestInputs {
        /// The task.
        task: String,
        /// Its test inputs.
        found: usize,
    },
    /// Two tasks of one name, whose predictions cannot be told apart.
    #[error("two evaluation tasks are named `{0}`: leave one of them out")]
    RepeatedTask(String),
    /// A prediction for a task that is not evaluated.
    #[error(
        "row {row}: task `{task}` is not among the evaluation tasks; were the predictions made for another dataset?"
    )]
    UnknownTask {
        /// The row of the prediction.
        row: usize,
        /// The task.
        task: String,
    },
    /// A prediction whose input is none of the task's test inputs.
    #[error(
        "row {row}: without its augmentation, the input is no test input of task `{task}`; were the predictions made for another dataset?"
    )]
    UnknownInput {
        /// The row of the prediction.
        row: usize,
        /// The task.
        task: String,
    },
    /// A halting logit that cannot be compared.
    #[error(
        "row {row}: the halting logit of a prediction for task `{task}` is not a number; the model has diverged"
    )]
    NotANumber {
        /// The row of the prediction.
        row: usize,
        /// The task.
        task: String,
    },
    /// A row that was added more than once.
    #[error(
        "row {row}: more than one prediction for task `{task}` has this row; each row votes once"
    )]
    RepeatedRow {
        /// The row of the predictions.
        row: usize,
        /// The task.
        task: String,
    },
    /// Votes that were collected for different tasks.
    #[error("votes for different evaluation tasks cannot be merged")]
    OtherTasks,
}
