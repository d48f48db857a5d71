//! One board in characters.

use crate::output::{self, Tone};
use hrm_arc::Grid;
use hrm_audit::{ARC_PALETTE, Board};

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Characters only, as in a file.
    Plain,
    /// 256 colors.
    Colors256,
    /// Any color of 24 bits.
    Colors24Bit,
}

impl Ink {
    /// What standard output can show, by the usual variables.
    pub(super) fn of_terminal() -> Self {
        if !output::stdout_color() {
            return Self::Plain;
        }
        match std::env::var("COLORTERM").as_deref() {
            Ok("truecolor" | "24bit") => Self::Colors24Bit,
            _ => Self::Colors256,
        }
    }

    /// The escape sequence for a background.
    fn background(self, [red, green, blue]: [u8; 3]) -> String {
        if self == Self::Colors24Bit {
            return format!("\u{1b}[48;2;{red};{green};{blue}m");
        }
        // The nearest of the six levels of each color.
        let level = |value: u8| (u16::from(value) + 25) / 51;
        let number = 16 + 36 * level(red) + 6 * level(green) + level(blue);
        format!("\u{1b}[48;5;{number}m")
    }
}

/// Lines of text, with the columns that each takes on the screen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    lines: Vec<(String, usize)>,
}

impl Drawing {
    fn new(text: &str) -> Self {
        let lines = text
            .lines()
            .map(|line| (line.to_owned(), line.chars().count()));
        Self {
            lines: lines.collect(),
        }
    }

    /// The same under a caption.
    pub(super) fn under(mut self, caption: &str) -> Self {
        let line = (caption.to_owned(), caption.chars().count());
        self.lines.insert(0, line);
        self
    }

    pub(super) fn height(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn width(&self) -> usize {
        self.lines
            .iter()
            .map(|(_, width)| *width)
            .max()
            .unwrap_or_default()
    }

    /// A line, or what is below the last one, filled up to the width.
    pub(super) fn padded(&self, line: usize) -> String {
        let (text, width) = self
            .lines
            .get(line)
            .map_or(("", 0), |(text, width)| (text, *width));
        format!("{text}{}", " ".repeat(self.width() - width))
    }
}

pub(super) fn draw(board: &Board, ink: Ink) -> Drawing {
    match board {
        Board::Sudoku { grid, .. } => Drawing::new(&hrm_puzzle::sudoku::render(grid)),
        Board::Maze(maze) => {
            let mut drawing = Drawing::new(&hrm_puzzle::maze::render(maze));
            for (line, _) in &mut drawing.lines {
                *line = line.replace('•', &Tone::Good.paint("•", ink != Ink::Plain));
            }
            drawing
        }
        Board::Arc(grid) => arc(grid, ink),
    }
}

/// Two columns for each cell, in its color or as its digit.
fn arc(grid: &Grid, ink: Ink) -> Drawing {
    let cell = |colour: &u8| match ARC_PALETTE.get(usize::from(*colour)) {
        Some(rgb) if ink != Ink::Plain => format!("{}  ", ink.background(*rgb)),
        _ => format!("{colour} "),
    };
    let end = if ink == Ink::Plain { "" } else { "\u{1b}[0m" };
    let line = |row: &[u8]| {
        let cells: String = row.iter().map(cell).collect();
        (cells + end, 2 * row.len())
    };
    Drawing {
        lines: grid.iter_rows().map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_grid_is_digits_or_colors_of_one_width() {
        let grid = Grid::new(1, 2, vec![0, 2]).unwrap();
        let plain = arc(&grid, Ink::Plain);
        assert_eq!((plain.padded(0).as_str(), plain.width()), ("0 2 ", 4));
        for (ink, expected) in [
            (
                Ink::Colors256,
                "\u{1b}[48;5;16m  \u{1b}[48;5;203m  \u{1b}[0m",
            ),
            (
                Ink::Colors24Bit,
                "\u{1b}[48;2;0;0;0m  \u{1b}[48;2;255;65;54m  \u{1b}[0m",
            ),
        ] {
            let colored = arc(&grid, ink);
            assert_eq!((colored.padded(0).as_str(), colored.width()), (expected, 4));
        }
    }

    #[test]
    fn lines_are_filled_up_to_the_width() {
        let drawing = Drawing::new("ab\nc").under("caption");
        let lines: Vec<String> = (0..4).map(|line| drawing.padded(line)).collect();
        assert_eq!(lines, ["caption", "ab     ", "c      ", "       "]);
        assert_eq!(drawing.height(), 3);
    }
}
