//! One board as a drawing. A cell is one unit wide.

use hrm_arc::Grid as ArcGrid;
use hrm_audit::{ARC_PALETTE, Board};
use hrm_puzzle::maze::{Cell, Maze};
use hrm_puzzle::sudoku::Grid;
use maud::{Markup, html};

pub(super) fn svg(board: &Board, name: &str) -> Markup {
    match board {
        Board::Sudoku { grid, givens } => sudoku(grid, givens, name),
        Board::Maze(maze) => drawn_maze(maze, name),
        Board::Arc(grid) => arc(grid, name),
    }
}

/// The frame of a drawing: a little room around the cells, for the outer line.
fn frame(class: &str, name: &str, rows: usize, cols: usize, content: &Markup) -> Markup {
    let view = format!("-0.1 -0.1 {} {}", cols as f64 + 0.2, rows as f64 + 0.2);
    html! {
        svg.drawing.(class) viewBox=(view) role="img" aria-label=(name) style=(format!("--cols:{cols}")) {
            (content)
        }
    }
}

fn sudoku(grid: &Grid, givens: &Grid, name: &str) -> Markup {
    let (shape, size) = (grid.shape(), grid.shape().size());
    let text = grid.to_string();
    let cells = text.chars().zip(givens.cells()).enumerate();
    let digits = cells.filter(|(_, (digit, _))| *digit != '.');
    frame(
        "sudoku-drawing",
        name,
        size,
        size,
        &html! {
            @for line in 0..=size {
                line class=[line.is_multiple_of(shape.box_cols()).then_some("box")] x1=(line) x2=(line) y1="0" y2=(size) {}
                line class=[line.is_multiple_of(shape.box_rows()).then_some("box")] y1=(line) y2=(line) x1="0" x2=(size) {}
            }
            @for (cell, (digit, given)) in digits {
                text class=[(*given != 0).then_some("given")] x=(format!("{}.5", cell % size)) y=(format!("{}.72", cell / size)) { (digit) }
            }
        },
    )
}

fn drawn_maze(maze: &Maze, name: &str) -> Markup {
    let cols = maze.cols().max(1);
    let rows = maze.cells().chunks(cols).enumerate();
    frame(
        "maze-drawing",
        name,
        maze.rows(),
        maze.cols(),
        &html! {
            rect.floor width=(maze.cols()) height=(maze.rows()) {}
            @for (row, cells) in rows {
                @for (col, length, _) in runs(cells, |cell| *cell == Cell::Wall).filter(|run| run.2) {
                    rect.wall x=(col) y=(row) width=(length) height="1" {}
                }
            }
            @for (place, cell) in maze.cells().iter().enumerate() {
                @let (x, y) = ((place % cols) as f64 + 0.5, (place / cols) as f64 + 0.5);
                @match cell {
                    Cell::Path => circle cx=(x) cy=(y) r="0.32" {},
                    Cell::Start | Cell::Goal => text x=(x) y=(y + 0.36) { (cell.symbol()) },
                    Cell::Wall | Cell::Open => {},
                }
            }
        },
    )
}

fn arc(grid: &ArcGrid, name: &str) -> Markup {
    let (rows, cols) = (grid.rows(), grid.cols());
    frame(
        "arc-drawing",
        name,
        rows,
        cols,
        &html! {
            @for (row, cells) in grid.iter_rows().enumerate() {
                @for (col, length, colour) in runs(cells, |colour| *colour) {
                    rect fill=(fill(colour)) x=(col) y=(row) width=(length) height="1" {}
                }
            }
            @for line in 1..rows { line x1="0" x2=(cols) y1=(line) y2=(line) {} }
            @for line in 1..cols { line y1="0" y2=(rows) x1=(line) x2=(line) {} }
        },
    )
}

/// The usual colour of ARC.
fn fill(colour: u8) -> String {
    let colour = ARC_PALETTE.get(usize::from(colour));
    let [red, green, blue] = colour.copied().unwrap_or_default();
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Neighbors with one value: first place, how many, and the value.
fn runs<T, V: PartialEq>(
    cells: &[T],
    value: impl Fn(&T) -> V,
) -> impl Iterator<Item = (usize, usize, V)> {
    let mut runs: Vec<(usize, usize, V)> = Vec::new();
    for (place, cell) in cells.iter().enumerate() {
        let value = value(cell);
        match runs.last_mut() {
            Some((_, length, last)) if *last == value => *length += 1,
            _ => runs.push((place, 1, value)),
        }
    }
    runs.into_iter()
}
