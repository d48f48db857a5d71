//! The generators keep their bounds and their streams.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

use hrm_puzzle::maze::{self, LabelledMaze, MazeError, MazeOptions};
use hrm_puzzle::sudoku::{self, GenerateOptions, Shape, Solutions, SudokuError, solve};
use hrm_random::stream;

fn sudoku_options(box_rows: usize, box_cols: usize) -> GenerateOptions {
    GenerateOptions {
        shape: Shape::new(box_rows, box_cols).unwrap(),
        givens: None,
        guesses: None,
    }
}

#[test]
fn sudoku_puzzles_have_one_solution_in_every_shape() {
    for (box_rows, box_cols) in [(2, 2), (2, 3), (3, 2), (2, 4), (3, 3), (5, 2), (3, 4)] {
        for index in 0..5 {
            let mut rng = stream(1, "test", index);
            let puzzle =
                sudoku::generate(&sudoku_options(box_rows, box_cols), &mut rng, 10).unwrap();
            let solved = solve(&puzzle.question);
            assert!(puzzle.answer.is_solution_of(&puzzle.question));
            assert_eq!(solved.solutions, Solutions::Unique(puzzle.answer));
            assert_eq!(solved.guesses, puzzle.guesses);
        }
    }
}

#[test]
fn without_bounds_every_given_is_needed() {
    let puzzle = sudoku::generate(&sudoku_options(3, 3), &mut stream(2, "test", 0), 10).unwrap();
    for cell in (0..81).filter(|&cell| puzzle.question.cells()[cell] != 0) {
        let mut cells = puzzle.question.cells().to_vec();
        cells[cell] = 0;
        let fewer = sudoku::Grid::new(puzzle.question.shape(), cells).unwrap();
        assert_eq!(solve(&fewer).solutions, Solutions::Multiple);
    }
}

#[test]
fn givens_spread_over_their_bounds() {
    let options = GenerateOptions {
        givens: Some((30, 33)),
        ..sudoku_options(3, 3)
    };
    let mut seen = [0; 4];
    for index in 0..60 {
        let puzzle = sudoku::generate(&options, &mut stream(3, "test", index), 100).unwrap();
        seen[puzzle.question.givens() - 30] += 1;
    }
    assert!(seen.iter().all(|&count| count > 5), "{seen:?}");
}

#[test]
fn guesses_keep_their_bounds() {
    let options = GenerateOptions {
        guesses: Some((3, 12)),
        ..sudoku_options(3, 3)
    };
    for index in 0..5 {
        let puzzle = sudoku::generate(&options, &mut stream(4, "test", index), 10_000).unwrap();
        assert!((3..=12).contains(&puzzle.guesses));
    }
}

#[test]
fn impossible_sudoku_options_are_errors() {
    let options = sudoku_options(2, 2);
    let cases = [
        (
            GenerateOptions {
                givens: Some((9, 8)),
                ..options.clone()
            },
            SudokuError::Givens {
                low: 9,
                high: 8,
                cells: 16,
            },
        ),
        (
            GenerateOptions {
                givens: Some((4, 17)),
                ..options.clone()
            },
            SudokuError::Givens {
                low: 4,
                high: 17,
                cells: 16,
            },
        ),
        (
            GenerateOptions {
                guesses: Some((2, 1)),
                ..options.clone()
            },
            SudokuError::Guesses { low: 2, high: 1 },
        ),
        (
            GenerateOptions {
                givens: Some((0, 3)),
                ..options
            },
            SudokuError::TriesExhausted { tries: 50 },
        ),
    ];
    for (options, error) in cases {
        assert_eq!(
            sudoku::generate(&options, &mut stream(0, "test", 0), 50),
            Err(error)
        );
    }
}

fn maze_options(rows: usize, cols: usize, min_path: usize) -> MazeOptions {
    MazeOptions {
        rows,
        cols,
        wall_probability: (0.3, 0.5),
        min_path,
    }
}

