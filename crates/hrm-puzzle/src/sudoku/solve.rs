//! Depth-first search over the candidates: solving, counting up to two solutions, rating.

use super::Grid;
use super::candidates::Candidates;
use super::layout::Layout;
use super::propagate::Outcome;

/// The solutions of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Solutions {
    /// No filling keeps the rules and the givens.
    None,
    /// Exactly one does.
    Unique(Grid),
    /// At least two do.
    Multiple,
}

/// What [`solve`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solved {
    /// The solutions.
    pub solutions: Solutions,
    /// Guesses made until the first solution, or until there was none; 0 if naked singles, hidden
    /// singles and locked candidates suffice. Depends on the presentation of the puzzle, not only
    /// on its class.
    pub guesses: u32,
}

/// Solves the grid and tells whether its solution is the only one.
///
/// Where the rules leave several candidates, the cell with the fewest of them is taken (the first
/// in reading order) and its digits are tried in ascending order. Trying a digit is a guess, except
/// for the last one of a cell, which follows once the others are refuted.
pub fn solve(grid: &Grid) -> Solved {
    let layout = Layout::new(grid.shape());
    let mut search = Search::new(&layout, 2, u32::MAX, u16::trailing_zeros);
    search.run(candidates_of(grid, &layout));
    let (solutions, guesses) = match search.first {
        None => (Solutions::None, search.guesses),
        Some((_, guesses)) if search.found > 1 => (Solutions::Multiple, guesses),
        Some((first, guesses)) => (Solutions::Unique(filled(grid, &first, &layout)), guesses),
    };
    Solved { solutions, guesses }
}

/// Whether `grid` has a solution in which the cell holds another digit than `digit`.
pub(super) fn has_solution_without(grid: &Grid, cell: usize, digit: u8) -> bool {
    let layout = Layout::new(grid.shape());
    let size = grid.shape().size();
    let mut candidates = candidates_of(grid, &layout);
    candidates.remove(cell / size, cell % size, usize::from(digit) - 1);
    let mut search = Search::new(&layout, 1, u32::MAX, u16::trailing_zeros);
    search.run(candidates);
    search.found > 0
}

/// The first solution that is found when `pick` chooses, from a mask of 0-based digits, the one to
/// try next. Nothing if there is none or it takes more than `guesses_max` guesses.
pub(super) fn solution_by(
    grid: &Grid,
    guesses_max: u32,
    pick: impl FnMut(u16) -> u32,
) -> Option<Grid> {
    let layout = Layout::new(grid.shape());
    let mut search = Search::new(&layout, 1, guesses_max, pick);
    search.run(candidates_of(grid, &layout));
    search.first.map(|(first, _)| filled(grid, &first, &layout))
}

fn candidates_of(grid: &Grid, layout: &Layout) -> Candidates {
    let size = grid.shape().size();
    let mut candidates = Candidates::all(layout);
    for (cell, &digit) in grid
        .cells()
        .iter()
        .enumerate()
        .filter(|&(_, &digit)| digit != 0)
    {
        candidates.assign(cell / size, cell % size, usize::from(digit) - 1);
    }
    candidates
}

fn filled(grid: &Grid, candidates: &Candidates, layout: &Layout) -> Grid {
    Grid::from_parts(grid.shape(), candidates.cells(layout))
}

/// A depth-first search that stops at a number of solutions or guesses.
struct Search<'a, P> {
    layout: &'a Layout,
    found_max: usize,
    guesses_max: u32,
    pick: P,
    found: usize,
    guesses: u32,
    /// The first solution and the guesses made up to it.
    first: Option<(Candidates, u32)>,
}

impl<'a, P: FnMut(u16) -> u32> Search<'a, P> {
    fn new(layout: &'a Layout, found_max: usize, guesses_max: u32, pick: P) -> Self {
        Self {
            layout,
            found_max,
            guesses_max,
            pick,
            found: 0,
            guesses: 0,
            first: None,
        }
    }

    fn is_over(&self) -> bool {
        self.found >= self.found_max || self.guesses >= self.guesses_max
    }

    /// Searches below `candidates`. The depth is at most the number of cells, 256.
    fn run(&mut self, mut candidates: Candidates) {
        match candidates.propagate(self.layout) {
            Outcome::Contradiction => {}
            Outcome::Solved => {
                self.found += 1;
                self.first.get_or_insert((candidates, self.guesses));
            }
            Outcome::Open => self.branch(&candidates),
        }
    }

