//! `submission.json` of ARC Prize.

use super::{Outcome, Outcomes};
use crate::Grid;
use crate::json::python_json;
use serde::ser::{Serialize, Serializer};

/// Two attempts at one test input.
#[derive(serde::Serialize)]
struct Attempts<'a> {
    attempt_1: &'a Grid,
    attempt_2: &'a Grid,
}

struct Submission<'a> {
    outcomes: &'a Outcomes<'a>,
    /// The attempt at a test input without predictions.
    blank: Grid,
}

impl Outcomes<'_> {
    /// The text of `submission.json`: for each task and test input the two best candidates as
    /// `attempt_1` and `attempt_2`. A single candidate is both; where nothing was predicted, both
    /// are one black cell, so that the list keeps an entry for each test input.
    pub fn submission_json(&self) -> String {
        python_json(&Submission {
            outcomes: self,
            blank: Grid::from_parts(1, 1, vec![0]),
        })
    }
}

impl Serialize for Submission<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let by_task = self.outcomes.by_task.iter();
        serializer.collect_map(by_task.map(|(task, outcomes)| {
            let attempts: Vec<_> = outcomes
                .iter()
                .map(|outcome| self.attempts(outcome))
                .collect();
            (task, attempts)
        }))
    }
}

impl Submission<'_> {
    fn attempts<'a>(&'a self, outcome: &Outcome<'a>) -> Attempts<'a> {
        let mut grids = outcome.candidates.iter().map(|candidate| candidate.grid);
        let attempt_1 = grids.next().unwrap_or(&self.blank);
        let attempt_2 = grids.next().unwrap_or(attempt_1);
        Attempts {
            attempt_1,
            attempt_2,
        }
    }
}
