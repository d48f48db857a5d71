//! What the shared puzzles say: the test, and the puzzles that only one side solves.

use super::{ComparisonData, Difference, DisputedPuzzle, Paired, side_letter};
use crate::format::{decimal, p_value, whole};
use crate::page::board;
use maud::{Markup, html};

/// The test of each side against the first.
pub(super) fn tests(data: &ComparisonData) -> Markup {
    html! {
        section #test {
            h2 { "Paired test" }
            @for (index, difference) in data.differences.iter().enumerate() {
                @let letter = side_letter(index + 1);
                @match &difference.paired {
                    Some(paired) => (test(difference, paired, &letter)),
                    None => p.missing { (letter) " and A share no puzzle: nothing is tested." },
                }
            }
            p.note {
                "Puzzles are resampled, trainings are not: another seed of either side may differ by more. p is of the \
                 exact McNemar test, which looks at the puzzles that only one side solves, corrected for the number of \
                 comparisons by Holm's rule."
            }
        }
    }
}

fn test(difference: &Difference, paired: &Paired, letter: &str) -> Markup {
    html! {
        div.card.test {
            h3 { (letter) " against A, on " (whole(paired.puzzles)) " shared puzzles" }
            div.rows {
                (table(paired, letter))
                dl.facts {
                    div { dt { "Difference" } dd { (points(difference.difference)) " points" } }
                    @if let Some([low, high]) = paired.interval {
                        div { dt { "95 % bootstrap interval" } dd { (points(low)) " to " (points(high)) " points" } }
                    }
                    div { dt { "Exact McNemar p" } dd { (p_value(paired.p)) } }
                    div { dt { "Corrected p" } dd { (p_value(paired.p_corrected)) } }
                    @if let Some(detectable) = paired.detectable {
                        div { dt { "Detectable with 80 % power" } dd { (decimal(tenths(100.0 * detectable))) " points" } }
                    }
                }
            }
        }
    }
}

/// The two by two counts.
fn table(paired: &Paired, letter: &str) -> Markup {
    let (only_a, only_b) = (paired.only_a.len() as u64, paired.only_b.len() as u64);
    html! {
        table.plain {
            thead { tr { th scope="col" { "Puzzles" } th scope="col" { (letter) " solves" } th scope="col" { (letter) " fails" } } }
            tbody {
                tr { th scope="row" { "A solves" } td { (whole(paired.both)) } td { (whole(only_a)) } }
                tr { th scope="row" { "A fails" } td { (whole(only_b)) } td { (whole(paired.neither)) } }
            }
        }
    }
}

/// `+3.2`, `−1.0`, `0.0`.
fn points(share: f64) -> String {
    let points = tenths(100.0 * share);
    if points == 0.0 {
        return "0.0".to_owned();
    }
    format!("{points:+.1}").replace('-', "−")
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The puzzles that only one side solves: all numbers, and drawings of some.
pub(super) fn disputed(data: &ComparisonData) -> Markup {
    html! {
        section #disputed {
            h2 { "Solved by one, failed by the other" }
            @for (index, difference) in data.differences.iter().enumerate() {
                @if let Some(paired) = &difference.paired {
                    @let letter = side_letter(index + 1);
                    (list("A", &letter, &paired.only_a))
                    (drawings(difference, &letter, &paired.only_a))
                    (list(&letter, "A", &paired.only_b))
                    (drawings(difference, &letter, &paired.only_b))
                }
            }
            @if data.differences.iter().all(|difference| difference.paired.is_none()) {
                p.missing { "No puzzle was evaluated by both sides." }
            }
        }
    }
}

fn list(solved: &str, failed: &str, puzzles: &[u32]) -> Markup {
    let numbers: Vec<String> = puzzles.iter().map(u32::to_string).collect();
    html! {
        h3 { (solved) " solved, " (failed) " failed: " (whole(puzzles.len() as u64)) }
        @if !puzzles.is_empty() {
            details.card {
                summary { "Numbers of the puzzles, as A counts them" }
                p.numbers { (numbers.join(", ")) }
            }
        }
    }
}

/// The drawn ones of these puzzles.
fn drawings(difference: &Difference, letter: &str, puzzles: &[u32]) -> Markup {
    let drawn = difference
        .disputed
        .iter()
        .filter(|disputed| puzzles.contains(&disputed.index));
    html! {
        div.pairs { @for disputed in drawn { (pair(disputed, letter)) } }
    }
}

fn pair(disputed: &DisputedPuzzle, letter: &str) -> Markup {
    let name = format!("{} {}", board::name(disputed.puzzle), disputed.index);
    let columns = board::columns(disputed.puzzle);
    html! {
        figure.card.trace {
            figcaption { strong { (name) } }
            div.panels {
                @for (letter, prediction) in ["A", letter].into_iter().zip(&disputed.predictions) {
                    div.panel {
                        div class=(format!("board {}", board::kind(disputed.puzzle))) role="img"
                            aria-label=(format!("{name}, prediction of {letter}")) style=(format!("--columns:{columns}")) {
                            (board::final_cells(disputed.puzzle, &disputed.question, &disputed.answer, prediction))
                        }
                        p.note {
                            @if prediction.is_empty() { (letter) " gave no answer" }
                            @else if *prediction == disputed.answer { span.mark.ok { "✓ " (letter) } }
                            @else { span.mark.bad { "✗ " (letter) } }
                        }
                    }
                }
            }
        }
    }
}
