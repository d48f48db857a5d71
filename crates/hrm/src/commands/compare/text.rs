//! A comparison as text: the verdicts last, where a terminal shows them.

use crate::error::CliError;
use crate::format::{count, duration, percent};
use crate::output;
use crate::table::of_rows;
use hrm_report::{
    AdaptiveAccuracy, ComparedSide, ComparisonData, CostValue, Difference, MetricCount, Paired,
    p_value, si, side_letter,
};

/// Puzzles whose numbers are printed; all are in the JSON and on the page.
const LISTED: usize = 10;

/// What stands where there is no value.
const NONE: &str = "–";

pub(super) fn print(comparison: &ComparisonData) -> Result<(), CliError> {
    let mut parts = vec![
        configuration(comparison),
        metrics(comparison),
        cost(comparison),
    ];
    if !comparison.by_difficulty.is_empty() {
        parts.push(by_difficulty(comparison));
    }
    let differences = comparison.differences.iter().enumerate();
    parts.extend(
        differences.map(|(index, difference)| verdict(difference, &side_letter(index + 1))),
    );
    if !comparison.warnings.is_empty() {
        let lines = comparison.warnings.iter();
        let lines: Vec<String> = lines.map(|warning| format!("note: {warning}")).collect();
        parts.push(lines.join("\n"));
    }
    output::line(&parts.join("\n\n"))
}

/// A table with one column for each side.
fn of_sides(
    comparison: &ComparisonData,
    title: &str,
    rows: impl IntoIterator<Item = (String, Vec<String>)>,
) -> String {
    let letters = (0..comparison.sides.len()).map(side_letter);
    let titles: Vec<String> = std::iter::once(title.to_owned()).chain(letters).collect();
    let row = |(label, cells): (String, Vec<String>)| {
        std::iter::once(label).chain(cells).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = rows.into_iter().map(row).collect();
    of_rows(&titles, &rows)
}

fn configuration(comparison: &ComparisonData) -> String {
    let of_each = |text: fn(&ComparedSide) -> String| comparison.sides.iter().map(text).collect();
    let training = |side: &ComparedSide| {
        let training = side.training.clone();
        training.unwrap_or_else(|| "another program".to_owned())
    };
    let rows = [
        ("evaluation".to_owned(), of_each(|side| side.name.clone())),
        ("training".to_owned(), of_each(training)),
    ];
    let differing = comparison.differing.iter();
    let differing = differing.map(|key| (key.key.clone(), key.texts().collect()));
    of_sides(
        comparison,
        "what differs",
        rows.into_iter().chain(differing),
    )
}

fn metrics(comparison: &ComparisonData) -> String {
    let score = |score: Option<&MetricCount>| {
        let share = score.and_then(|score| Some((score, score.count.share()?)));
        share.map_or_else(
            || NONE.to_owned(),
            |(score, share)| {
                let interval = score.interval().map_or_else(String::new, |interval| {
                    format!(
                        " ({:.1}–{:.1})",
                        100.0 * interval.low,
                        100.0 * interval.high
                    )
                });
                let (hits, total) = (count(score.count.hits), count(score.count.total));
                format!("{}{interval}, {hits} of {total}", percent(share))
            },
        )
    };
    let rows = comparison
        .metrics()
        .into_iter()
        .map(|(label, scores)| (label, scores.into_iter().map(score).collect()));
    let adaptive = |side: &ComparedSide| side.adaptive.map_or_else(|| NONE.to_owned(), halting);
    let has_adaptive = comparison.sides.iter().any(|side| side.adaptive.is_some());
    let adaptive = has_adaptive.then(|| {
        let cells = comparison.sides.iter().map(adaptive).collect();
        ("learned halting".to_owned(), cells)
    });
    of_sides(comparison, "metric", rows.chain(adaptive))
}

fn halting(adaptive: AdaptiveAccuracy) -> String {
    let segments = adaptive
        .mean_segments
        .map_or_else(String::new, |mean| format!(", {mean:.1} segments"));
    format!("{}{segments}", percent(adaptive.exact_accuracy))
}

fn cost(comparison: &ComparisonData) -> String {
    let row = |(label, values): (&str, Vec<Option<CostValue>>)| {
        let cell = |value: Option<CostValue>| value.map_or_else(|| NONE.to_owned(), cost_text);
        (label.to_owned(), values.into_iter().map(cell).collect())
    };
    of_sides(comparison, "cost", comparison.costs().into_iter().map(row))
}

fn cost_text(value: CostValue) -> String {
    match value {
        CostValue::Seconds(seconds) => duration(seconds),
        CostValue::Energy(joules) => si(joules, "J"),
        CostValue::Parameters(parameters) => count(parameters),
        CostValue::Operations(flops) => si(flops, "FLOP"),
    }
}

fn by_difficulty(comparison: &ComparisonData) -> String {
    let row = |group: &hrm_report::DifficultyGroup| {
        let share = |count: hrm_report::Count| {
            let share = count.share().map_or_else(|| NONE.to_owned(), percent);
            format!("{share}, {} of {}", count.hits, count.total)
        };
        (group.label(), group.counts().map(share).collect())
    };
    of_sides(
        comparison,
        "difficulty",
        comparison.by_difficulty.iter().map(row),
    )
}

fn verdict(difference: &Difference, letter: &str) -> String {
    let sentence = difference.sentence();
    let Some(paired) = &difference.paired else {
        return sentence;
    };
    let Paired {
        puzzles,
        both,
        neither,
        ..
    } = paired;
    let interval = paired.interval.map_or_else(String::new, |[low, high]| {
        let (low, high) = (100.0 * low, 100.0 * high);
        format!(" (95 % interval {low:+.1} to {high:+.1})")
    });
    format!(
        "{letter} against A on {} shared puzzles: {:+.1} points{interval}; exact McNemar {} (corrected {})\n\
         both solve {}, neither {}\n\
         A solved, {letter} failed: {}\n\
         {letter} solved, A failed: {}\n\
         {sentence} Puzzles are resampled, trainings are not: another seed may differ.",
        count(*puzzles),
        100.0 * difference.difference,
        p_text(paired.p),
        p_text(paired.p_corrected),
        count(*both),
        count(*neither),
        listed(&paired.only_a),
        listed(&paired.only_b),
    )
}

/// `p = 0.045` or `p < 0.001`.
fn p_text(p: f64) -> String {
    let value = p_value(p);
    let equals = if value.starts_with('<') { "" } else { "= " };
    format!("p {equals}{value}")
}

fn listed(puzzles: &[u32]) -> String {
    let first: Vec<String> = puzzles.iter().take(LISTED).map(u32::to_string).collect();
    let more = if puzzles.len() > LISTED { ", …" } else { "" };
    match puzzles.len() {
        0 => "0".to_owned(),
        count => format!("{count} (puzzles {}{more})", first.join(", ")),
    }
}
