//! Puzzles whose answer is wrong.

use crate::Puzzle;
use hrm_puzzle::maze::{Cell, PathCheck, check_path};
use hrm_puzzle::sudoku::{Solutions, solve};
use serde::Serialize;
use thiserror::Error;

/// What is wrong with a puzzle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The answer breaks a rule or a given.
    #[error("the answer does not solve the question")]
    NoSolution,
    /// There are other answers.
    #[error("the question has more than one solution")]
    Ambiguous,
    /// The question has cells of a path.
    #[error("the question already has a path")]
    PathInQuestion,
    /// The answer is not the question with one path.
    #[error("the answer is not the question with one path from S to G")]
    NoPath,
    /// The answer's path can be shortened.
    #[error("the answer's path is not a shortest one")]
    LongPath,
}

impl Puzzle {
    /// What is wrong with the answer. Nothing can be told of ARC tasks, whose rule is not known.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Sudoku { question, answer } => {
                if !answer.is_solution_of(question) {
                    return Some(Fault::NoSolution);
                }
                let only = matches!(solve(question).solutions, Solutions::Unique(_));
                (!only).then_some(Fault::Ambiguous)
            }
            Self::Maze { question, .. } if question.cells().contains(&Cell::Path) => {
                Some(Fault::PathInQuestion)
            }
            Self::Maze { question, answer } => match check_path(question, answer) {
                PathCheck::Shortest { .. } => None,
                PathCheck::Valid { .. } => Some(Fault::LongPath),
                PathCheck::Invalid => Some(Fault::NoPath),
            },
            Self::Arc(_) => None,
        }
    }
}
