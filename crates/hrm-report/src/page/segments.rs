//! Exact accuracy and cost by segment in numbers, beside the plots of the same.

use crate::ReportData;
use crate::format::{NONE, flops, percent, percent_interval};
use crate::segment_curve::{SegmentPoint, segment_curve};
use crate::series::{Group, groups};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Evaluations side by side at most; the file has all of them.
const COLUMNS_MAX: usize = 8;

/// A row per segment, a column per evaluation.
pub(crate) fn table(data: &ReportData) -> Markup {
    let groups = groups(data).into_iter();
    let curves = groups.map(|group| (segment_curve(data, &group), group));
    let counted: Vec<(Vec<SegmentPoint>, Group<'_>)> =
        curves.filter(|(curve, _)| !curve.is_empty()).collect();
    let shown = counted.get(..COLUMNS_MAX).unwrap_or(&counted);
    let points = shown.iter().flat_map(|(curve, _)| curve);
    let segments: BTreeSet<usize> = points.map(|point| point.segment).collect();
    html! {
        div.card {
            h3 { "The same in numbers" }
            div.scroll tabindex="0" role="group" aria-label="Exact accuracy and cost by segment" {
                table.plain {
                    thead {
                        tr {
                            th scope="col" { "Segment" }
                            @for (_, group) in shown { th scope="col" { (group.series.label) } }
                        }
                    }
                    tbody {
                        @for &segment in &segments {
                            tr { th scope="row" { (segment) } @for (curve, _) in shown { td { (cell(curve, segment)) } } }
                        }
                    }
                }
            }
            p.note {
                @if counted.len() > shown.len() { "The first " (shown.len()) " of " (counted.len()) " evaluations. " }
                "Beside each accuracy: its band, and the operations on one puzzle up to there. All counts, cell \
                 accuracy and the accuracy of q_halt are in segments.csv."
            }
        }
    }
}

fn cell(curve: &[SegmentPoint], segment: usize) -> Markup {
    html! {
        @match curve.iter().find(|point| point.segment == segment) {
            Some(point) => {
                (percent(point.share))
                span.detail { (percent_interval(point.band)) }
                @if let Some(cost) = point.flops { span.detail { (flops(cost)) } }
            }
            None => (NONE),
        }
    }
}