#[test]
fn mazes_of_any_size_keep_the_bound_and_the_label_rule() {
    for (rows, cols, min_path) in [
        (8, 8, 16),
        (1, 12, 4),
        (12, 5, 20),
        (9, 32, 45),
        (10, 33, 50),
        (6, 65, 80),
        (20, 128, 150),
    ] {
        let mut rng = stream(5, "test", 0);
        let LabelledMaze {
            question,
            answer,
            path_steps,
        } = maze::generate(&maze_options(rows, cols, min_path), &mut rng, 1_000_000).unwrap();
        assert_eq!((question.rows(), question.cols()), (rows, cols));
        assert_eq!(maze::label(&question), Some(answer.clone()));
        assert_eq!(
            maze::check_path(&question, &answer),
            maze::PathCheck::Shortest { steps: path_steps }
        );
        assert!(
            path_steps >= min_path,
            "{path_steps} steps in {rows}×{cols}"
        );
    }
}

#[test]
fn walls_have_their_probability() {
    for probability in [0.0, 0.3, 0.5] {
        let options = MazeOptions {
            wall_probability: (probability, probability),
            ..maze_options(30, 30, 1)
        };
        let mut rng = stream(6, "test", 0);
        let walls: usize = (0..100)
            .map(|_| {
                maze::generate(
                    &MazeOptions {
                        min_path: 0,
                        ..options.clone()
                    },
                    &mut rng,
                    1_000,
                )
                .unwrap()
            })
            .map(|maze| {
                maze.question
                    .cells()
                    .iter()
                    .filter(|&&cell| cell == maze::Cell::Wall)
                    .count()
            })
            .sum();
        // The start must reach the goal, which favors fewer walls a little; 90,000 cells in all.
        let share = walls as f64 / 90_000.0;
        assert!(
            share <= probability + 0.005 && share >= probability - 0.03,
            "{share} for {probability}"
        );
    }
}

#[test]
fn impossible_maze_options_are_errors() {
    let walls = |low, high| MazeOptions {
        wall_probability: (low, high),
        ..maze_options(5, 5, 1)
    };
    let cases = [
        (maze_options(1, 1, 1), MazeError::Size { rows: 1, cols: 1 }),
        (maze_options(0, 9, 1), MazeError::Size { rows: 0, cols: 9 }),
        (
            maze_options(9, 129, 1),
            MazeError::Size { rows: 9, cols: 129 },
        ),
        (
            walls(0.6, 0.5),
            MazeError::WallProbability {
                low: 0.6,
                high: 0.5,
            },
        ),
        (
            walls(-0.1, 0.5),
            MazeError::WallProbability {
                low: -0.1,
                high: 0.5,
            },
        ),
        (
            walls(0.5, 1.1),
            MazeError::WallProbability {
                low: 0.5,
                high: 1.1,
            },
        ),
        (
            walls(1.0, 1.0),
            MazeError::TriesExhausted {
                min_path: 2,
                tries: 50,
            },
        ),
    ];
    for (options, error) in cases {
        let options = MazeOptions {
            min_path: 2,
            ..options
        };
        assert_eq!(
            maze::generate(&options, &mut stream(0, "test", 0), 50),
            Err(error)
        );
    }
    let nan = MazeOptions {
        wall_probability: (f64::NAN, 0.5),
        ..maze_options(5, 5, 1)
    };
    assert!(maze::generate(&nan, &mut stream(0, "test", 0), 50).is_err());
}

/// A change of these values silently changes every generated dataset.
#[test]
fn streams_give_the_same_puzzles_for_all_time() {
    let sudoku = |box_rows, box_cols| {
        let puzzle = sudoku::generate(
            &sudoku_options(box_rows, box_cols),
            &mut stream(7, "golden", 0),
            10,
        )
        .unwrap();
        puzzle.question.to_string()
    };
    let maze =
        maze::generate(&maze_options(6, 6, 10), &mut stream(7, "golden", 0), 10_000).unwrap();
    assert_eq!(
        [
            sudoku(2, 2),
            sudoku(2, 3),
            sudoku(3, 3),
            maze.answer.to_string()
        ],
        GOLDEN
    );
}

const GOLDEN: [&str; 4] = [
    "..3.2.....1.1...",
    "...1....3..42...3.4.1.6..5......65..",
    ".3....27.2..9..1.8.41......6.4.9..8...87...2..9......6.....3....7.546..3....7..4.",
    "ooo#  o#oooooo###G#S####  ##    ### ",
];
