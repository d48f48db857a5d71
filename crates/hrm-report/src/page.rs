//! The page.

mod ablation;
pub(crate) mod board;
mod data;
pub(crate) mod figure;
mod gallery;
mod graph;
mod headline;
mod matrix;
mod provenance;
mod results;
mod scores;
mod segments;
mod verdicts;

use crate::plot::Plots;
use crate::{EvaluationInfo, ReportData, warnings};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Style of every page.
pub(crate) const CSS: &str = include_str!("../assets/report.css");
const JS: &str = include_str!("../assets/report.js");
/// Lets the browser enforce that the page is self-contained: nothing is ever fetched.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// A page that loads nothing: the head that all pages have, with these style sheets, and a body.
pub(crate) fn document(title: &str, styles: &[&str], body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) }
                style { @for style in styles { (PreEscaped(style)) } }
            }
            body { (body) }
        }
    }
}

/// The whole page.
pub(crate) fn page(data: &ReportData, plots: &Plots) -> Markup {
    let body = html! {
        (header(data))
        main {
            (verdicts::section(data))
            (warning_list(data))
            (figure::training(plots))
            (figure::segments(data, plots))
            (scores::section(data, plots))
            (gallery::section(data))
            (results::section(data))
            (graph::section(&data.provenance.stages))
            (provenance::section(data))
        }
        footer {
            p {
                "Made by hrm " (data.provenance.environment.hrm_version)
                @if let Some(at) = &data.generated_at { ", " (at) }
                ". This page is complete in itself; beside it lie the plots as SVG and PNG and the tables as CSV and Markdown."
            }
        }
        script { (PreEscaped(JS)) }
    };
    document(&data.title, &[CSS], &body)
}

fn header(data: &ReportData) -> Markup {
    html! {
        header {
            p.eyebrow {
                "Workflow " (data.workflow)
                @if let Some(scale) = &data.scale { ", " (scale) " scale" }
            }
            h1 { (data.title) }
            @if let Some(description) = &data.description { p.lede { (description) } }
            (headline::headline(data))
            nav aria-label="Sections" {
                @if !data.expectations.is_empty() { a href="#verdicts" { "Verdicts" } }
                a href="#training" { "Training" }
                a href="#segments" { "Segments" }
                @if data.has_hidden_states() { a href="#hidden-states" { "Hidden states" } }
                @if data.evaluations.iter().any(EvaluationInfo::has_scores) { a href="#scores" { "Scores" } }
                a href="#gallery" { "Gallery" }
                a href="#results" { "Results" }
                a href="#workflow" { "Workflow" }
                a href="#provenance" { "Provenance" }
            }
        }
    }
}

fn warning_list(data: &ReportData) -> Markup {
    warning_box(&warnings::warnings(data))
}

/// The warnings that stand before all numbers, where there are any.
pub(crate) fn warning_box(warnings: &[String]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            aside.warnings aria-label="Warnings" {
                h2 { "Before you quote these numbers" }
                ul { @for warning in warnings { li { (warning) } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CSS;
    use crate::plot::palette;
    use plotters::style::RGBColor;

    /// Dark pages depend on it: a plot's ink that the style sheet does not know stays dark on dark.
    #[test]
    fn the_style_sheet_knows_every_neutral_color_of_the_plots() {
        for RGBColor(r, g, b) in [palette::PAPER, palette::INK, palette::MUTED, palette::GRID] {
            let color = format!("=\"#{r:02X}{g:02X}{b:02X}\"]");
            assert!(CSS.contains(&color), "{color}");
        }
    }
}
