//! One representative for all puzzles that are the same up to symmetry.
//!
//! The solution is brought to its lexicographically smallest form; among the symmetries that do so
//! (as many as the solution has automorphisms), the one with the smallest pattern of givens decides.
//! The first row of the smallest form always reads 1, 2, 3, …, so a symmetry follows from the rows
//! that become the first and second one and from the order of the columns, and the column order is
//! built along the second row: a digit whose label is still open gets the smallest free one.

use super::Grid;
use super::shape::MAX_SIZE;
use std::cmp::Ordering;

type Square = [[u8; MAX_SIZE]; MAX_SIZE];

/// The canonical form of a puzzle: equal for two puzzles if and only if a symmetry maps the one
/// onto the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalForm(Box<[u8]>);

impl CanonicalForm {
    /// Box rows, box columns, the digits of the solution, and for each row two bytes (most
    /// significant first) whose bit j marks a given in column j.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The canonical form of the puzzle `question` with the only solution `answer`.
///
/// # Panics
/// If `answer` does not solve `question`.
pub fn canonical(question: &Grid, answer: &Grid) -> CanonicalForm {
    assert!(
        answer.is_solution_of(question),
        "the canonical form needs the puzzle's solution"
    );
    let shape = question.shape();
    let mut view = View::new(question, answer);
    let mut smallest = Form::LARGEST;
    view.minimize(&mut smallest);
    if shape.is_square() {
        view.transpose();
        view.minimize(&mut smallest);
    }
    let mut bytes = vec![shape.box_rows() as u8, shape.box_cols() as u8];
    bytes.extend(
        smallest.digits[..view.size]
            .iter()
            .flat_map(|row| row[..view.size].iter().map(|digit| digit + 1)),
    );
    bytes.extend(
        smallest.givens[..view.size]
            .iter()
            .flat_map(|mask| mask.to_be_bytes()),
    );
    CanonicalForm(bytes.into_boxed_slice())
}

/// The smallest solution found so far, with the smallest givens among those that reach it.
#[derive(Clone, Copy)]
struct Form {
    /// 0-based digits.
    digits: Square,
    /// One mask of columns per row.
    givens: [u16; MAX_SIZE],
}

impl Form {
    /// Larger than every form of a puzzle.
    const LARGEST: Self = Self {
        digits: [[u8::MAX; MAX_SIZE]; MAX_SIZE],
        givens: [u16::MAX; MAX_SIZE],
    };
}

/// A solution with its givens, in one orientation.
struct View {
    size: usize,
    box_rows: usize,
    box_cols: usize,
    /// 0-based digits.
    digits: Square,
    /// One mask of columns per row.
    givens: [u16; MAX_SIZE],
}

impl View {
    fn new(question: &Grid, answer: &Grid) -> Self {
        let shape = answer.shape();
        let size = shape.size();
        let (mut digits, mut givens) = ([[0; MAX_SIZE]; MAX_SIZE], [0; MAX_SIZE]);
        for (cell, (&digit, &given)) in answer.cells().iter().zip(question.cells()).enumerate() {
            let (row, column) = (cell / size, cell % size);
            digits[row][column] = digit - 1;
            givens[row] |= u16::from(given != 0) << column;
        }
        Self {
            size,
            box_rows: shape.box_rows(),
            box_cols: shape.box_cols(),
            digits,
            givens,
        }
    }

    fn transpose(&mut self) {
        let (digits, givens) = (self.digits, self.givens);
        self.givens = [0; MAX_SIZE];
        for (column, (digits, givens)) in digits.iter().zip(givens).enumerate().take(self.size) {
            for (row, &digit) in digits.iter().enumerate().take(self.size) {
                self.digits[row][column] = digit;
                self.givens[row] |= (givens >> row & 1) << column;
            }
        }
    }

    /// Lowers `smallest` to the smallest form of this orientation, if that is smaller.
    fn minimize(&self, smallest: &mut Form) {
        for first in 0..self.size {
            let band = first / self.box_rows * self.box_rows;
            for second in (band..band + self.box_rows).filter(|&second| second != first) {
                self.descend(Descent::new(first, second), 0, smallest);
            }
        }
    }

    /// Decides the columns from `place` on in every way that may still give the smallest form.
    fn descend(&self, descent: Descent, place: usize, smallest: &mut Form) {
        if place == self.size {
            return self.compare(&descent, smallest);
        }
        for column in descent.columns_for(place, self) {
            let mut next = descent;
            if next.columns[place].is_none() {
                next.put(column, self);
            }
            next.second_row[place] = next.label(self.digits[next.second][column], self);
            if next.second_row[..=place] <= smallest.digits[1][..=place] {
                self.descend(next, place + 1, smallest);
            }
        }
    }

