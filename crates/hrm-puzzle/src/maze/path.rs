//! Shortest paths, the label rule, and the check of a predicted path.

use super::{Cell, Maze};
use std::collections::VecDeque;

/// The cells of the labelled shortest path from start to goal, both included; its steps are one
/// fewer. Nothing if there is no path, or not exactly one start and one goal.
///
/// The label rule: breadth-first search from the start looks at neighbors in the order down, left,
/// right, up, and the first discoverer of a cell is its parent.
pub fn shortest_path(maze: &Maze) -> Option<Vec<usize>> {
    let (start, goal) = (maze.start()?, maze.goal()?);
    let mut parents = vec![None; maze.cells().len()];
    parents[start] = Some(start);
    let mut queue = VecDeque::from([start]);
    while let Some(cell) = queue.pop_front() {
        if cell == goal {
            return Some(trace(&parents, start, goal));
        }
        for neighbor in maze.neighbors(cell) {
            if maze.cells()[neighbor] != Cell::Wall && parents[neighbor].is_none() {
                parents[neighbor] = Some(cell);
                queue.push_back(neighbor);
            }
        }
    }
    None
}

fn trace(parents: &[Option<usize>], start: usize, goal: usize) -> Vec<usize> {
    let parent = |&cell: &usize| if cell == start { None } else { parents[cell] };
    let mut path: Vec<usize> = std::iter::successors(Some(goal), parent).collect();
    path.reverse();
    path
}

/// The maze with the open cells of its labelled shortest path marked. Nothing where
/// [`shortest_path`] finds nothing.
pub fn label(maze: &Maze) -> Option<Maze> {
    shortest_path(maze).map(|path| mark(maze, &path))
}

/// The maze with the cells of a path from start to goal marked, its ends excepted.
pub(super) fn mark(maze: &Maze, path: &[usize]) -> Maze {
    let mut cells = maze.cells().to_vec();
    for &cell in path {
        if cells[cell] == Cell::Open {
            cells[cell] = Cell::Path;
        }
    }
    Maze::from_parts(maze.rows(), maze.cols(), cells)
}

/// What [`check_path`] finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathCheck {
    /// The prediction changes the maze, or its marks are not one plain path from start to goal.
    Invalid,
    /// A path of this many steps, longer than need be.
    Valid {
        /// Steps of the path.
        steps: usize,
    },
    /// A path of this many steps, the fewest possible; the label is one of these.
    Shortest {
        /// Steps of the path.
        steps: usize,
    },
}

impl PathCheck {
    /// Whether the prediction is a path at all.
    pub fn is_valid(self) -> bool {
        self != PathCheck::Invalid
    }

    /// Whether the prediction is a shortest path.
    pub fn is_shortest(self) -> bool {
        matches!(self, PathCheck::Shortest { .. })
    }
}

/// Whether `prediction` is `question` with one path from start to goal marked on open cells.
///
/// The path must be plain: start and goal have one neighbor on it, marked cells have two, so it has
/// no branch, loop, gap, or two cells side by side that could be joined to save steps. A shortest
/// path is always plain.
pub fn check_path(question: &Maze, prediction: &Maze) -> PathCheck {
    let (Some(steps), Some(shortest)) =
        (marked_steps(question, prediction), shortest_path(question))
    else {
        return PathCheck::Invalid;
    };
    if steps + 1 == shortest.len() {
        PathCheck::Shortest { steps }
    } else {
        PathCheck::Valid { steps }
    }
}

