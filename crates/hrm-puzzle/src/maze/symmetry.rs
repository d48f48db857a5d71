//! The symmetries of a maze: rotations and reflections.

use super::Maze;

/// The maze under symmetry `k`, numbered as in the published builders: 0 none, 1 to 3 rotations by
/// 90°, 180° and 270° counterclockwise, 4 mirrored left to right, 5 upside down, 6 transposed,
/// 7 transposed along the other diagonal. Larger `k` count modulo 8.
///
/// A label does not survive: the label rule prefers directions, so the image has to be labelled anew.
pub fn transform(maze: &Maze, k: u8) -> Maze {
    let k = k % 8;
    let (rows, cols) = (maze.rows(), maze.cols());
    let (new_rows, new_cols) = if matches!(k, 1 | 3 | 6 | 7) {
        (cols, rows)
    } else {
        (rows, cols)
    };
    let mut cells = Vec::with_capacity(maze.cells().len());
    for i in 0..new_rows {
        for j in 0..new_cols {
            let (row, col) = match k {
                0 => (i, j),
                1 => (j, cols - 1 - i),
                2 => (rows - 1 - i, cols - 1 - j),
                3 => (rows - 1 - j, i),
                4 => (i, cols - 1 - j),
                5 => (rows - 1 - i, j),
                6 => (j, i),
                _ => (rows - 1 - j, cols - 1 - i),
            };
            cells.push(maze.cells()[row * cols + col]);
        }
    }
    Maze::from_parts(new_rows, new_cols, cells)
}

/// The symmetries that keep a maze `rows` × `cols`: all eight of a square, four of a rectangle.
pub fn symmetries(rows: usize, cols: usize) -> &'static [u8] {
    if rows == cols {
        &[0, 1, 2, 3, 4, 5, 6, 7]
    } else {
        &[0, 2, 4, 5]
    }
}

/// The smallest image of the maze under its symmetries, cells compared in reading order: equal for
/// two mazes of one size if and only if a symmetry maps the one onto the other.
pub fn canonical(maze: &Maze) -> Maze {
    let images = symmetries(maze.rows(), maze.cols())
        .iter()
        .map(|&k| transform(maze, k));
    images.min().unwrap_or_else(|| maze.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published builders' images of [[1, 2, 3], [4, 5, 6]], with cells for numbers.
    #[test]
    fn numbers_are_those_of_the_published_builders() {
        let cells = ['?', '#', ' ', 'S', 'G', 'o', '#'];
        let maze = |rows: usize, digits: &[usize]| {
            let text: String = digits.iter().map(|&digit| cells[digit]).collect();
            Maze::parse(rows, digits.len() / rows, &text).unwrap()
        };
        let cases: [(u8, usize, &[usize]); 8] = [
            (0, 2, &[1, 2, 3, 4, 5, 6]),
            (1, 3, &[3, 6, 2, 5, 1, 4]),
            (2, 2, &[6, 5, 4, 3, 2, 1]),
            (3, 3, &[4, 1, 5, 2, 6, 3]),
            (4, 2, &[3, 2, 1, 6, 5, 4]),
            (5, 2, &[4, 5, 6, 1, 2, 3]),
            (6, 3, &[1, 4, 2, 5, 3, 6]),
            (7, 3, &[6, 3, 5, 2, 4, 1]),
        ];
        for (k, rows, image) in cases {
            assert_eq!(
                transform(&maze(2, &[1, 2, 3, 4, 5, 6]), k),
                maze(rows, image),
                "symmetry {k}"
            );
        }
    }

    #[test]
    fn canonical_is_the_same_for_all_images_and_only_for_them() {
        for (rows, cols, text) in [(3, 3, "S # G##  "), (2, 3, "S # G#")] {
            let maze = Maze::parse(rows, cols, text).unwrap();
            for &k in symmetries(rows, cols) {
                assert_eq!(
                    canonical(&transform(&maze, k)),
                    canonical(&maze),
                    "symmetry {k}"
                );
            }
            let other = Maze::parse(rows, cols, &text.replacen('#', " ", 1)).unwrap();
            assert_ne!(canonical(&other), canonical(&maze));
        }
    }
}
