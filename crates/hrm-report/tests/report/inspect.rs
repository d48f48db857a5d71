//! The page of an inspection.

use hrm_arc::{Grid as ArcGrid, Pair, PairOrder, Task};
use hrm_audit::{Entry, Inspection, Place, Puzzle, PuzzleSet, inspect};
use hrm_config::Split;
use hrm_puzzle::maze::{Maze, label};
use hrm_puzzle::sudoku::{Grid, Shape};

/// A Sudoku, a maze, and an ARC task with two colours.
fn inspection(title: &str) -> Inspection {
    let shape = Shape::new(2, 2).unwrap();
    let maze = Maze::parse(3, 3, "S # G##  ").unwrap();
    let grid = ArcGrid::new(1, 3, vec![2, 2, 5]).unwrap();
    let pair = Pair {
        input: grid.clone(),
        output: grid,
    };
    let task = Task::new(
        "007bbfb7",
        vec![pair.clone()],
        vec![pair],
        PairOrder::TrainFirst,
    );
    let puzzles = [
        Puzzle::Sudoku {
            question: Grid::parse(shape, "1234341221434...").unwrap(),
            answer: Grid::parse(shape, "1234341221434321").unwrap(),
        },
        Puzzle::Maze {
            answer: label(&maze).unwrap(),
            question: maze,
        },
        Puzzle::Arc(task.unwrap()),
    ];
    let entry = |puzzle| Entry {
        place: Place::Line(2),
        difficulty: None,
        puzzle,
    };
    let set = |(index, puzzle)| PuzzleSet {
        dataset: format!("set {index}"),
        name: "train.csv".into(),
        split: Split::Train,
        entries: vec![entry(puzzle)],
    };
    let sets: Vec<PuzzleSet> = puzzles.into_iter().enumerate().map(set).collect();
    let facts = vec![("Home".to_owned(), "https://home.example/a".to_owned())];
    inspect(title.to_owned(), facts, &sets, 1)
}

#[test]
fn every_kind_of_puzzle_is_drawn() {
    let page = hrm_report::inspection_page(&inspection("All kinds"));
    for part in [
        "<title>All kinds</title>",
        r#"<text class="given" x="0.5" y="0.72">1</text>"#,
        r#"<text x="1.5" y="3.72">3</text>"#,
        "<circle ",
        r##"<rect fill="#ff4136" x="0" y="0" width="2" height="1">"##,
        "train 1, input",
        "augmentation 3",
        "1 ARC task",
        r#"<a href="https://home.example/a">"#,
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_page_loads_nothing_and_escapes_what_it_is_given() {
    let page = hrm_report::inspection_page(&inspection("<script>alert(1)</script>"));
    assert!(!page.contains("<script"));
    for source in [" src=", "url(", "@import", "<link"] {
        assert!(!page.contains(source), "{source}");
    }
    assert!(page.contains("default-src 'none'"));
    assert_eq!(
        page,
        hrm_report::inspection_page(&inspection("<script>alert(1)</script>"))
    );
}
