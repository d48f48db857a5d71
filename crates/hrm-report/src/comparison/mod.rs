//! The page of a comparison: what is claimed first, then the evidence.

mod cost;
mod data;
mod paired;
mod tables;

pub use data::{
    AdaptiveAccuracy, ComparedSide, ComparisonData, CostValue, Difference, DifferingKey,
    DifficultyGroup, DisputedPuzzle, Paired, SideCost, Verdict, side_letter,
};

use crate::ReportError;
use crate::page::{CSS, document, figure, warning_box};
use crate::plot::{self, Drawing};
use maud::{Markup, html};

/// Style of what only this page has.
const COMPARISON_CSS: &str = include_str!("../../assets/comparison.css");

/// A self-contained page with everything of a comparison; `command` makes it again. The same data gives
/// the same bytes.
///
/// # Errors
/// [`ReportError`] when drawing fails, never for the sake of a number.
pub fn comparison_page(data: &ComparisonData, command: &str) -> Result<String, ReportError> {
    let names: Vec<&str> = data.sides.iter().map(|side| side.name.as_str()).collect();
    let title = names.join(" against ");
    let forest = plot::forest(data)?;
    let difficulty = plot::difficulty(data)?;
    let body = html! {
        (header(data, &title))
        main {
            section #summary { @for difference in &data.differences { p.headline { (difference.sentence()) } } }
            (warning_box(&data.warnings))
            (tables::configuration(data))
            (metrics(data, forest.as_ref()))
            (paired::tests(data))
            (by_difficulty(data, difficulty.as_ref()))
            (paired::disputed(data))
            (cost::section(data))
            section #command { h2 { "Compare again" } pre.card tabindex="0" { code { (command) } } }
        }
        footer { p { "Made by hrm " (env!("CARGO_PKG_VERSION")) ". This page is complete in itself." } }
    };
    Ok(document(&title, &[CSS, COMPARISON_CSS], &body).into_string())
}

fn header(data: &ComparisonData, title: &str) -> Markup {
    html! {
        header {
            p.eyebrow { "Comparison" }
            h1 { (title) }
            nav aria-label="Sections" {
                a href="#configuration" { "Configuration" }
                a href="#metrics" { "Metrics" }
                a href="#test" { "Paired test" }
                @if !data.by_difficulty.is_empty() { a href="#difficulty" { "Difficulty" } }
                a href="#disputed" { "Disputed puzzles" }
                a href="#cost" { "Cost" }
                a href="#command" { "Command" }
            }
        }
    }
}

fn metrics(data: &ComparisonData, forest: Option<&Drawing>) -> Markup {
    html! {
        section #metrics {
            h2 { "Metrics" }
            div.plots {
                @if let Some(plot) = forest { (figure::drawing(plot)) }
                (tables::metrics(data))
            }
        }
    }
}

fn by_difficulty(data: &ComparisonData, plot: Option<&Drawing>) -> Markup {
    html! {
        @if let Some(plot) = plot {
            section #difficulty {
                h2 { "Accuracy by difficulty" }
                div.plots { (figure::drawing(plot)) (tables::difficulty(data)) }
            }
        }
    }
}

/// The letter of a side with its name in small.
fn side(index: usize, name: &str) -> Markup {
    html! { (side_letter(index)) span.detail { (name) } }
}
