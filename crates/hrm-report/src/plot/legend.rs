//! The legend: a row of entries above the plot, wrapped where it has to be.

use super::chart::Stroke;
use super::{SCALE, draw, text};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Entries at most; the rest is counted in words. Every value is in the CSV files anyway.
const ENTRIES_MAX: usize = 12;
const TEXT: u32 = 14;
const ROW: u32 = 22;
const SWATCH: u32 = 22;
const GAP: u32 = 18;

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) label: String,
    pub(crate) color: RGBColor,
    pub(crate) key: Key,
}

/// What stands before an entry's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Line(Stroke),
    Box,
    Diamond,
}

/// Adds an entry unless there is the same one already.
pub(crate) fn push_new(entries: &mut Vec<Entry>, entry: Entry) {
    if !entries.contains(&entry) {
        entries.push(entry);
    }
}

/// Draws the legend and returns its height in drawing units: 0 without entries.
pub(crate) fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    entries: &[Entry],
) -> Result<u32, String> {
    if entries.is_empty() {
        return Ok(0);
    }
    let style = text::ink(TEXT);
    let (width, _) = area.dim_in_pixel();
    let (mut x, mut row) = (0, 0);
    let rest = entries.len().saturating_sub(ENTRIES_MAX);
    let more = (rest > 0).then(|| format!("and {rest} more"));
    let labels = entries
        .iter()
        .take(ENTRIES_MAX)
        .map(|entry| (Some(entry), entry.label.as_str()));
    for (entry, label) in labels.chain(more.as_deref().map(|label| (None, label))) {
        let (text_width, _) = area
            .estimate_text_size(label, &style)
            .map_err(|error| error.to_string())?;
        let swatch = if entry.is_some() {
            (SWATCH + 7) * SCALE
        } else {
            0
        };
        if x > 0 && x + swatch + text_width > width {
            (x, row) = (0, row + 1);
        }
        let middle = ((row * ROW + ROW / 2) * SCALE) as i32;
        if let Some(entry) = entry {
            draw::key(area, entry, x as i32, middle, (SWATCH * SCALE) as i32)?;
        }
        let anchored = style.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw_text(label, &anchored, ((x + swatch) as i32, middle))
            .map_err(|error| error.to_string())?;
        x += swatch + text_width + GAP * SCALE;
    }
    Ok(((row + 1) * ROW + 6) * SCALE)
}
