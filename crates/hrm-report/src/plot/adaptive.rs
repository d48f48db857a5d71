//! Learned halting against a fixed number of segments: accuracy for the compute spent.

use super::chart::{Chart, ChartAxis, Layer, Shape};
use super::legend::{Entry, Key};
use super::palette;
use crate::segment_curve::segment_curve;
use crate::series::{Series, groups};
use crate::{EvaluationInfo, ReportData};
use hrm_stats::Interval;
use plotters::style::RGBColor;

/// Mean segments at most that a plot can show.
const SEGMENTS_MAX: f64 = 1e6;

/// For every evaluation with its seeds, the curve of fixed segments and a point for each seed.
pub(crate) fn chart(data: &ReportData) -> Option<Chart> {
    let mut lines = Vec::new();
    let mut marks = Vec::new();
    let mut legend = Vec::new();
    let mut last = 1;
    for group in groups(data) {
        let points: Vec<Halted> = group.evaluations.iter().filter_map(|e| halted(e)).collect();
        let Some(most) = points.iter().map(|point| point.segments).reduce(f64::max) else {
            continue;
        };
        let curve = segment_curve(data, &group);
        last = last
            .max(curve.last().map_or(1, |point| point.segment))
            .max(most.ceil() as usize);
        let Series {
            label,
            color,
            stroke,
        } = group.series;
        lines.push(Layer::Line {
            points: curve.iter().map(|p| (p.segment as f64, p.share)).collect(),
            color,
            stroke,
        });
        marks.extend(points.iter().flat_map(|point| point.layers(color)));
        let key = Key::Line(stroke);
        legend.push(Entry { label, color, key });
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
        caption: "Lines: every puzzle runs the same number of segments. Diamonds, one for each seed: every puzzle stops \
                  where the learned rule halts it, at the mean number of segments, with the 95 % Wilson interval. A diamond above its \
                  line saves segments at no cost."
            .to_owned(),
        x: ChartAxis::segments("mean segments per puzzle", last),
        y: ChartAxis::percent("exact accuracy"),
        layers: lines.into_iter().chain(marks).collect(),
        legend,
    })
}

/// What learned halting gives.
struct Halted {
    segments: f64,
    share: f64,
    interval: Interval,
}

/// The outcome of learned halting, where a plot can show it.
fn halted(evaluation: &EvaluationInfo) -> Option<Halted> {
    let adaptive = evaluation.adaptive?;
    Some(Halted {
        segments: Some(adaptive.mean_segments)
            .filter(|mean| (0.0..=SEGMENTS_MAX).contains(mean))?,
        share: adaptive.exact.share()?,
        interval: adaptive.exact.interval()?,
    })
}

impl Halted {
    fn layers(&self, color: RGBColor) -> [Layer; 2] {
        let bar = Layer::ErrorBar {
            x: self.segments,
            low: self.interval.low,
            high: self.interval.high,
            color,
        };
        let mark = Layer::Marks {
            points: vec![(self.segments, self.share)],
            color,
            shape: Shape::Diamond,
        };
        [bar, mark]
    }
}
