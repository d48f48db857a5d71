//! The legend: a row of entries above the plot, wrapped where it has to be.

use super::chart::Stroke;
use super::{MARGIN, SCALE, WIDTH, draw, text};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::borrow::Cow;

/// Entries at most; the rest is counted in words. Every value is in the CSV files anyway.
const ENTRIES_MAX: usize = 24;
const TEXT: u32 = 14;
const ROW: u32 = 22;
const SWATCH: u32 = 22;
const GAP: u32 = 18;
/// Below the last row.
const BELOW: u32 = 6;
/// Width of a row in CSS pixels.
const ROW_WIDTH: u32 = WIDTH - 2 * MARGIN;

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

/// Where an entry stands: its place in CSS pixels from the left, and its row.
struct Place<'a> {
    /// None for the count of what is left out.
    entry: Option<&'a Entry>,
    label: Cow<'a, str>,
    x: u32,
    row: u32,
}

/// Height of the legend in CSS pixels: 0 without entries. It depends on the entries alone, so that the
/// plot below can keep its own height.
pub(crate) fn height(entries: &[Entry]) -> Result<u32, String> {
    let places = places(entries)?;
    Ok(places.last().map_or(0, |last| (last.row + 1) * ROW + BELOW))
}

/// Draws the legend into an area as wide as [`ROW_WIDTH`].
pub(crate) fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    entries: &[Entry],
) -> Result<(), String> {
    let style = text::ink(TEXT).pos(Pos::new(HPos::Left, VPos::Center));
    for place in places(entries)? {
        let x = (place.x * SCALE) as i32;
        let middle = ((place.row * ROW + ROW / 2) * SCALE) as i32;
        if let Some(entry) = place.entry {
            draw::key(area, entry, x, middle, (SWATCH * SCALE) as i32)?;
        }
        let text = x + (swatch(place.entry) * SCALE) as i32;
        area.draw_text(&place.label, &style, (text, middle))
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Entries in rows from left to right.
fn places(entries: &[Entry]) -> Result<Vec<Place<'_>>, String> {
    let rest = entries.len().saturating_sub(ENTRIES_MAX);
    let more = (rest > 0).then(|| (None, Cow::Owned(format!("and {rest} more"))));
    let shown = entries.iter().take(ENTRIES_MAX);
    let shown = shown.map(|entry| (Some(entry), Cow::Borrowed(entry.label.as_str())));
    let style = text::ink(TEXT);
    let (mut x, mut row) = (0, 0);
    let mut places = Vec::new();
    for (entry, label) in shown.chain(more) {
        let (text, _) = style.font.box_size(&label).map_err(|e| e.to_string())?;
        let width = swatch(entry) + text.div_ceil(SCALE);
        if x > 0 && x + width > ROW_WIDTH {
            (x, row) = (0, row + 1);
        }
        places.push(Place {
            entry,
            label,
            x,
            row,
        });
        x += width + GAP;
    }
    Ok(places)
}

/// Room for the key of an entry and the gap behind it.
const fn swatch(entry: Option<&Entry>) -> u32 {
    if entry.is_some() { SWATCH + 7 } else { 0 }
}
