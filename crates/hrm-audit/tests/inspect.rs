//! What is measured and drawn of known puzzles.

#![allow(
    clippy::unwrap_used,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

use hrm_arc::{Grid, Pair, PairOrder, Task};
use hrm_audit::{Board, Entry, Place, Puzzle, PuzzleSet, SetInspection, inspect};
use hrm_config::Split;
use hrm_puzzle::maze::{Maze, label};
use hrm_puzzle::sudoku::{self, Shape};

fn inspected(puzzles: Vec<Puzzle>) -> SetInspection {
    let entry = |(group, puzzle)| Entry {
        place: Place::Group(group),
        difficulty: Some(7),
        puzzle,
    };
    let set = PuzzleSet {
        dataset: "a".into(),
        name: "train".into(),
        split: Split::Train,
        entries: puzzles.into_iter().enumerate().map(entry).collect(),
    };
    inspect("a".into(), vec![], &[set], 2).sets.remove(0)
}

fn measures(set: &SetInspection) -> Vec<(&str, u64, u64)> {
    let measures = set.measures.iter();
    measures
        .map(|measure| (measure.name, measure.min, measure.max))
        .collect()
}

#[test]
fn sudoku() {
    let shape = Shape::new(2, 2).unwrap();
    let puzzle = |question: &str| Puzzle::Sudoku {
        question: sudoku::Grid::parse(shape, question).unwrap(),
        answer: sudoku::Grid::parse(shape, "1234341221434321").unwrap(),
    };
    let set = inspected(vec![
        puzzle("1234341221434..."),
        puzzle("123434122143...."),
        puzzle("12343412214343.."),
    ]);
    assert_eq!(set.kinds["4×4 Sudoku"], 3);
    assert_eq!(measures(&set), [("givens", 12, 14), ("rating", 7, 7)]);
    let titles: Vec<_> = set.examples.iter().map(|example| &example.title).collect();
    assert_eq!(titles, ["group 0, rating 7", "group 1, rating 7"]);
    let augmented = set.augmented.unwrap();
    let widths: Vec<usize> = augmented.rows.iter().map(Vec::len).collect();
    assert_eq!(widths, [4, 4]);
    for (question, answer) in augmented.rows[0].iter().zip(&augmented.rows[1]) {
        let (Board::Sudoku { grid, .. }, Board::Sudoku { grid: answer, .. }) =
            (&question.board, &answer.board)
        else {
            panic!("boards of Sudoku");
        };
        assert!(answer.is_solution_of(grid));
    }
}

#[test]
fn mazes() {
    let question = Maze::parse(2, 3, "S# G  ").unwrap();
    let answer = label(&question).unwrap();
    let set = inspected(vec![Puzzle::Maze { question, answer }]);
    assert_eq!(
        measures(&set),
        [
            ("steps of the path", 1, 1),
            ("walls, % of the cells", 16, 16),
            ("rating", 7, 7)
        ]
    );
    assert_eq!(set.augmented.unwrap().rows[0].len(), 4);
    let closed = Maze::parse(1, 3, "S#G").unwrap();
    let set = inspected(vec![Puzzle::Maze {
        question: closed.clone(),
        answer: closed,
    }]);
    assert_eq!(set.augmented, None);
}

#[test]
fn arc() {
    let grid = |rows, cols, colour| Grid::new(rows, cols, vec![colour; rows * cols]).unwrap();
    let pair = || Pair {
        input: grid(2, 3, 4),
        output: grid(1, 1, 0),
    };
    let task = Task::new(
        "t",
        vec![pair(), pair()],
        vec![pair()],
        PairOrder::TrainFirst,
    );
    let set = inspected(vec![Puzzle::Arc(task.unwrap())]);
    assert_eq!(
        measures(&set),
        [
            ("rating", 7, 7),
            ("demonstration pairs", 2, 2),
            ("test pairs", 1, 1),
            ("longer sides of grids", 1, 3),
            ("colours of grids", 1, 1)
        ]
    );
    let captions: Vec<_> = set.examples[0]
        .rows
        .iter()
        .map(|row| &row[1].caption)
        .collect();
    assert_eq!(
        captions,
        ["train 1, output", "train 2, output", "test 1, output"]
    );
}
