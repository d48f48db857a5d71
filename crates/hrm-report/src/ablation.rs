//! What sets the rows of an ablation apart, and whether they form a grid.

use crate::{Ablation, AblationRow};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Cells of a grid at least; fewer are a list.
const CELLS_MIN: usize = 4;

/// The settings that are not the same in all rows, in the order of their paths.
pub(crate) fn differing(ablation: &Ablation) -> Vec<&str> {
    let rows = &ablation.rows;
    let all: BTreeSet<&String> = rows.iter().flat_map(|row| row.settings.keys()).collect();
    let differs = |key: &&String| {
        let mut values = rows.iter().map(|row| row.settings.get(*key));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    all.into_iter()
        .filter(differs)
        .map(String::as_str)
        .collect()
}

/// Rows that differ in two settings alone, as a matrix.
#[derive(Debug, PartialEq)]
pub(crate) struct Grid<'a> {
    /// The setting of the columns, and its values in order.
    pub(crate) across: Axis<'a>,
    /// The setting of the rows, and its values in order.
    pub(crate) down: Axis<'a>,
    /// What else sets these rows apart from the others of the ablation.
    pub(crate) fixed: Vec<(&'a str, Option<&'a str>)>,
    /// The row of the ablation in each cell, by row and column; none where there is none.
    pub(crate) cells: Vec<Vec<Option<&'a AblationRow>>>,
}

/// A setting that varies along one side of a grid.
#[derive(Debug, PartialEq)]
pub(crate) struct Axis<'a> {
    pub(crate) key: &'a str,
    pub(crate) values: Vec<&'a str>,
}

/// The grids along the two settings that bring most rows into grids; none where there are not at least
/// four rows that differ in the same two settings alone, or where the two go hand in hand.
pub(crate) fn grids(ablation: &Ablation) -> Vec<Grid<'_>> {
    let keys = differing(ablation);
    let mut best: Vec<Grid<'_>> = Vec::new();
    let cells = |grids: &[Grid<'_>]| -> usize { grids.iter().map(Grid::filled).sum() };
    for (index, down) in keys.iter().enumerate() {
        for across in keys.iter().skip(index + 1) {
            let found = grids_along(ablation, &keys, across, down);
            if cells(&found) > cells(&best) {
                best = found;
            }
        }
    }
    best
}

fn grids_along<'a>(
    ablation: &'a Ablation,
    keys: &[&'a str],
    across: &'a str,
    down: &'a str,
) -> Vec<Grid<'a>> {
    let others: Vec<&str> = keys
        .iter()
        .copied()
        .filter(|key| ![across, down].contains(key))
        .collect();
    let mut parts: Vec<(Vec<Option<&str>>, Vec<&AblationRow>)> = Vec::new();
    for row in &ablation.rows {
        let fixed: Vec<Option<&str>> = others.iter().map(|key| value(row, key)).collect();
        match parts.iter_mut().find(|(known, _)| *known == fixed) {
            Some((_, rows)) => rows.push(row),
            None => parts.push((fixed, vec![row])),
        }
    }
    let grid = |(fixed, rows): (Vec<Option<&'a str>>, Vec<&'a AblationRow>)| {
        let fixed = others.iter().copied().zip(fixed).collect();
        Grid::of(&rows, across, down, fixed)
    };
    parts.into_iter().filter_map(grid).collect()
}

impl<'a> Grid<'a> {
    fn of(
        rows: &[&'a AblationRow],
        across: &'a str,
        down: &'a str,
        fixed: Vec<(&'a str, Option<&'a str>)>,
    ) -> Option<Self> {
        let mut by_place: BTreeMap<(&str, &str), &AblationRow> = BTreeMap::new();
        for row in rows {
            // Rows of one cell have the same settings altogether: the first stands for them.
            by_place
                .entry((value(row, down)?, value(row, across)?))
                .or_insert(row);
        }
        let axis = |key: &'a str| Axis {
            key,
            values: in_order(rows.iter().filter_map(|row| value(row, key))),
        };
        let (across, down) = (axis(across), axis(down));
        let fewest = across.values.len().min(down.values.len());
        // As many cells as values on both sides are a diagonal, which a list shows as well.
        let is_grid = fewest >= 2 && by_place.len() >= CELLS_MIN && by_place.len() > fewest;
        let cell = |down: &'a str| {
            let of_column = |across: &&'a str| by_place.get(&(down, *across)).copied();
            across.values.iter().map(of_column).collect()
        };
        let cells = down.values.iter().map(|value| cell(value)).collect();
        is_grid.then_some(Self {
            across,
            down,
            fixed,
            cells,
        })
    }

    /// Cells with a row.
    fn filled(&self) -> usize {
        self.cells.iter().flatten().flatten().count()
    }
}

