//! One puzzle as a grid of cells, as it stands after a segment.

use crate::{PuzzleTrace, PuzzleView};
use maud::{Markup, html};

/// How the tokens of a kind of puzzle look: text and style class, by token. The page's script
/// gets the same table, so that both show a token alike.
pub(crate) struct Alphabet {
    /// Text in the cell.
    pub(crate) glyphs: Vec<String>,
    /// Style class of the cell, empty for none.
    pub(crate) classes: Vec<&'static str>,
}

/// The alphabet of a puzzle.
pub(crate) fn alphabet(puzzle: PuzzleView) -> Alphabet {
    match puzzle {
        PuzzleView::Sudoku { .. } => {
            let digit = |token: u16| {
                if token < 2 {
                    String::new()
                } else {
                    (token - 1).to_string()
                }
            };
            Alphabet {
                glyphs: (0..=255).map(digit).collect(),
                classes: vec![""; 256],
            }
        }
        PuzzleView::Maze { .. } => {
            let mut glyphs: Vec<String> = (0..=255).map(|token: u16| token.to_string()).collect();
            let mut classes = vec![""; 256];
            let known = [
                ("", "pad"),
                ("", "wall"),
                ("", "open"),
                ("S", "end"),
                ("G", "end"),
                ("", "path"),
            ];
            for (token, (glyph, class)) in known.into_iter().enumerate() {
                glyphs[token] = glyph.to_owned();
                classes[token] = class;
            }
            Alphabet { glyphs, classes }
        }
        PuzzleView::Tokens { .. } => Alphabet {
            glyphs: (0..=255).map(|token: u16| token.to_string()).collect(),
            classes: vec![""; 256],
        },
    }
}

/// Cells in a row.
pub(crate) fn columns(puzzle: PuzzleView) -> usize {
    match puzzle {
        PuzzleView::Sudoku { box_rows, box_cols } => box_rows.saturating_mul(box_cols),
        PuzzleView::Maze { cols, .. } | PuzzleView::Tokens { cols } => cols,
    }
    .max(1)
}

/// Name of the puzzle and of its grid.
pub(crate) fn name(puzzle: PuzzleView) -> String {
    match puzzle {
        PuzzleView::Sudoku { box_rows, box_cols } => {
            let side = box_rows.saturating_mul(box_cols);
            format!("{side}×{side} Sudoku")
        }
        PuzzleView::Maze { rows, cols } => format!("{rows}×{cols} maze"),
        PuzzleView::Tokens { .. } => "puzzle".to_owned(),
    }
}

/// Style class of the whole board.
pub(crate) const fn kind(puzzle: PuzzleView) -> &'static str {
    match puzzle {
        PuzzleView::Sudoku { .. } => "sudoku",
        PuzzleView::Maze { .. } => "maze",
        PuzzleView::Tokens { .. } => "tokens",
    }
}

/// Whether a cell is part of what the question says. A blank and an open cell are for the model to fill.
pub(crate) fn is_given(puzzle: PuzzleView, question: u8) -> bool {
    match puzzle {
        PuzzleView::Sudoku { .. } => question > 1,
        PuzzleView::Maze { .. } => matches!(question, 1 | 3 | 4),
        PuzzleView::Tokens { .. } => false,
    }
}

/// The cells after the last segment; without any segment, the question.
pub(crate) fn cells(trace: &PuzzleTrace) -> Markup {
    let earlier = trace.predictions.iter().rev().nth(1);
    drawn(
        trace.puzzle,
        &trace.question,
        &trace.answer,
        trace.predictions.last().map(Vec::as_slice),
        earlier.unwrap_or(&trace.question),
    )
}

/// The cells of a final prediction; without one, the question.
pub(crate) fn final_cells(
    puzzle: PuzzleView,
    question: &[u8],
    answer: &[u8],
    prediction: &[u8],
) -> Markup {
    let shown = Some(prediction).filter(|prediction| !prediction.is_empty());
    drawn(puzzle, question, answer, shown, prediction)
}

/// The cells of `shown`, or of the question; marks those that are wrong and those that were others
/// `before`.
fn drawn(
    puzzle: PuzzleView,
    question: &[u8],
    answer: &[u8],
    shown: Option<&[u8]>,
    before: &[u8],
) -> Markup {
    let alphabet = alphabet(puzzle);
    html! {
        @for (cell, asked) in question.iter().enumerate() {
            @let token = shown.map_or(Some(asked), |tokens| tokens.get(cell)).copied().unwrap_or(0);
            @let wrong = shown.is_some() && answer.get(cell) != Some(&token);
            @let changed = shown.is_some() && before.get(cell) != Some(&token);
            i class=(cell_classes(puzzle, cell, *asked, alphabet.classes[usize::from(token)], wrong, changed)) {
                (alphabet.glyphs[usize::from(token)])
            }
        }
    }
}

fn cell_classes(
    puzzle: PuzzleView,
    cell: usize,
    question: u8,
    token: &str,
    wrong: bool,
    changed: bool,
) -> String {
    let mut classes = vec![];
    if let PuzzleView::Sudoku { box_rows, box_cols } = puzzle {
        let (row, column) = (cell / columns(puzzle), cell % columns(puzzle));
        let starts =
            |index: usize, size: usize| index > 0 && size > 0 && index.is_multiple_of(size);
        classes.extend(starts(column, box_cols).then_some("box-left"));
        classes.extend(starts(row, box_rows).then_some("box-top"));
    }
    classes.extend(is_given(puzzle, question).then_some("given"));
    classes.extend((!token.is_empty()).then_some(token));
    classes.extend(wrong.then_some("wrong"));
    classes.extend(changed.then_some("changed"));
    classes.join(" ")
}
