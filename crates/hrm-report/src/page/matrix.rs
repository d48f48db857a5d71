//! A grid of two settings as a matrix whose cells are the darker, the higher the result.

use crate::ablation::Grid;
use crate::format::NONE;
use crate::{Ablation, AblationRow, Estimate, number};
use maud::{Markup, html};

/// Share of the accent color in the highest cell, in percent: dark enough to be seen, pale enough for
/// text on it to be read. A single hue that only grows darker needs no color vision.
const HEAT_MAX: f64 = 45.0;

/// A card for each grid of an ablation; all have one scale.
pub(crate) fn cards(ablation: &Ablation, grids: &[Grid<'_>]) -> Markup {
    let values = || {
        ablation
            .rows
            .iter()
            .filter_map(|row| Some(row.estimate?.value))
    };
    let low = values().fold(f64::INFINITY, f64::min);
    let high = values().fold(f64::NEG_INFINITY, f64::max);
    let heat = |estimate: &Estimate| {
        let place = (estimate.value - low) / (high - low);
        if place.is_finite() {
            HEAT_MAX * place
        } else {
            0.0
        }
    };
    html! {
        div.plots {
            @for grid in grids {
                div.card {
                    h3 { (ablation.measure.replace('_', " ")) " by " (grid.down.key) " and " (grid.across.key) }
                    @if !grid.fixed.is_empty() { p.note { (fixed(grid)) } }
                    (matrix(grid, heat))
                }
            }
        }
    }
}

fn fixed(grid: &Grid<'_>) -> String {
    let settings = grid.fixed.iter();
    let settings = settings.map(|(key, value)| format!("{key} = {}", value.unwrap_or(NONE)));
    settings.collect::<Vec<_>>().join(", ")
}

fn matrix(grid: &Grid<'_>, heat: impl Fn(&Estimate) -> f64) -> Markup {
    let columns = grid.across.values.len();
    html! {
        div.scroll tabindex="0" role="group" aria-label=(format!("Matrix of {} and {}", grid.down.key, grid.across.key)) {
            table.matrix {
                thead {
                    tr { td {} th scope="colgroup" colspan=(columns) { (grid.across.key) } }
                    tr { th scope="col" { (grid.down.key) } @for value in &grid.across.values { th scope="col" { (value) } } }
                }
                tbody {
                    @for (value, cells) in grid.down.values.iter().zip(&grid.cells) {
                        tr { th scope="row" { (value) } @for found in cells { (cell(*found, &heat)) } }
                    }
                }
            }
        }
    }
}

fn cell(row: Option<&AblationRow>, heat: impl Fn(&Estimate) -> f64) -> Markup {
    html! {
        @match row.and_then(|row| row.estimate) {
            Some(estimate) => {
                td.heat style=(format!("--heat:{:.0}%", heat(&estimate))) {
                    (number(estimate.value, estimate.is_share))
                    @if let Some(ends) = estimate.ends() { span.detail { (ends) } }
                }
            }
            None => td { (NONE) },
        }
    }
}