fn value<'a>(row: &'a AblationRow, key: &str) -> Option<&'a str> {
    row.settings.get(key).map(String::as_str)
}

/// Every value once: numbers by size, anything else in the order of the rows.
fn in_order<'a>(values: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct: Vec<&str> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    let by_size = |a: &&str, b: &&str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => Ordering::Equal,
    };
    if distinct.iter().all(|value| value.parse::<f64>().is_ok()) {
        distinct.sort_by(by_size);
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ablation(rows: &[&[(&str, &str)]]) -> Ablation {
        let row = |settings: &&[(&str, &str)]| AblationRow {
            settings: settings
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
            ..AblationRow::default()
        };
        Ablation {
            rows: rows.iter().map(row).collect(),
            ..Ablation::default()
        }
    }

    /// Rows of two settings.
    fn rows<'a>(cells: &[[&'a str; 2]]) -> Vec<[(&'a str, &'a str); 2]> {
        cells.iter().map(|[t, n]| [("t", *t), ("n", *n)]).collect()
    }

    fn of_cells(cells: &[[&str; 2]]) -> Ablation {
        let rows = rows(cells);
        ablation(&rows.iter().map(<[_; 2]>::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_differs_is_a_column_and_unset_is_a_value() {
        let ablation = ablation(&[
            &[("arch", "trm"), ("ema", "0.999"), ("lr", "0.1")],
            &[("arch", "trm"), ("lr", "0.1")],
            &[("arch", "hrm"), ("lr", "0.1")],
        ]);
        assert_eq!(differing(&ablation), ["arch", "ema"]);
        assert!(differing(&Ablation::default()).is_empty());
        assert!(grids(&ablation).is_empty());
    }

    #[test]
    fn a_swept_pair_is_a_matrix_in_the_order_of_its_numbers() {
        let ablation = of_cells(&[["10", "2"], ["10", "4"], ["9", "4"], ["9", "2"]]);
        let grids = grids(&ablation);
        let [grid] = grids.as_slice() else {
            panic!("{grids:?}");
        };
        assert_eq!(
            (grid.across.key, &grid.across.values[..]),
            ("t", &["9", "10"][..])
        );
        assert_eq!(
            (grid.down.key, &grid.down.values[..]),
            ("n", &["2", "4"][..])
        );
        let rows: Vec<Vec<usize>> = grid
            .cells
            .iter()
            .map(|row| places(&ablation, row))
            .collect();
        assert_eq!(rows, [[3, 0], [2, 1]]);
        assert!(grid.fixed.is_empty());
    }

    fn places(ablation: &Ablation, cells: &[Option<&AblationRow>]) -> Vec<usize> {
        let place =
            |cell: &&AblationRow| ablation.rows.iter().position(|row| row == *cell).unwrap();
        cells.iter().flatten().map(place).collect()
    }

    #[test]
    fn a_diagonal_a_line_and_few_rows_are_no_grid() {
        for cells in [
            &[["1", "1"], ["2", "2"], ["3", "3"], ["4", "4"]][..],
            &[["1", "1"], ["1", "2"], ["1", "3"], ["1", "4"]],
            &[["1", "1"], ["1", "2"], ["2", "1"]],
            &[["1", "1"], ["1", "2"], ["2", "1"], ["2", "1"]],
        ] {
            assert!(grids(&of_cells(cells)).is_empty(), "{cells:?}");
        }
    }

    #[test]
    fn a_repeated_cell_shows_its_first_row() {
        let ablation = of_cells(&[["1", "1"], ["2", "2"], ["1", "1"], ["1", "2"], ["2", "1"]]);
        let grids = grids(&ablation);
        assert_eq!(grids.len(), 1);
        let first = grids[0].cells[0][0].unwrap();
        assert!(std::ptr::eq(first, &ablation.rows[0]));
    }

    #[test]
    fn what_else_differs_makes_several_grids_with_gaps() {
        let mut all = Vec::new();
        for arch in ["hrm", "trm"] {
            for cell in [["1", "1"], ["2", "2"], ["2", "1"], ["3", "3"]] {
                all.push([("arch", arch), ("t", cell[0]), ("n", cell[1])]);
            }
        }
        all.push([("arch", "transformer"), ("t", "1"), ("n", "1")]);
        let ablation = ablation(&all.iter().map(<[_; 3]>::as_slice).collect::<Vec<_>>());
        let grids = grids(&ablation);
        let fixed: Vec<_> = grids.iter().map(|grid| grid.fixed.clone()).collect();
        assert_eq!(
            fixed,
            [vec![("arch", Some("hrm"))], vec![("arch", Some("trm"))]]
        );
        assert_eq!(grids[0].filled(), 4);
        assert_eq!(grids[0].cells[0][2], None);
    }
}
