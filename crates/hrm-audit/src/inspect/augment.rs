//! One puzzle beside augmentations of it.

use super::example::sudoku_panel;
use super::{Board, Example, Panel};
use crate::{Entry, Puzzle};
use hrm_arc::{Augmentation, Task, augmentations};
use hrm_puzzle::maze::{Maze, label, symmetries, transform};
use hrm_puzzle::sudoku::{Grid, Symmetry};
use hrm_random::stream;

/// Augmentations that stand beside the original.
const AUGMENTATIONS: usize = 3;

/// The seed of the augmentations shown.
const SEED: u64 = 0;

/// The puzzle and some of its augmentations; nothing for a maze without a path.
pub(super) fn augmented(entry: &Entry) -> Option<Example> {
    let rows = match &entry.puzzle {
        Puzzle::Sudoku { question, answer } => sudoku(question, answer),
        Puzzle::Maze { question, .. } => vec![maze(question)?],
        Puzzle::Arc(task) => arc(task),
    };
    Some(Example {
        title: format!("{} and augmentations of it", entry.place),
        rows,
    })
}

/// The questions in one row, the answers in the next.
fn sudoku(question: &Grid, answer: &Grid) -> Vec<Vec<Panel>> {
    let mut symmetries = vec![Symmetry::identity(question.shape())];
    let mut draws = stream(SEED, "inspect/augmentations", 0);
    let more = (0..AUGMENTATIONS).map(|_| Symmetry::random(question.shape(), &mut draws));
    symmetries.extend(more);
    let row = |grid: &Grid| -> Vec<Panel> {
        let panel = |(number, symmetry): (usize, &Symmetry)| {
            let givens = symmetry.apply(question);
            sudoku_panel(&caption(number), &symmetry.apply(grid), &givens)
        };
        symmetries.iter().enumerate().map(panel).collect()
    };
    vec![row(question), row(answer)]
}

/// Rotations and reflections, each solved again, as the label rule demands.
fn maze(question: &Maze) -> Option<Vec<Panel>> {
    let symmetries = symmetries(question.rows(), question.cols());
    let panel = |(number, &symmetry): (usize, &u8)| {
        let answer = label(&transform(question, symmetry))?;
        Some(Panel::new(caption(number), Board::Maze(answer)))
    };
    let shown = symmetries.iter().take(1 + AUGMENTATIONS).enumerate();
    shown.map(panel).collect()
}

/// The inputs of the first demonstration in one row, the outputs in the next.
fn arc(task: &Task) -> Vec<Vec<Panel>> {
    let augmentations = augmentations(SEED, task, AUGMENTATIONS);
    let row = |grid: &hrm_arc::Grid| -> Vec<Panel> {
        let panel = |(number, augmentation): (usize, &Augmentation)| {
            Panel::new(caption(number), Board::Arc(augmentation.apply(grid)))
        };
        augmentations.iter().enumerate().map(panel).collect()
    };
    let pair = task.train().first();
    pair.map_or_else(Vec::new, |pair| vec![row(&pair.input), row(&pair.output)])
}

fn caption(number: usize) -> String {
    match number {
        0 => "original".to_owned(),
        number => format!("augmentation {number}"),
    }
}