    /// Compares the form that a complete order of columns gives, row by row.
    fn compare(&self, descent: &Descent, smallest: &mut Form) {
        let columns = descent
            .columns
            .map(|column| usize::from(column.unwrap_or_default()));
        let labels = descent.labels.map(Option::unwrap_or_default);
        let label = |row: usize, column: usize| labels[usize::from(self.digits[row][column])];
        let rows = self.sorted_rows(|row| label(row, columns[0]));
        let mut form = Form {
            digits: [[0; MAX_SIZE]; MAX_SIZE],
            givens: [0; MAX_SIZE],
        };
        let mut order = Ordering::Equal;
        for (place, &row) in rows[..self.size].iter().enumerate() {
            for (cell, &column) in columns[..self.size].iter().enumerate() {
                form.digits[place][cell] = label(row, column);
                form.givens[place] |= (self.givens[row] >> column & 1) << cell;
            }
            order = order.then_with(|| {
                form.digits[place][..self.size].cmp(&smallest.digits[place][..self.size])
            });
            if order == Ordering::Greater {
                return;
            }
        }
        if order.then_with(|| form.givens.cmp(&smallest.givens)) == Ordering::Less {
            *smallest = form;
        }
    }

    /// The rows in the order that is smallest when `first_cell` is the new first cell of a row:
    /// ascending within bands, the bands ascending. This keeps the first row first and the second
    /// one second: their first cells are the smallest that the band's boxes leave them.
    fn sorted_rows(&self, first_cell: impl Fn(usize) -> u8) -> [usize; MAX_SIZE] {
        let mut bands = [[0; MAX_SIZE / 2]; MAX_SIZE / 2];
        let bands = &mut bands[..self.size / self.box_rows];
        for (index, band) in bands.iter_mut().enumerate() {
            let band = &mut band[..self.box_rows];
            band.iter_mut()
                .enumerate()
                .for_each(|(row, slot)| *slot = index * self.box_rows + row);
            band.sort_unstable_by_key(|&row| first_cell(row));
        }
        bands.sort_unstable_by_key(|band| first_cell(band[0]));
        let mut rows = [0; MAX_SIZE];
        let sorted = bands.iter().flat_map(|band| &band[..self.box_rows]);
        rows.iter_mut()
            .zip(sorted)
            .for_each(|(row, &sorted)| *row = sorted);
        rows
    }
}

/// The rows that become the first and the second one, a partly decided order of columns, and what
/// follows from it.
#[derive(Clone, Copy)]
struct Descent {
    first: usize,
    second: usize,
    /// The column that comes to each place.
    columns: [Option<u8>; MAX_SIZE],
    /// The place that each stack comes to.
    stacks: [Option<u8>; MAX_SIZE / 2],
    stacks_decided: u8,
    /// Decided columns of each stack; they fill its places from the left.
    columns_decided: [u8; MAX_SIZE / 2],
    /// The new digit of each old one.
    labels: [Option<u8>; MAX_SIZE],
    /// The second row in new digits, as far as the search has come.
    second_row: [u8; MAX_SIZE],
}

impl Descent {
    fn new(first: usize, second: usize) -> Self {
        Self {
            first,
            second,
            columns: [None; MAX_SIZE],
            stacks: [None; MAX_SIZE / 2],
            stacks_decided: 0,
            columns_decided: [0; MAX_SIZE / 2],
            labels: [None; MAX_SIZE],
            second_row: [0; MAX_SIZE],
        }
    }

    /// The columns that can come to `place`, all places to the left of it being decided.
    fn columns_for(&self, place: usize, view: &View) -> impl Iterator<Item = usize> + use<> {
        let decided = self.columns[place].map(usize::from);
        let stack_place = place / view.box_cols;
        let stack = (0..view.size / view.box_cols)
            .find(|&stack| self.stacks[stack].map(usize::from) == Some(stack_place));
        let (descent, box_cols) = (*self, view.box_cols);
        (0..view.size).filter(move |&column| match (decided, stack) {
            (Some(decided), _) => column == decided,
            (None, Some(stack)) => column / box_cols == stack && !descent.has(column),
            (None, None) => descent.stacks[column / box_cols].is_none(),
        })
    }

    fn has(&self, column: usize) -> bool {
        self.columns.contains(&Some(column as u8))
    }

    /// Decides the next free place of its stack for the column.
    fn put(&mut self, column: usize, view: &View) -> u8 {
        let stack = column / view.box_cols;
        let stack_place = *self.stacks[stack].get_or_insert_with(|| {
            self.stacks_decided += 1;
            self.stacks_decided - 1
        });
        let place = stack_place * view.box_cols as u8 + self.columns_decided[stack];
        self.columns_decided[stack] += 1;
        self.columns[usize::from(place)] = Some(column as u8);
        self.labels[usize::from(view.digits[self.first][column])] = Some(place);
        place
    }

    /// The new digit of an old one; if it is open, the smallest one that is possible.
    fn label(&mut self, digit: u8, view: &View) -> u8 {
        self.labels[usize::from(digit)].unwrap_or_else(|| {
            let column = view.digits[self.first]
                .iter()
                .position(|&other| other == digit)
                .unwrap_or_default();
            self.put(column, view)
        })
    }
}
