//! The workflow as a graph: a box per stage instance, from what it reads to what reads it.

use crate::StageProvenance;
use crate::format::seconds;
use maud::{Markup, html};
use std::collections::BTreeMap;

const BOX_WIDTH: usize = 190;
const BOX_HEIGHT: usize = 50;
const GAP_X: usize = 56;
const GAP_Y: usize = 16;
/// Characters of an id that fit in a box.
const ID_MAX: usize = 25;

/// Column and row of a box.
type Place = (usize, usize);

/// The section; nothing when there are no stages.
pub(crate) fn section(stages: &[StageProvenance]) -> Markup {
    html! {
        @if !stages.is_empty() {
            section #workflow {
                h2 { "Workflow" }
                (graph(stages))
                p.note { "Times are those of the work that made a result. A cached stage was made by an earlier run." }
            }
        }
    }
}

fn graph(stages: &[StageProvenance]) -> Markup {
    let places = places(stages);
    let Some(columns) = places.values().map(|place| place.0 + 1).max() else {
        return html! {};
    };
    let rows = places.values().map(|place| place.1 + 1).max().unwrap_or(1);
    let (width, height) = (
        columns * (BOX_WIDTH + GAP_X) - GAP_X + 2,
        rows * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2,
    );
    html! {
        div.graph tabindex="0" role="group" aria-label="Workflow graph" {
            svg role="img" aria-label="Stages, from left to right in the order they run" width=(width) height=(height)
                viewBox=(format!("0 0 {width} {height}")) {
                @for stage in stages {
                    @for input in direct_inputs(stages, stage) {
                        @if let (Some(from), Some(to)) = (places.get(input.as_str()), places.get(stage.id.as_str())) {
                            path d=(link(*from, *to)) {}
                        }
                    }
                }
                @for stage in stages {
                    @if let Some(place) = places.get(stage.id.as_str()) { (stage_box(stage, *place)) }
                }
            }
        }
    }
}

fn stage_box(stage: &StageProvenance, place: Place) -> Markup {
    let (x, y) = corner(place);
    html! {
        g class=(format!("kind-{}", stage.kind)) {
            title { (stage.id) }
            rect x=(x) y=(y) width=(BOX_WIDTH) height=(BOX_HEIGHT) rx="7" {}
            text x=(x + 12) y=(y + 21) { (shortened(&stage.id)) }
            text.time x=(x + 12) y=(y + 38) { (time(stage)) " · " (stage.status) }
        }
    }
}

/// How long a stage took. A database that was read again from artifacts knows no times.
fn time(stage: &StageProvenance) -> String {
    if stage.seconds > 0.0 {
        seconds(stage.seconds)
    } else {
        "time not recorded".to_owned()
    }
}

/// Columns by the longest way from a stage without inputs; rows in order. Inputs that are not in
/// the list are ignored, and so are stages that do not come after their inputs.
fn places(stages: &[StageProvenance]) -> BTreeMap<&str, Place> {
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    let mut heights: BTreeMap<usize, usize> = BTreeMap::new();
    for stage in stages {
        let inputs = stage
            .inputs
            .iter()
            .filter_map(|input| places.get(input.as_str()));
        let column = inputs.map(|place| place.0 + 1).max().unwrap_or(0);
        let row = heights.entry(column).or_default();
        places.insert(&stage.id, (column, *row));
        *row += 1;
    }
    places
}

/// Inputs that no other input has already used: drawing those too would cross boxes and say nothing.
fn direct_inputs<'a>(stages: &[StageProvenance], stage: &'a StageProvenance) -> Vec<&'a String> {
    let is_used_by = |other: &StageProvenance, input: &String| {
        other.id != *input && stage.inputs.contains(&other.id) && other.inputs.contains(input)
    };
    stage
        .inputs
        .iter()
        .filter(|input| !stages.iter().any(|other| is_used_by(other, input)))
        .collect()
}

fn corner((column, row): Place) -> (usize, usize) {
    (
        1 + column * (BOX_WIDTH + GAP_X),
        1 + row * (BOX_HEIGHT + GAP_Y),
    )
}

fn link(from: Place, to: Place) -> String {
    let ((from_x, from_y), (to_x, to_y)) = (corner(from), corner(to));
    let (x1, y1, y2) = (
        from_x + BOX_WIDTH,
        from_y + BOX_HEIGHT / 2,
        to_y + BOX_HEIGHT / 2,
    );
    let bend = GAP_X / 2;
    format!(
        "M{x1} {y1} C{} {y1} {} {y2} {to_x} {y2}",
        x1 + bend,
        to_x.saturating_sub(bend)
    )
}

fn shortened(id: &str) -> String {
    if id.chars().count() <= ID_MAX {
        return id.to_owned();
    }
    id.chars().take(ID_MAX - 1).chain(['…']).collect()
}
