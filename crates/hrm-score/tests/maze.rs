//! Outcomes and sums of maze predictions.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "allowed in tests; their helpers do not count as such, and no file uses all of them"
)]

mod common;

use common::{maze_outcome, maze_scores, row};
use hrm_puzzle::maze::{Cell, Maze, label};
use hrm_score::{MazeOutcome, Share};
use std::collections::BTreeSet;

// Two shortest paths lead around the wall; the label goes down first.
const QUESTION: [&str; 3] = ["S   ", " #  ", "   G"];
const LABEL: [&str; 3] = ["S   ", "o#  ", "oooG"];

#[test]
fn each_outcome_is_judged_on_its_own() {
    // Prediction, exact, shortest path, valid path, cells right.
    let cases = [
        (LABEL, true, true, true, 12),
        (["Sooo", " # o", "   G"], false, true, true, 4),
        (["Soo ", " #o ", "  oG"], false, true, true, 6),
        (["S   ", "o#oo", "oooo"], false, false, false, 9),
        // A stray mark.
        (["S  o", "o#  ", "oooG"], false, false, false, 11),
        // A wall taken away.
        (["S   ", "o   ", "oooG"], false, false, false, 11),
        // A gap.
        (["S   ", "o#  ", "o oG"], false, false, false, 11),
        // A loose end that touches the path.
        (["S   ", "o#o ", "oooG"], false, false, false, 11),
        // Nothing marked.
        (QUESTION, false, false, false, 8),
    ];
    for (prediction, exact, shortest_path, valid_path, cells) in cases {
        let expected = MazeOutcome {
            answered: true,
            exact,
            shortest_path,
            valid_path,
            cells_right: Share {
                count: cells,
                total: 12,
            },
        };
        let maze_row = row(QUESTION.concat(), LABEL.concat(), prediction.concat());
        assert_eq!(maze_outcome(3, 4, maze_row), expected, "{prediction:?}");
    }
}

#[test]
fn a_detour_is_a_valid_path_unless_it_runs_beside_itself() {
    let (question, answer) = (["S G", "   ", "   "], ["SoG", "   ", "   "]);
    for (prediction, shortest_path, valid_path) in [
        (answer, true, true),
        (["S G", "ooo", "   "], false, true),
        (["S G", "o o", "ooo"], false, true),
        // Down twice, right, up, right, up: the first and the fourth cell touch.
        (["S G", "ooo", "oo "], false, false),
        // The shortest path and a detour.
        (["SoG", "o o", "ooo"], false, false),
    ] {
        let maze_row = row(question.concat(), answer.concat(), prediction.concat());
        let outcome = maze_outcome(3, 3, maze_row);
        assert_eq!(
            (outcome.shortest_path, outcome.valid_path),
            (shortest_path, valid_path),
            "{prediction:?}"
        );
    }
}

/// All markings of small mazes: those that are accepted are exactly the simple paths from start
/// to goal in which only consecutive cells are neighbors.
#[test]
fn valid_paths_are_the_plain_ones_and_shortest_paths_are_among_them() {
    for (rows, cols, question) in [
        (3, 4, "S    #     G"),
        (3, 4, "S          G"),
        (4, 3, " S     #   G"),
        (3, 3, "SG       "),
        (3, 5, "    # S G #    "),
    ] {
        let maze = Maze::parse(rows, cols, question).unwrap();
        let answer = label(&maze).unwrap().to_string();
        let plain = plain_paths(&maze);
        let fewest = plain.iter().map(BTreeSet::len).min();
        let open: Vec<usize> = (0..rows * cols)
            .filter(|&cell| maze.cells()[cell] == Cell::Open)
            .collect();
        for marking in 0..1u32 << open.len() {
            let marked: BTreeSet<usize> = (0..open.len())
                .filter(|bit| marking >> bit & 1 == 1)
                .map(|bit| open[bit])
                .collect();
            let mut cells = maze.cells().to_vec();
            marked.iter().for_each(|&cell| cells[cell] = Cell::Path);
            let prediction = Maze::new(rows, cols, cells).unwrap().to_string();
            let outcome = maze_outcome(
                rows,
                cols,
                row(question, answer.as_str(), prediction.as_str()),
            );
            let valid = plain.contains(&marked);
            assert_eq!(outcome.valid_path, valid, "`{prediction}`");
            let shortest = valid && Some(marked.len()) == fewest;
            assert_eq!(outcome.shortest_path, shortest, "`{prediction}`");
            assert_eq!(outcome.exact, prediction == answer, "`{prediction}`");
        }
    }
}

/// The marked cells of every simple path from start to goal without a shortcut between its cells.
fn plain_paths(maze: &Maze) -> BTreeSet<BTreeSet<usize>> {
    let (start, goal) = (maze.start().unwrap(), maze.goal().unwrap());
    let mut found = BTreeSet::new();
    let mut unfinished = vec![vec![start]];
    while let Some(path) = unfinished.pop() {
        let last = *path.last().unwrap();
        if last == goal {
            found.insert(path[1..path.len() - 1].iter().copied().collect());
            continue;
        }
        for next in 0..maze.cells().len() {
            let touches = |&&cell: &&usize| adjacent(maze, cell, next);
            let is_new = maze.cells()[next] != Cell::Wall && !path.contains(&next);
            if is_new && adjacent(maze, last, next) && path.iter().filter(touches).count() == 1 {
                unfinished.push([path.as_slice(), &[next]].concat());
            }
        }
    }
    found
}

fn adjacent(maze: &Maze, a: usize, b: usize) -> bool {
    let place = |cell: usize| (cell / maze.cols(), cell % maze.cols());
    let ((row, col), (other_row, other_col)) = (place(a), place(b));
    row.abs_diff(other_row) + col.abs_diff(other_col) == 1
}

#[test]
fn an_empty_prediction_is_unanswered_and_wrong_in_everything() {
    let answered = row(QUESTION.concat(), LABEL.concat(), LABEL.concat());
    let unanswered = row(QUESTION.concat(), LABEL.concat(), String::new());
    let all = maze_scores(3, 4, [unanswered, answered]).all;
    for share in [all.answered, all.exact, all.shortest_path, all.valid_path] {
        assert_eq!(share, Share { count: 1, total: 2 });
    }
    assert_eq!(
        all.cells_right,
        Share {
            count: 12,
            total: 24
        }
    );
}

#[test]
fn tokens_are_scored_like_text_and_predicted_padding_is_wrong() {
    let tokens = |rows: [&str; 3]| -> Vec<u8> {
        let token = |symbol: char| "?# SGo".chars().position(|other| other == symbol).unwrap();
        rows.concat()
            .chars()
            .map(|symbol| token(symbol) as u8)
            .collect()
    };
    let (question, answer) = (tokens(QUESTION), tokens(LABEL));
    for prediction in [LABEL, QUESTION, ["Sooo", " # o", "   G"]] {
        let text = row(QUESTION.concat(), LABEL.concat(), prediction.concat());
        let prediction = tokens(prediction);
        let row = row(
            question.as_slice(),
            answer.as_slice(),
            prediction.as_slice(),
        );
        assert_eq!(maze_outcome(3, 4, row), maze_outcome(3, 4, text));
    }
    let mut padded = answer.clone();
    padded[5] = 0;
    let outcome = maze_outcome(3, 4, row(question.as_slice(), &answer, &padded));
    assert_eq!(
        outcome.cells_right,
        Share {
            count: 11,
            total: 12
        }
    );
    assert!(!outcome.exact && !outcome.valid_path);
}