    fn branch(&mut self, candidates: &Candidates) {
        let Some((row, column)) = candidates.narrowest_cell(self.layout) else {
            return;
        };
        let mut untried = candidates.of(row, column);
        while untried != 0 && !self.is_over() {
            let digit = (self.pick)(untried);
            untried &= !(1 << digit);
            self.guesses = self.guesses.saturating_add(u32::from(untried != 0));
            let mut next = *candidates;
            next.assign(row, column, digit as usize);
            self.run(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sudoku::Shape;

    fn grid(box_rows: usize, box_cols: usize, text: &str) -> Grid {
        Grid::parse(Shape::new(box_rows, box_cols).unwrap(), text).unwrap()
    }

    #[test]
    fn puzzles_with_no_one_and_several_solutions_are_told_apart() {
        let one = ".42...3.....21.3";
        let unique = Solutions::Unique(grid(2, 2, "3421123443122143"));
        let cases = [
            (one, unique.clone()),
            ("3421123443122143", unique),
            ("3421123443122144", Solutions::None), // a complete grid that breaks the rules
            ("11..............", Solutions::None), // twice in a row
            ("1...1...........", Solutions::None), // twice in a column and box
            ("1....1..........", Solutions::None), // twice in a box
            ("1.......1.......", Solutions::None), // twice in a column
            ("123.....4......4", Solutions::None), // no digit is left for a cell
            ("................", Solutions::Multiple),
            (".4....3.....21.3", Solutions::Multiple),
        ];
        for (text, solutions) in cases {
            assert_eq!(solve(&grid(2, 2, text)).solutions, solutions, "{text}");
        }
    }

    /// Every 4×4 grid with three givens in the first row and one below, against plain enumeration.
    #[test]
    fn the_number_of_solutions_is_that_of_enumeration() {
        let all = all_4x4();
        assert_eq!(all.len(), 288);
        for code in 0..4096u32 {
            let mut cells = vec![0; 16];
            for place in 0..6 {
                cells[[0, 2, 5, 7, 11, 14][place]] = (code >> (2 * place) & 3) as u8 + 1;
            }
            let puzzle = Grid::new(Shape::new(2, 2).unwrap(), cells).unwrap();
            let mut solutions = all.iter().filter(|grid| grid.is_solution_of(&puzzle));
            let expected = match (solutions.next(), solutions.next()) {
                (None, _) => Solutions::None,
                (Some(only), None) => Solutions::Unique(only.clone()),
                _ => Solutions::Multiple,
            };
            assert_eq!(solve(&puzzle).solutions, expected, "{puzzle}");
        }
    }

    /// All valid complete 4×4 grids, cell by cell.
    fn all_4x4() -> Vec<Grid> {
        let shape = Shape::new(2, 2).unwrap();
        let mut grids = vec![Grid::new(shape, vec![0; 16]).unwrap()];
        for cell in 0..16 {
            let with = |grid: &Grid, digit: u8| {
                let mut grid = grid.clone();
                grid.set(cell, digit);
                grid
            };
            grids = grids
                .iter()
                .flat_map(|grid| (1..=4).map(|digit| with(grid, digit)))
                .filter(Grid::is_valid)
                .collect();
        }
        grids
    }

    #[test]
    fn guesses_count_up_to_the_first_solution() {
        // Singles suffice for the first; the empty grid needs guesses in plenty of places.
        assert_eq!(solve(&grid(2, 2, ".42...3.....21.3")).guesses, 0);
        let empty = solve(&grid(3, 3, &".".repeat(81)));
        assert_eq!(empty.solutions, Solutions::Multiple);
        assert!((10..81).contains(&empty.guesses), "{}", empty.guesses);
        // Arto Inkala's puzzle of 2010.
        let hard =
            "..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97..";
        let solved = solve(&grid(3, 3, hard));
        assert!(matches!(solved.solutions, Solutions::Unique(_)));
        assert!(solved.guesses > 0);
    }

    #[test]
    fn the_largest_grids_are_solved() {
        let row = |shift: usize| {
            (0..16)
                .map(move |i| (i + shift) % 16)
                .map(|digit| super::super::grid::symbol(digit + 1))
        };
        let text: String = (0..16).flat_map(|r| row(r % 4 * 4 + r / 4)).collect();
        let answer = grid(4, 4, &text);
        assert!(answer.is_solution_of(&answer));
        let blanks: String = text
            .chars()
            .enumerate()
            .map(|(i, c)| if i % 3 == 0 { '.' } else { c })
            .collect();
        assert_eq!(
            solve(&grid(4, 4, &blanks)).solutions,
            Solutions::Unique(answer)
        );
    }
}
