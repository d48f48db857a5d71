//! Plots on the page.

use super::segments;
use crate::ReportData;
use crate::plot::{Drawing, Plot, Plots};
use maud::{Markup, PreEscaped, html};

/// Curves over optimizer steps.
pub(crate) fn training(plots: &Plots) -> Markup {
    html! {
        section #training {
            h2 { "Training" }
            (pair([&plots.loss, &plots.accuracy], "No metrics of a training are recorded."))
        }
    }
}

/// What segments bring and cost, and where puzzles halt.
pub(crate) fn segments(data: &ReportData, plots: &Plots) -> Markup {
    html! {
        section #segments {
            h2 { "Accuracy and cost against supervision segments" }
            (pair([&plots.segments, &plots.compute], "No exact accuracy by segment is recorded."))
            @if plots.segments.is_some() { (segments::table(data)) }
            h3.part { "Halting" }
            (pair([&plots.halting, &plots.adaptive], "No halting behavior is recorded."))
        }
        @if data.has_hidden_states() {
            section #hidden-states {
                h2 { "Hidden states" }
                (pair([&plots.residuals, &plots.participation], "No hidden states are recorded."))
            }
        }
    }
}

fn pair(plots: [&Option<Plot>; 2], missing: &str) -> Markup {
    let plots: Vec<&Plot> = plots.into_iter().flatten().collect();
    html! {
        @if plots.is_empty() { p.missing { (missing) } }
        div.plots { @for plot in plots { (figure(plot)) } }
    }
}

pub(super) fn figure(plot: &Plot) -> Markup {
    html! {
        figure.card {
            h3 { (plot.title) }
            (inline(plot.title, &plot.svg))
            figcaption {
                (plot.caption)
                span.files { (plot.name) ".svg, " (plot.name) ".png" }
            }
        }
    }
}

/// A plot without files of its own.
pub(crate) fn drawing(plot: &Drawing) -> Markup {
    html! {
        figure.card {
            h3 { (plot.title) }
            (inline(plot.title, &plot.svg))
            figcaption { (plot.caption) }
        }
    }
}

/// The SVG document as an element of the page: named for readers who do not see it, and without
/// the namespace, which HTML implies.
fn inline(title: &str, svg: &str) -> Markup {
    let tag = format!("<svg class=\"plot\" role=\"img\" aria-label=\"{title}\"");
    let element =
        svg.replacen("<svg", &tag, 1)
            .replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    PreEscaped(element)
}
