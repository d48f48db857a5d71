//! What each side cost.

use super::tables::heads;
use super::{ComparisonData, SideCost, side_letter};
use crate::format::{NONE, seconds, si, whole};
use maud::{Markup, html};

/// The table of costs.
pub(super) fn section(data: &ComparisonData) -> Markup {
    html! {
        section #cost {
            h2 { "Cost" }
            table.cards {
                thead { tr { th scope="col" { "" } (heads(data)) } }
                tbody {
                    @for (label, text) in ROWS {
                        tr {
                            th scope="row" { (label) }
                            @for (index, side) in data.sides.iter().enumerate() {
                                td data-label=(side_letter(index)) { (text(&side.cost).unwrap_or_else(|| NONE.to_owned())) }
                            }
                        }
                    }
                }
            }
            p.note {
                "Operations are computed by formula: a multiplication and an addition of a matrix product are two; \
                 elementwise work is not counted. A training counts its optimizer steps, an evaluation all segments of \
                 all puzzles."
            }
        }
    }
}

/// A row: its label and its text for a side.
type Row = (&'static str, fn(&SideCost) -> Option<String>);

const ROWS: [Row; 6] = [
    ("training time", |cost| cost.training_seconds.map(seconds)),
    ("evaluation time", |cost| {
        cost.evaluation_seconds.map(seconds)
    }),
    ("parameters", |cost| cost.parameters.map(whole)),
    ("operations of the training", |cost| {
        cost.training_flops.map(operations)
    }),
    ("operations of the evaluation", |cost| {
        cost.evaluation_flops.map(operations)
    }),
    ("operations for one puzzle", |cost| {
        cost.puzzle_flops.map(operations)
    }),
];

/// Floating-point operations: `3.21 TFLOP`.
fn operations(flops: f64) -> String {
    si(flops, "FLOP")
}
