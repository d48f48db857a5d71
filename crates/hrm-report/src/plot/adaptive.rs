//! Learned halting against a fixed number of segments: accuracy for the compute spent.

use super::chart::{Chart, ChartAxis, Layer, Shape};
use super::legend::{Entry, Key, push_new};
use super::palette;
use crate::ReportData;
use crate::series::{Series, series_of_evaluation};
use std::collections::BTreeMap;

/// Mean segments at most that a plot can show.
const SEGMENTS_MAX: f64 = 1e6;

/// One fixed curve and one adaptive point per evaluation that has the latter.
pub(crate) fn chart(data: &ReportData, by_training: &BTreeMap<&str, Series>) -> Option<Chart> {
    let mut lines = Vec::new();
    let mut marks = Vec::new();
    let mut legend = Vec::new();
    let mut last = 1;
    for evaluation in &data.evaluations {
        let Some(adaptive) = evaluation.adaptive else {
            continue;
        };
        let (Some(share), Some(interval)) = (adaptive.exact.share(), adaptive.exact.interval())
        else {
            continue;
        };
        if !(0.0..=SEGMENTS_MAX).contains(&adaptive.mean_segments) {
            continue;
        }
        let Series {
            label,
            color,
            stroke,
        } = series_of_evaluation(data, by_training, evaluation);
        let fixed = evaluation
            .by_segment
            .iter()
            .filter_map(|r| Some((r.segment as f64, r.exact?.share()?)));
        lines.push(Layer::Line {
            points: fixed.collect(),
            color,
            stroke,
        });
        let x = adaptive.mean_segments;
        marks.push(Layer::ErrorBar {
            x,
            low: interval.low,
            high: interval.high,
            color,
        });
        marks.push(Layer::Marks {
            points: vec![(x, share)],
            color,
            shape: Shape::Diamond,
        });
        push_new(
            &mut legend,
            Entry {
                label,
                color,
                key: Key::Line(stroke),
            },
        );
        last = last
            .max(evaluation.last().map_or(1, |result| result.segment))
            .max(x.ceil() as usize);
    }
    if marks.is_empty() {
        return None;
    }
    legend.push(Entry {
        label: "learned halting".to_owned(),
        color: palette::MUTED,
        key: Key::Diamond,
    });
    Some(Chart {
        name: "adaptive",
        title: "Learned halting against a fixed number",
        caption: "Lines: every puzzle runs the same number of segments. Diamonds: every puzzle stops where the learned \
                  rule halts it, at the mean number of segments, with the 95% Wilson interval. A diamond above its \
                  line saves segments at no cost."
            .to_owned(),
        x: ChartAxis::segments("mean segments per puzzle", last),
        y: ChartAxis::percent("exact accuracy"),
        layers: lines.into_iter().chain(marks).collect(),
        legend,
    })
}
