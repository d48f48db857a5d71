//! Ablation tables as Markdown, for notes and READMEs.

use crate::ablation::differing;
use crate::ablation_row::{Described, describe, points, points_interval};
use crate::format::{NONE, flops, seconds, whole};
use crate::{Ablation, ReportData};
use std::fmt::Write as _;

/// Heads of the columns after the measure.
const RESULTS: [&str; 5] = [
    "seeds",
    "difference",
    "parameters",
    "compute per puzzle",
    "training time",
];

/// A heading and a table for each ablation.
pub(crate) fn ablations(data: &ReportData) -> String {
    let mut text = String::new();
    for ablation in &data.ablations {
        let _ = writeln!(text, "## Ablation on {}\n", line(&ablation.puzzles));
        table(&mut text, data, ablation);
        text.push('\n');
    }
    text
}

fn table(text: &mut String, data: &ReportData, ablation: &Ablation) {
    let keys = differing(ablation);
    let mut heads = vec!["training".to_owned()];
    heads.extend(keys.iter().map(|key| format!("`{key}`")));
    heads.push(ablation.measure.replace('_', " "));
    heads.extend(RESULTS.map(str::to_owned));
    row(text, &heads);
    row(text, &vec!["---".to_owned(); heads.len()]);
    for entry in &ablation.rows {
        let described = describe(data, entry);
        let setting = |key: &&str| {
            entry
                .settings
                .get(*key)
                .map_or(NONE, String::as_str)
                .to_owned()
        };
        let mut cells = vec![described.name.clone()];
        cells.extend(keys.iter().map(setting));
        cells.extend(results(&described));
        row(text, &cells);
    }
}

fn results(described: &Described<'_>) -> [String; 6] {
    let none = || NONE.to_owned();
    let estimate = described.row.estimate;
    let difference = described.row.difference.map(|difference| {
        let value = points(difference.value);
        match difference.interval {
            Some(interval) => format!("{value} ({})", points_interval(interval)),
            None => format!("{value} (not paired)"),
        }
    });
    [
        estimate.map_or_else(none, |estimate| estimate.text()),
        estimate.map_or_else(none, |estimate| whole(estimate.seeds)),
        difference.unwrap_or_else(none),
        described.parameters.map_or_else(none, whole),
        described.flops.map_or_else(none, flops),
        described.seconds.map_or_else(none, seconds),
    ]
}

fn row(text: &mut String, cells: &[String]) {
    text.push('|');
    for cell in cells {
        let _ = write!(text, " {} |", line(cell));
    }
    text.push('\n');
}

/// A text that cannot end a cell.
fn line(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
