//! The page of an inspection: what puzzles are like, with drawings of some.

mod board;
mod histogram;

use crate::format::{plural, whole};
use crate::page;
use hrm_audit::{Example, Inspection, Panel, SetInspection};
use maud::{Markup, html};

/// Style of the drawings, beside that of the reports.
const CSS: &str = include_str!("../../assets/inspect.css");

/// A self-contained page with everything of an inspection. The same inspection gives the same bytes.
pub fn inspection_page(inspection: &Inspection) -> String {
    let body = html! {
        header {
            p.eyebrow { "Puzzles" }
            h1 { (inspection.title) }
            nav aria-label="Sets" {
                @for (index, set) in inspection.sets.iter().enumerate() {
                    a href=(format!("#set-{index}")) { (name(inspection, set)) }
                }
            }
        }
        main {
            @if !inspection.facts.is_empty() { (facts(inspection)) }
            (counts(inspection))
            @for (index, set) in inspection.sets.iter().enumerate() {
                section id=(format!("set-{index}")) {
                    h2 { (name(inspection, set)) }
                    div.histograms { @for measure in &set.measures { (histogram::figure(measure)) } }
                    @for example in &set.examples { (card(example)) }
                    @if let Some(augmented) = &set.augmented { (card(augmented)) }
                }
            }
        }
        footer { p { "This page is complete in itself." } }
    };
    page::document(&inspection.title, &[page::CSS, CSS], &body).into_string()
}

/// The set's name, with its dataset's where there are several.
fn name(inspection: &Inspection, set: &SetInspection) -> String {
    let same = |other: &SetInspection| other.dataset == set.dataset;
    if inspection.sets.iter().all(same) {
        set.name.clone()
    } else {
        format!("{} {}", set.dataset, set.name)
    }
}

fn facts(inspection: &Inspection) -> Markup {
    html! {
        section #facts {
            dl.facts {
                @for (name, text) in &inspection.facts {
                    div {
                        dt { (name) }
                        dd { @if text.starts_with("https://") { a href=(text) { (text) } } @else { (text) } }
                    }
                }
            }
        }
    }
}

fn counts(inspection: &Inspection) -> Markup {
    html! {
        section #sets {
            h2 { "Sets" }
            div.scroll {
                table.plain {
                    thead { tr { th scope="col" { "Set" } th scope="col" { "Split" } th scope="col" { "Puzzles" } th scope="col" { "Kinds" } } }
                    tbody {
                        @for set in &inspection.sets {
                            @let puzzles: usize = set.kinds.values().sum();
                            @let kinds = set.kinds.iter().map(|(kind, count)| plural(*count as u64, kind));
                            tr {
                                th scope="row" { (name(inspection, set)) }
                                td { (set.split.name()) }
                                td { (whole(puzzles as u64)) }
                                td { (kinds.collect::<Vec<_>>().join(", ")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn card(example: &Example) -> Markup {
    html! {
        div.card.example {
            h3 { (example.title) }
            div.rows {
                @for row in &example.rows {
                    div.panels { @for panel in row { (figure(panel)) } }
                }
            }
        }
    }
}

fn figure(panel: &Panel) -> Markup {
    html! {
        figure {
            (board::svg(&panel.board, &panel.caption))
            figcaption { (panel.caption) }
        }
    }
}