/// The steps of the marked path, if it is a plain one on the cells of `question`.
fn marked_steps(question: &Maze, prediction: &Maze) -> Option<usize> {
    let keeps = |(&asked, &cell): (&Cell, &Cell)| {
        asked == cell || (asked == Cell::Open && cell == Cell::Path)
    };
    let same_size = (question.rows(), question.cols()) == (prediction.rows(), prediction.cols());
    if !same_size || !question.cells().iter().zip(prediction.cells()).all(keeps) {
        return None;
    }
    let (start, goal) = (prediction.start()?, prediction.goal()?);
    let on_path = |cell: usize| {
        matches!(
            prediction.cells()[cell],
            Cell::Start | Cell::Goal | Cell::Path
        )
    };
    let length = prediction
        .cells()
        .iter()
        .filter(|&&cell| cell == Cell::Path)
        .count()
        + 2;
    let (mut previous, mut cell) = (None, start);
    for steps in 0..length {
        let mut ahead = prediction
            .neighbors(cell)
            .filter(|&next| on_path(next) && Some(next) != previous);
        match (cell == goal, ahead.next(), ahead.next()) {
            (true, None, _) => return (steps + 1 == length).then_some(steps),
            (false, Some(next), None) => (previous, cell) = (Some(cell), next),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maze(rows: &[&str]) -> Maze {
        Maze::parse(rows.len(), rows[0].len(), &rows.concat()).unwrap()
    }

    #[test]
    fn the_label_prefers_down_then_left_then_right_then_up() {
        // Open squares with six shortest paths each.
        let cases = [
            (["S  ", "   ", "  G"], ["S  ", "o  ", "ooG"]),
            (["  S", "   ", "G  "], ["  S", "  o", "Goo"]),
            (["G  ", "   ", "  S"], ["G  ", "o  ", "ooS"]),
            (["  G", "   ", "S  "], ["  G", "  o", "Soo"]),
        ];
        for (question, answer) in cases {
            assert_eq!(
                label(&maze(&question)).unwrap().to_string(),
                maze(&answer).to_string()
            );
        }
    }

    #[test]
    fn a_walled_off_or_missing_goal_has_no_path() {
        for rows in [
            ["S# ", "## ", "  G"],
            ["S  ", "   ", "   "],
            ["S  ", "  G", "  G"],
        ] {
            assert_eq!(shortest_path(&maze(&rows)), None);
            assert_eq!(check_path(&maze(&rows), &maze(&rows)), PathCheck::Invalid);
        }
    }

    #[test]
    fn predicted_paths_are_judged() {
        let question = maze(&["S   ", " #  ", "   G"]);
        let cases = [
            (["Sooo", " # o", "   G"], PathCheck::Shortest { steps: 5 }),
            (["S   ", "o#  ", "oooG"], PathCheck::Shortest { steps: 5 }),
            (["Soo ", " #o ", "  oG"], PathCheck::Shortest { steps: 5 }),
            (["Sooo", "o# o", "oooG"], PathCheck::Invalid), // two paths
            (["So o", " # o", "   G"], PathCheck::Invalid), // a gap
            (["Sooo", " #oo", "   G"], PathCheck::Invalid), // a loop
            (["Sooo", " # o", "o  G"], PathCheck::Invalid), // a stray mark
            (["S   ", " o  ", "   G"], PathCheck::Invalid), // through a wall
            (["Sooo", " # o", "   S"], PathCheck::Invalid), // the goal changed
            (["S   ", " #  ", "   G"], PathCheck::Invalid), // nothing marked
        ];
        for (rows, check) in cases {
            assert_eq!(check_path(&question, &maze(&rows)), check, "{rows:?}");
        }
        assert_eq!(
            check_path(&question, &maze(&["Sooo", " # o"])),
            PathCheck::Invalid
        );
    }

    #[test]
    fn a_detour_is_valid_but_not_shortest() {
        let question = maze(&["S G", "   ", "   "]);
        let cases = [
            (["SoG", "   ", "   "], PathCheck::Shortest { steps: 2 }),
            (["S G", "ooo", "   "], PathCheck::Valid { steps: 4 }),
            (["S G", "o o", "ooo"], PathCheck::Valid { steps: 6 }),
            (["SoG", "ooo", "   "], PathCheck::Invalid),
        ];
        for (rows, check) in cases {
            assert_eq!(check_path(&question, &maze(&rows)), check, "{rows:?}");
            assert_eq!(
                (check.is_valid(), check.is_shortest()),
                (
                    check != PathCheck::Invalid,
                    rows[0] == "SoG" && rows[1] == "   "
                )
            );
        }
    }

    #[test]
    fn neighbors_start_and_goal_need_no_marks() {
        let question = maze(&["SG"]);
        assert_eq!(label(&question), Some(question.clone()));
        assert_eq!(
            check_path(&question, &question),
            PathCheck::Shortest { steps: 1 }
        );
    }
}
