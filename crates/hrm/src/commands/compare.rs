//! `hrm compare`

use crate::cli::Compare;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::duration;
use crate::output;
use crate::table::of_rows;
use hrm_config::ComparabilityKey;
use hrm_runner::{Comparison, Difference, Side, Verdict};
use hrm_store::{Database, Store};
use std::path::Path;

/// Puzzles whose indices are printed; all are in the JSON.
const LISTED: usize = 10;

pub(super) fn compare(args: &Compare, state: &Path) -> Result<Exit, CliError> {
    let store = Store::open(state)?;
    let database = Database::open(&store)?;
    let across: Vec<ComparabilityKey> = args.across.iter().map(|key| key.0).collect();
    let comparison = hrm_runner::compare(&store, &database, &args.evaluations, &across)?;
    if args.json {
        output::json(&comparison)?;
    } else {
        print(&comparison)?;
    }
    Ok(Exit::Ok)
}

fn print(comparison: &Comparison) -> Result<(), CliError> {
    output::line(&sides(&comparison.sides))?;
    output::line(&differing(comparison))?;
    if !comparison.by_difficulty.is_empty() {
        output::line(&by_difficulty(comparison))?;
    }
    for difference in &comparison.differences {
        output::line(&verdict(difference))?;
    }
    Ok(())
}

/// A, B, C, …; the sides' names in what follows.
fn letter(index: usize) -> String {
    let letter = u8::try_from(index)
        .ok()
        .and_then(|index| b'A'.checked_add(index));
    letter
        .filter(u8::is_ascii_uppercase)
        .map_or_else(|| format!("#{}", index + 1), |l| char::from(l).to_string())
}

fn sides(sides: &[Side]) -> String {
    let titles = [
        "",
        "evaluation",
        "training",
        "exact accuracy",
        "learned halting",
        "training time",
        "parameters",
        "GFLOP a puzzle",
    ];
    let row = |(index, side): (usize, &Side)| {
        let interval = side.interval.map_or_else(String::new, |[low, high]| {
            format!(" ({:.1}–{:.1})", 100.0 * low, 100.0 * high)
        });
        let adaptive = side.adaptive.map_or_else(String::new, |adaptive| {
            let segments = adaptive
                .mean_segments
                .map_or_else(String::new, |mean| format!(", {mean:.1} segments"));
            format!("{:.1} %{segments}", 100.0 * adaptive.exact_accuracy)
        });
        vec![
            letter(index),
            side.name.clone(),
            side.training.clone(),
            format!(
                "{} of {}: {:.1} %{interval}",
                side.exact,
                side.puzzles,
                100.0 * side.accuracy()
            ),
            adaptive,
            duration(side.training_seconds),
            side.parameters.map_or_else(String::new, |n| n.to_string()),
            side.inference_flops
                .map_or_else(String::new, |flops| format!("{:.3}", flops / 1e9)),
        ]
    };
    let rows: Vec<Vec<String>> = sides.iter().enumerate().map(row).collect();
    of_rows(&titles.map(str::to_owned), &rows)
}

fn differing(comparison: &Comparison) -> String {
    if comparison.differing.is_empty() {
        return "\nThe configurations are the same.".to_owned();
    }
    let letters = (0..comparison.sides.len()).map(letter);
    let titles: Vec<String> = std::iter::once("what differs".to_owned())
        .chain(letters)
        .collect();
    let rows: Vec<Vec<String>> = comparison
        .differing
        .iter()
        .map(|key| {
            let values = key.values.iter().map(|value| {
                value
                    .as_ref()
                    .map_or_else(|| "not set".to_owned(), ToString::to_string)
            });
            std::iter::once(key.key.clone()).chain(values).collect()
        })
        .collect();
    format!("\n{}", of_rows(&titles, &rows))
}

fn by_difficulty(comparison: &Comparison) -> String {
    let letters = (0..comparison.sides.len()).map(letter);
    let titles = ["difficulty", "puzzles"]
        .map(str::to_owned)
        .into_iter()
        .chain(letters);
    let rows: Vec<Vec<String>> = comparison
        .by_difficulty
        .iter()
        .map(|group| {
            let range = if group.from == group.to {
                group.from.to_string()
            } else {
                format!("{}–{}", group.from, group.to)
            };
            let share = |exact: &u64| {
                format!(
                    "{exact} ({:.1} %)",
                    100.0 * *exact as f64 / group.puzzles.max(1) as f64
                )
            };
            let first = [range, group.puzzles.to_string()];
            first
                .into_iter()
                .chain(group.exact.iter().map(share))
                .collect()
        })
        .collect();
    format!("\n{}", of_rows(&titles.collect::<Vec<_>>(), &rows))
}

fn verdict(difference: &Difference) -> String {
    let Difference { a, b, .. } = difference;
    let points = 100.0 * difference.difference;
    let Some(paired) = &difference.paired else {
        return format!(
            "\n{b} against {a}: {points:+.1} points. The puzzles are not the same, so nothing is tested."
        );
    };
    let interval = paired.interval.map_or_else(String::new, |[low, high]| {
        format!(
            " (95 % interval {:+.1} to {:+.1})",
            100.0 * low,
            100.0 * high
        )
    });
    let sentence = match difference.verdict {
        Verdict::AIsBetter => format!("{a} is better than {b}"),
        Verdict::BIsBetter => format!("{b} is better than {a}"),
        Verdict::NoDifferenceDetected | Verdict::NotPaired => {
            let found = paired.detectable.map_or_else(String::new, |points| {
                format!(
                    "; one of {:.1} points would have been found with 80 % power",
                    100.0 * points
                )
            });
            format!("no difference detected{found}")
        }
    };
    format!(
        "\n{b} against {a}: {points:+.1} points{interval}; exact McNemar p = {:.3} (corrected {:.3})\n\
         both solve {}, neither {}; only {a}: {}; only {b}: {}\n\
         {sentence}. Puzzles are resampled, trainings are not: another seed may differ.",
        paired.p,
        paired.p_corrected,
        paired.both,
        paired.neither,
        listed(&paired.only_a),
        listed(&paired.only_b),
    )
}

fn listed(puzzles: &[u32]) -> String {
    let first: Vec<String> = puzzles.iter().take(LISTED).map(u32::to_string).collect();
    let more = if puzzles.len() > LISTED { ", …" } else { "" };
    match puzzles.len() {
        0 => "0".to_owned(),
        count => format!("{count} (puzzles {}{more})", first.join(", ")),
    }
}
