//! A task: demonstrations of a rule, and inputs to apply it to.

use crate::{Convention, Grid};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An input and the output that the task's rule makes of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// What is given.
    pub input: Grid,
    /// What is wanted.
    pub output: Grid,
}

/// Which of its two lists of pairs a task's file has first.
///
/// Tasks mean the same either way, but the published builders keep this order: it is the order of
/// a puzzle's examples, and it moves their random draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PairOrder {
    /// `train`, then `test`.
    #[default]
    TrainFirst,
    /// `test`, then `train`.
    TestFirst,
}

/// A named task with at least one demonstration pair and at least one test pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    name: String,
    train: Vec<Pair>,
    test: Vec<Pair>,
    order: PairOrder,
}

/// Parts that do not make a task.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaskContentError {
    /// A name that a dataset could not tell from that of an augmented task.
    #[error("`{0}` cannot be a task's name: it is empty or reads like the name of an augmentation")]
    Name(String),
    /// No demonstration pairs.
    #[error("`train` is empty: a task has at least one demonstration pair")]
    NoTrain,
    /// No test pairs.
    #[error("`test` is empty: a task has at least one test pair")]
    NoTest,
}

impl Task {
    /// A task of the given pairs.
    ///
    /// # Errors
    /// If a list of pairs is empty, or the name is empty or would read as an augmented one.
    pub fn new(
        name: impl Into<String>,
        train: Vec<Pair>,
        test: Vec<Pair>,
        order: PairOrder,
    ) -> Result<Self, TaskContentError> {
        let name = name.into();
        let plain = |convention: Convention| {
            convention
                .parse_name(&name)
                .is_ok_and(|(task, _)| task == name)
        };
        if name.is_empty() || !plain(Convention::Hrm) || !plain(Convention::Trm) {
            return Err(TaskContentError::Name(name));
        }
        if train.is_empty() {
            return Err(TaskContentError::NoTrain);
        }
        if test.is_empty() {
            return Err(TaskContentError::NoTest);
        }
        Ok(Self {
            name,
            train,
            test,
            order,
        })
    }

    /// The task's name: eight hexadecimal digits in ARC-AGI.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The demonstration pairs.
    pub fn train(&self) -> &[Pair] {
        &self.train
    }

    /// The test pairs.
    pub fn test(&self) -> &[Pair] {
        &self.test
    }

    /// Which list of pairs comes first in the task's file.
    pub fn order(&self) -> PairOrder {
        self.order
    }

    /// All pairs, in the order of the task's file.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> + Clone {
        let (first, second) = match self.order {
            PairOrder::TrainFirst => (&self.train, &self.test),
            PairOrder::TestFirst => (&self.test, &self.train),
        };
        first.iter().chain(second)
    }
}
