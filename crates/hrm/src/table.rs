//! Tables for people.

use comfy_table::{ContentArrangement, Table as ComfyTable, presets};
use std::fmt;

/// Columns of the terminal; of a file, enough for most lines.
pub(crate) fn width() -> usize {
    ComfyTable::new().width().map_or(120, usize::from)
}

/// A table without lines, fitted to the terminal's width.
pub(crate) struct Table(ComfyTable);

impl Table {
    /// A table with these column titles.
    pub(crate) fn new<const COLUMNS: usize>(titles: [&str; COLUMNS]) -> Self {
        let mut table = ComfyTable::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(titles);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn row<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) {
        self.0.add_row(cells);
    }
}

/// A table of texts under titles that are only known when the program runs.
pub(crate) fn of_rows(titles: &[String], rows: &[Vec<String>]) -> String {
    let mut table = Table::new([]);
    table.0.set_header(titles);
    rows.iter().for_each(|row| {
        table.0.add_row(row);
    });
    for column in table.0.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.to_string()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.trim_fmt())
    }
}
