//! Ablation tables: a row for each training, with its results and the settings in which they differ.

use super::matrix;
use crate::ablation::{differing, grids};
use crate::ablation_row::{Described, describe, points, points_interval};
use crate::format::{NONE, flops, seconds, whole};
use crate::{Ablation, ReportData};
use maud::{Markup, html};

/// A table for each set of puzzles; a matrix as well where two settings form a grid.
pub(crate) fn tables(data: &ReportData) -> Markup {
    html! {
        @for ablation in &data.ablations {
            div.card {
                h3 { "Ablation on " (ablation.puzzles) }
                (table(data, ablation))
                p.note {
                    "Settings that are the same in all rows are left out, and a setting like that of the base is pale. \
                     Intervals are 95 %: over seeds and puzzles where there are several seeds, over puzzles alone where \
                     there is one. Differences are to the first row, on the same puzzles. All of it is in ablations.csv \
                     and ablations.md."
                }
            }
            @let grids = grids(ablation);
            @if !grids.is_empty() { (matrix::cards(ablation, &grids)) }
        }
    }
}

fn table(data: &ReportData, ablation: &Ablation) -> Markup {
    let keys = differing(ablation);
    let rows: Vec<Described<'_>> = ablation
        .rows
        .iter()
        .map(|row| describe(data, row))
        .collect();
    let base = ablation.rows.first();
    html! {
        div.scroll tabindex="0" role="group" aria-label=(format!("Ablation on {}", ablation.puzzles)) {
            table.plain.ablation {
                thead {
                    tr {
                        th scope="col" { "Training" }
                        th scope="col" { (ablation.measure.replace('_', " ")) }
                        th scope="col" { "Difference" }
                        th scope="col" { "Parameters" }
                        th scope="col" { "Compute per puzzle" }
                        th scope="col" { "Training time" }
                        @for key in &keys { th scope="col" { (path(key)) } }
                    }
                }
                tbody {
                    @for described in &rows {
                        tr {
                            th scope="row" { (described.name) }
                            td { (estimate(described)) }
                            td { (difference(described)) }
                            td { (described.parameters.map_or_else(|| NONE.to_owned(), whole)) }
                            td { (described.flops.map_or_else(|| NONE.to_owned(), flops)) }
                            td { (described.seconds.map_or_else(|| NONE.to_owned(), seconds)) }
                            @for key in &keys {
                                @let value = described.row.settings.get(*key);
                                td.like-base[base.is_some_and(|base| base.settings.get(*key) == value)] {
                                    (value.map_or(NONE, String::as_str))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The path of a setting, which may be broken after each part.
fn path(key: &str) -> Markup {
    html! { @for part in key.split_inclusive('.') { (part) wbr; } }
}

fn estimate(described: &Described<'_>) -> Markup {
    html! {
        @match described.row.estimate {
            Some(estimate) => {
                b { (crate::number(estimate.value, estimate.is_share)) }
                @if let Some(ends) = estimate.ends() { span.detail { (ends) } }
                span.detail { (described.seeds()) }
            }
            None => (NONE),
        }
    }
}

fn difference(described: &Described<'_>) -> Markup {
    html! {
        @match described.row.difference {
            Some(difference) => {
                (points(difference.value))
                @match difference.interval {
                    Some(interval) => span.detail { (points_interval(interval)) },
                    None => span.detail { "not paired" },
                }
            }
            None => (NONE),
        }
    }
}
