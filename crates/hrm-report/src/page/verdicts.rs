//! What the workflow claims, with the verdicts.

use crate::format::NONE;
use crate::{ExpectationInfo, ExpectationVerdict, ReportData};
use maud::{Markup, html};

/// The first section, where the workflow claims anything.
pub(crate) fn section(data: &ReportData) -> Markup {
    html! {
        @if !data.expectations.is_empty() {
            section #verdicts {
                h2 { "Verdicts" }
                table.cards {
                    thead {
                        tr {
                            th scope="col" { "Cell" }
                            th scope="col" { "Expected" }
                            th scope="col" { "Ours" }
                            th scope="col" { "Verdict" }
                        }
                    }
                    tbody { @for expectation in &data.expectations { (row(expectation)) } }
                }
                p.note {
                    "A claim is reproduced where the 95 % interval of the result lies within it, and not reproduced where \
                     it lies outside. Intervals are over seeds and puzzles where there are several seeds, and over \
                     puzzles alone where there is one."
                }
            }
        }
    }
}

fn row(expectation: &ExpectationInfo) -> Markup {
    let class = match expectation.verdict {
        ExpectationVerdict::Reproduced => "verdict reproduced",
        ExpectationVerdict::NotReproduced => "verdict not-reproduced",
        ExpectationVerdict::Inconclusive => "verdict inconclusive",
    };
    html! {
        tr {
            th scope="row" {
                (expectation.name)
                span.detail { (expectation.metric) " of " (expectation.evaluation) }
            }
            td data-label="Expected" { (expectation.claim) }
            td data-label="Ours" {
                @match expectation.ours {
                    Some(ours) => {
                        b { (ours.text()) }
                        span.detail {
                            (ours.seeds) @if ours.seeds == 1 { " seed" } @else { " seeds" }
                            @if let Some(scale) = &expectation.scale { ", " (scale) " scale" }
                        }
                    }
                    None => (NONE),
                }
            }
            td data-label="Verdict" {
                b class=(class) { (expectation.verdict.label()) }
                span.detail { (expectation.reason) }
            }
        }
    }
}
