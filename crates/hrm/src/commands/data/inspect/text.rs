//! An inspection on the terminal.

use super::board::{Drawing, Ink, draw};
use crate::error::CliError;
use crate::format::{count, counted};
use crate::output;
use crate::table::{Table, width};
use hrm_audit::{Bin, Example, Inspection, Measure, Panel, SetInspection};

/// Columns between two boards.
const GAP: usize = 3;

/// Columns of the longest bar of a histogram.
const BAR: usize = 40;

pub(super) fn print(inspection: &Inspection) -> Result<(), CliError> {
    let mut facts = Table::new([inspection.title.as_str(), ""]);
    for (name, text) in &inspection.facts {
        facts.row([name.clone(), text.clone()]);
    }
    output::line(&facts.to_string())?;
    let ink = Ink::of_terminal();
    for set in &inspection.sets {
        output::line(&format!("\n{}", title(set)))?;
        for measure in &set.measures {
            output::line(&histogram(measure))?;
        }
        for example in set.examples.iter().chain(&set.augmented) {
            output::line(&drawn(example, ink))?;
        }
    }
    Ok(())
}

/// The set, its split, and how many puzzles it has of which kind.
fn title(set: &SetInspection) -> String {
    let kinds = set.kinds.iter();
    let kinds: Vec<String> = kinds.map(|(kind, n)| counted(*n as u64, kind)).collect();
    let SetInspection {
        dataset,
        name,
        split,
        ..
    } = set;
    format!("{dataset} {name} ({}): {}", split.name(), kinds.join(", "))
}

fn histogram(measure: &Measure) -> String {
    let Measure {
        name,
        min,
        mean,
        max,
        bins,
    } = measure;
    let mut lines = vec![format!("\n  {name}: {min} to {max}, mean {mean:.1}")];
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1);
    let label = |bin: &Bin| match bin.first == bin.last {
        true => bin.first.to_string(),
        false => format!("{}–{}", bin.first, bin.last),
    };
    let label_width = bins.iter().map(|bin| label(bin).chars().count()).max();
    let label_width = label_width.unwrap_or_default();
    for bin in bins {
        let bar = "█".repeat((bin.count * BAR).div_ceil(most));
        let (label, count) = (label(bin), count(bin.count as u64));
        lines.push(format!("  {label:>label_width$} {bar} {count}"));
    }
    lines.join("\n")
}

/// The boards of an example, side by side as far as the terminal is wide.
fn drawn(example: &Example, ink: Ink) -> String {
    let mut text = format!("\n  {}\n", example.title);
    for row in &example.rows {
        let drawings: Vec<Drawing> = row.iter().map(|panel| with_caption(panel, ink)).collect();
        let mut rest = &drawings[..];
        while !rest.is_empty() {
            let (line, more) = rest.split_at(fitting(rest, width()));
            text.push_str(&beside(line));
            rest = more;
        }
    }
    text.trim_end().to_owned()
}

fn with_caption(panel: &Panel, ink: Ink) -> Drawing {
    draw(&panel.board, ink).under(&panel.caption)
}

/// How many drawings have room in one line: at least one.
fn fitting(drawings: &[Drawing], width: usize) -> usize {
    let mut used = 0;
    let fits = drawings.iter().take_while(|drawing| {
        used += drawing.width() + GAP;
        used <= width
    });
    fits.count().max(1)
}

fn beside(drawings: &[Drawing]) -> String {
    let height = drawings.iter().map(Drawing::height).max();
    let mut text = String::new();
    for line in 0..height.unwrap_or_default() {
        let mut row = String::new();
        for drawing in drawings {
            row.push_str(&" ".repeat(GAP));
            row.push_str(&drawing.padded(line));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text + "\n"
}
