//! What each side cost.

use super::tables::heads;
use super::{ComparisonData, CostValue, side_letter};
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
                    @for (label, values) in data.costs() {
                        tr {
                            th scope="row" { (label) }
                            @for (index, value) in values.into_iter().enumerate() {
                                td data-label=(side_letter(index)) {
                                    (value.map_or_else(|| NONE.to_owned(), text))
                                }
                            }
                        }
                    }
                }
            }
            p.note {
                "Operations are computed by formula: a multiplication and an addition of a matrix product are two; \
                 elementwise work is not counted. A training counts its optimizer steps, an evaluation all segments of \
                 all puzzles. Energy is that of the whole device while it worked: all CPU packages, or the GPU."
            }
        }
    }
}

fn text(value: CostValue) -> String {
    match value {
        CostValue::Seconds(time) => seconds(time),
        CostValue::Energy(joules) => si(joules, "J"),
        CostValue::Parameters(count) => whole(count),
        CostValue::Operations(flops) => si(flops, "FLOP"),
    }
}
