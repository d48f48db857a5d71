//! Rows that refuse a file, and the words for it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "allowed in tests; their helpers do not count as such, and no file uses all of them"
)]

mod common;

use common::{boxes, row};
use hrm_score::{Kind, PredictionRow, score_predictions};

const SUDOKU: [&str; 2] = [".42...3.....21.3", "3421123443122143"];
const MAZE: [&str; 2] = ["S G#     ", "SoG#     "];

/// What is said of a row that follows a good one.
fn refusal<T: hrm_score::Cells + Clone>(kind: Kind, good: [T; 2], bad: PredictionRow<T>) -> String {
    let [question, answer] = good;
    let good = row(question, answer.clone(), answer);
    score_predictions(kind, [good, bad])
        .unwrap_err()
        .to_string()
}

#[test]
fn malformed_sudoku_text_names_row_part_and_cell() {
    let [question, answer] = SUDOKU;
    for (bad, expected) in [
        (
            row("....", answer, answer),
            "row 2: the question is not a grid: a 4×4 grid has 16 cells, found 4",
        ),
        (
            row(question, "5421123443122143", answer),
            "row 2: the answer is not a grid: row 1, column 1: `5` is not a cell of a 4×4 grid \
             (`.` or `0` is blank, digits are `1` to `4`)",
        ),
        (
            row(question, answer, "342112344312214"),
            "row 2: the prediction is not a grid: a 4×4 grid has 16 cells, found 15; \
             leave it empty if the puzzle was not answered",
        ),
        (
            row(question, answer, "34211234431221x3"),
            "row 2: the prediction is not a grid: row 4, column 3: `x` is not a cell of a 4×4 grid \
             (`.` or `0` is blank, digits are `1` to `4`); leave it empty if the puzzle was not answered",
        ),
        (
            row(question, question, answer),
            "row 2: the answer does not solve the question: \
             it must be a complete grid that keeps the rules and the givens",
        ),
    ] {
        assert_eq!(refusal(boxes(2, 2), SUDOKU, bad), expected);
    }
}

#[test]
fn malformed_maze_text_names_row_part_and_cell() {
    let [question, answer] = MAZE;
    let kind = Kind::Maze { rows: 3, cols: 3 };
    let unsolved = "row 2: the answer does not solve the question: \
                    it must be the question, which has no marks, with a shortest path marked";
    for (bad, expected) in [
        (
            row("S G", answer, answer),
            "row 2: the question is not a maze: a 3×3 maze has 9 cells, found 3",
        ),
        (
            row(question, answer, "SoG#    1"),
            "row 2: the prediction is not a maze: row 3, column 3: `1` is not a cell of a maze \
             (`#` wall, space open, `S` start, `G` goal, `o` path); \
             leave it empty if the puzzle was not answered",
        ),
        (row(question, "S G#     ", answer), unsolved),
        (row("SoG#     ", answer, answer), unsolved),
        (row("S G      ", "S Gooo   ", answer), unsolved),
    ] {
        assert_eq!(refusal(kind, MAZE, bad), expected);
    }
}

#[test]
fn malformed_tokens_name_row_part_and_cell() {
    let maze: [&[u8]; 2] = [&[3, 2, 4, 1], &[3, 5, 4, 1]];
    let kind = Kind::Maze { rows: 1, cols: 4 };
    let table = "(1 is `#`, 2 a space, 3 `S`, 4 `G`, 5 `o`; only a prediction can have padding, 0)";
    for (bad, expected) in [
        (
            row(maze[0], maze[1], &[3, 5, 4, 6]),
            format!("row 2: the prediction is not a maze: cell 4 has token 6 {table}"),
        ),
        (
            row(&[3, 2, 4, 0], maze[1], maze[1]),
            format!("row 2: the question is not a maze: cell 4 has token 0 {table}"),
        ),
        (
            row(maze[0], &maze[1][..3], maze[1]),
            "row 2: the answer is not a maze: a 1×4 maze has 4 cells, found 3".into(),
        ),
    ] {
        assert_eq!(refusal(kind, maze, bad), expected);
    }
    let sudoku = SUDOKU.map(|text| {
        let digit = |symbol: char| symbol.to_digit(10).map_or(1, |digit| digit as u8 + 1);
        text.chars().map(digit).collect::<Vec<u8>>()
    });
    let [question, answer] = [sudoku[0].as_slice(), sudoku[1].as_slice()];
    let mut unknown = sudoku[1].clone();
    unknown[6] = 6;
    assert_eq!(
        refusal(
            boxes(2, 2),
            [question, answer],
            row(question, answer, &unknown)
        ),
        "row 2: the prediction is not a grid: row 2, column 3: 5 is not a digit of a 4×4 grid \
         (0 is blank, digits are 1 to 4); leave it empty if the puzzle was not answered"
    );
}

#[test]
fn sizes_beyond_all_text_are_refused() {
    let kind = Kind::Maze {
        rows: usize::MAX,
        cols: 2,
    };
    assert!(score_predictions(kind, [row("S G", "SoG", "")]).is_err());
    assert!(score_predictions(kind, [row([3u8].as_slice(), &[3], &[])]).is_err());
}
