//! A maze for people: several lines, framed, with solid walls.

use super::{Cell, Maze};

/// The maze in a frame: `█` wall, `S` start, `G` goal, `•` path. Lines end with a line break.
pub fn render(maze: &Maze) -> String {
    let rule = "─".repeat(maze.cols());
    let mut text = format!("┌{rule}┐\n");
    for row in maze.cells().chunks_exact(maze.cols().max(1)) {
        text.push('│');
        text.extend(row.iter().map(|cell| match cell {
            Cell::Wall => '█',
            Cell::Path => '•',
            Cell::Open | Cell::Start | Cell::Goal => cell.symbol(),
        }));
        text.push_str("│\n");
    }
    text + &format!("└{rule}┘\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_are_solid_and_the_maze_is_framed() {
        let maze = Maze::parse(2, 3, "S# ooG").unwrap();
        assert_eq!(render(&maze), "┌───┐\n│S█ │\n│••G│\n└───┘\n");
    }
}
