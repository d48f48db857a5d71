//! A Sudoku grid for people: several lines with box-drawing characters.

use super::Grid;
use super::grid::symbol;

/// The grid with lines between its boxes; blanks are dots. Lines end with a line break.
pub fn render(grid: &Grid) -> String {
    let shape = grid.shape();
    let rule = |left: &str, middle: &str, right: &str| {
        let segment = "─".repeat(2 * shape.box_cols() + 1);
        format!(
            "{left}{}{right}\n",
            vec![segment; shape.box_rows()].join(middle)
        )
    };
    let mut text = rule("┌", "┬", "┐");
    for (row, cells) in grid.cells().chunks_exact(shape.size()).enumerate() {
        if row > 0 && row % shape.box_rows() == 0 {
            text += &rule("├", "┼", "┤");
        }
        for stack in cells.chunks_exact(shape.box_cols()) {
            text.push('│');
            for &value in stack {
                text.extend([' ', symbol(usize::from(value))]);
            }
            text.push(' ');
        }
        text += "│\n";
    }
    text + &rule("└", "┴", "┘")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sudoku::Shape;

    #[test]
    fn boxes_are_framed() {
        let grid = Grid::parse(
            Shape::new(2, 3).unwrap(),
            &format!("12345.{}6", ".".repeat(29)),
        )
        .unwrap();
        let expected = "\
┌───────┬───────┐
│ 1 2 3 │ 4 5 . │
│ . . . │ . . . │
├───────┼───────┤
│ . . . │ . . . │
│ . . . │ . . . │
├───────┼───────┤
│ . . . │ . . . │
│ . . . │ . . 6 │
└───────┴───────┘
";
        assert_eq!(render(&grid), expected);
    }
}
