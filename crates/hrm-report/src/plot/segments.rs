//! Exact accuracy against supervision segments.

use super::chart::{Chart, ChartAxis, Layer, Shape};
use super::legend::{Entry, Key, push_new};
use crate::series::{Series, series_of_evaluation};
use crate::{EvaluationInfo, ReportData};
use std::collections::{BTreeMap, BTreeSet};

/// One curve per evaluation, with the band of its interval.
pub(crate) fn chart(data: &ReportData, by_training: &BTreeMap<&str, Series>) -> Option<Chart> {
    let mut bands = Vec::new();
    let mut lines = Vec::new();
    let mut legend = Vec::new();
    for evaluation in &data.evaluations {
        let points = points(evaluation);
        if points.is_empty() {
            continue;
        }
        let Series {
            label,
            color,
            stroke,
        } = series_of_evaluation(data, by_training, evaluation);
        push_new(
            &mut legend,
            Entry {
                label,
                color,
                key: Key::Line(stroke),
            },
        );
        let middle: Vec<(f64, f64)> = points.iter().map(|&(x, share, _, _)| (x, share)).collect();
        bands.push(Layer::Band {
            points: points
                .iter()
                .map(|&(x, _, low, high)| (x, low, high))
                .collect(),
            color,
        });
        lines.push(Layer::Line {
            points: middle.clone(),
            color,
            stroke,
        });
        lines.push(Layer::Marks {
            points: middle,
            color,
            shape: Shape::Circle,
        });
    }
    if lines.is_empty() {
        return None;
    }
    let last = data
        .evaluations
        .iter()
        .filter_map(|e| e.last())
        .map(|result| result.segment)
        .max()
        .unwrap_or(1);
    let trained: BTreeSet<usize> = data
        .evaluations
        .iter()
        .map(|e| e.segments_trained)
        .collect();
    let rules = trained
        .into_iter()
        .filter(|&segment| (1..=last).contains(&segment));
    let rules = rules.map(|segment| Layer::Rule {
        x: segment as f64,
        label: "training maximum",
    });
    Some(Chart {
        name: "segments",
        title: "Accuracy against supervision segments",
        caption: "Exact accuracy when every puzzle stops after the given segment. Bands are 95% Wilson intervals over \
                  puzzles; the dashed line is the number of segments at most during training."
            .to_owned(),
        x: ChartAxis::segments("supervision segments", last),
        y: ChartAxis::percent("exact accuracy"),
        layers: bands.into_iter().chain(rules).chain(lines).collect(),
        legend,
    })
}

/// Segment, share, low and high end of the interval.
fn points(evaluation: &EvaluationInfo) -> Vec<(f64, f64, f64, f64)> {
    evaluation
        .by_segment
        .iter()
        .filter_map(|result| {
            let exact = result.exact?;
            let interval = exact.interval()?;
            Some((
                result.segment as f64,
                exact.share()?,
                interval.low,
                interval.high,
            ))
        })
        .collect()
}
