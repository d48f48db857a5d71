//! Scores on the benchmark data that may lie beside the project.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "allowed in tests; their helpers do not count as such, and no file uses all of them"
)]

mod common;

use common::{boxes, maze_scores, row, sudoku_scores};
use hrm_puzzle::maze::{Maze, label, transform};
use hrm_score::{PredictionRow, Share};
use std::path::{Path, PathBuf};

fn shared(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(file)
}

/// The rows of a CSV file, predicted right; nothing, with a line that says so, without the file.
fn rows(file: &str) -> Option<Vec<PredictionRow<String>>> {
    let path = shared(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        PredictionRow {
            question: fields[1].to_owned(),
            answer: fields[2].to_owned(),
            prediction: fields[2].to_owned(),
            rating: Some(fields[3].parse().unwrap()),
            source: Some(fields[0].to_owned()),
        }
    };
    Some(text.lines().skip(1).map(row).collect())
}

/// The tokens of a `.npy` file of one byte per cell.
fn tokens(file: &str) -> Vec<u8> {
    let bytes = std::fs::read(shared(file)).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].to_vec()
}

#[test]
fn published_sudoku_answers_are_exact_and_buckets_hold_all() {
    let Some(rows) = rows("datasets/sudoku/test.csv") else {
        return;
    };
    let scores = sudoku_scores(boxes(3, 3), rows);
    let all = Share {
        count: 15_000,
        total: 15_000,
    };
    assert_eq!((scores.all.exact, scores.all.valid), (all, all));
    let totals = scores
        .by_rating
        .iter()
        .map(|bucket| bucket.counts.exact.total);
    // Counted by a script of its own.
    assert_eq!(totals.collect::<Vec<_>>(), [2215, 3385, 4819, 4428, 153]);
}

#[test]
fn swapping_two_digits_keeps_the_rules_and_breaks_the_givens() {
    let Some(mut rows) = rows("datasets/sudoku/test_sudoku_bench.csv") else {
        return;
    };
    for row in &mut rows {
        let swap = |symbol| match symbol {
            '1' => '2',
            '2' => '1',
            other => other,
        };
        row.prediction = row.answer.chars().map(swap).collect();
    }
    let scores = sudoku_scores(boxes(3, 3), rows).all;
    assert_eq!(
        scores.exact,
        Share {
            count: 0,
            total: 100
        }
    );
    assert_eq!(
        scores.rules_kept,
        Share {
            count: 100,
            total: 100
        }
    );
    assert_eq!(
        scores.cells_right,
        Share {
            count: 63 * 100,
            total: 81 * 100
        }
    );
    // No question can leave both digits out and still have one solution.
    assert_eq!(
        scores.givens_kept,
        Share {
            count: 0,
            total: 100
        }
    );
}

/// Solving the maze upside down gives a shortest path too, mostly another one.
#[test]
fn another_shortest_path_of_a_published_maze_is_not_exact() {
    let Some(mut rows) = rows("datasets/maze/test.csv") else {
        return;
    };
    let upside_down = 5;
    let mut same = 0;
    for row in &mut rows {
        let maze = Maze::parse(30, 30, &row.question).unwrap();
        let solved = label(&transform(&maze, upside_down)).unwrap();
        row.prediction = transform(&solved, upside_down).to_string();
        same += u64::from(row.prediction == row.answer);
    }
    let scores = maze_scores(30, 30, rows).all;
    let all = Share {
        count: 1000,
        total: 1000,
    };
    assert_eq!((scores.shortest_path, scores.valid_path), (all, all));
    assert_eq!(
        scores.exact,
        Share {
            count: same,
            total: 1000
        }
    );
    assert!(same < 50, "{same}");
}

/// The published builders' arrays hold what the CSV files hold, in the same order.
#[test]
fn published_tokens_are_scored_like_the_text() {
    let fixtures = "fixtures/data";
    let Some(sudoku) = rows(&format!("{fixtures}/sudoku_subset_csv/test.csv")) else {
        return;
    };
    let Some(maze) = rows(&format!("{fixtures}/maze_subset_csv/test.csv")) else {
        return;
    };
    let arrays = |folder: &str| {
        ["inputs", "labels"]
            .map(|name| tokens(&format!("{fixtures}/{folder}/test/all__{name}.npy")))
    };
    // Predicting the question is wrong, and how wrong differs from puzzle to puzzle.
    let guess = |rows: Vec<PredictionRow<String>>| {
        rows.into_iter()
            .map(|mut row| {
                row.prediction = row.question.clone();
                row
            })
            .collect::<Vec<_>>()
    };
    let [inputs, labels] = arrays("hrm_sudoku_noaug");
    let examples = inputs.chunks(81).zip(labels.chunks(81));
    let of_tokens = sudoku_scores(boxes(3, 3), examples.map(|(i, l)| row(i, l, i)));
    assert_eq!(of_tokens.all, sudoku_scores(boxes(3, 3), guess(sudoku)).all);

    let [inputs, labels] = arrays("hrm_maze_noaug");
    let examples = inputs.chunks(900).zip(labels.chunks(900));
    let of_tokens = maze_scores(30, 30, examples.map(|(i, l)| row(i, l, i)));
    assert_eq!(of_tokens.all, maze_scores(30, 30, guess(maze)).all);
}
