//! Exact accuracy against supervision segments, and against what they cost.

use super::chart::{Chart, ChartAxis, Layer, Shape, Ticks};
use super::legend::{Entry, Key};
use crate::ReportData;
use crate::format::FLOP_UNITS;
use crate::segment_curve::{SegmentPoint, segment_curve};
use crate::series::{Series, groups};
use std::collections::BTreeSet;

const BANDS: &str = "Bands reach from the lowest to the highest seed; where there is one seed, they are 95 % Wilson \
                     intervals over puzzles.";

/// A curve for each evaluation with its seeds, over the number of segments.
pub(crate) fn by_segment(data: &ReportData) -> Option<Chart> {
    let curves = Curves::of(data, |point| Some(point.segment as f64));
    let last = curves.last()? as usize;
    let trained: BTreeSet<usize> = data
        .evaluations
        .iter()
        .map(|e| e.segments_trained)
        .collect();
    let trained = trained.into_iter();
    let shown: BTreeSet<usize> = trained.filter(|at| (1..=last).contains(at)).collect();
    // The names of several would cover each other.
    let named = shown.last();
    let rules = shown.iter().map(|segment| Layer::Rule {
        x: *segment as f64,
        label: (Some(segment) == named).then_some("training maximum"),
    });
    Some(Chart {
        name: "segments",
        title: "Accuracy against supervision segments",
        caption: format!(
            "Exact accuracy when every puzzle stops after the given segment. {BANDS} Dashed lines stand at the \
             number of segments at most during training."
        ),
        x: ChartAxis::segments("supervision segments", last),
        y: ChartAxis::percent("exact accuracy"),
        layers: curves
            .bands
            .into_iter()
            .chain(rules)
            .chain(curves.lines)
            .collect(),
        legend: curves.legend,
    })
}

/// The same curves over the floating-point operations that the segments take.
pub(crate) fn by_cost(data: &ReportData) -> Option<Chart> {
    let most = Curves::of(data, |point| point.flops).last()?;
    let &(unit, label) = FLOP_UNITS
        .iter()
        .rev()
        .find(|(unit, _)| most >= *unit)
        .or(FLOP_UNITS.first())?;
    let curves = Curves::of(data, |point| Some(point.flops? / unit));
    Some(Chart {
        name: "compute",
        title: "Accuracy against compute",
        caption: format!(
            "The same over the floating-point operations of all segments up to there, on one puzzle: matrix products, \
             without gradients. {BANDS}"
        ),
        x: ChartAxis {
            label: axis_label(label),
            low: 0.0,
            high: most / unit * 1.02,
            ticks: Ticks::Decimal,
        },
        y: ChartAxis::percent("exact accuracy"),
        layers: curves.bands.into_iter().chain(curves.lines).collect(),
        legend: curves.legend,
    })
}

fn axis_label(unit: &str) -> &'static str {
    match unit {
        "kFLOP" => "compute per puzzle (kFLOP)",
        "MFLOP" => "compute per puzzle (MFLOP)",
        "GFLOP" => "compute per puzzle (GFLOP)",
        _ => "compute per puzzle (TFLOP)",
    }
}

#[derive(Default)]
struct Curves {
    bands: Vec<Layer>,
    lines: Vec<Layer>,
    legend: Vec<Entry>,
    ends: Vec<f64>,
}

impl Curves {
    /// The curve of every group whose points have a place on the horizontal axis.
    fn of(data: &ReportData, place: impl Fn(&SegmentPoint) -> Option<f64>) -> Self {
        let mut curves = Self::default();
        for group in groups(data) {
            let points = segment_curve(data, &group);
            let points: Vec<(f64, SegmentPoint)> = points
                .into_iter()
                .filter_map(|point| Some((place(&point)?, point)))
                .collect();
            if !points.is_empty() {
                curves.add(group.series, &points);
            }
        }
        curves
    }

    fn add(&mut self, series: Series, points: &[(f64, SegmentPoint)]) {
        let Series {
            label,
            color,
            stroke,
        } = series;
        let middle: Vec<(f64, f64)> = points.iter().map(|(x, point)| (*x, point.share)).collect();
        let band = points
            .iter()
            .map(|(x, point)| (*x, point.band.low, point.band.high));
        self.bands.push(Layer::Band {
            points: band.collect(),
            color,
        });
        self.ends.extend(middle.last().map(|last| last.0));
        self.lines.push(Layer::Line {
            points: middle.clone(),
            color,
            stroke,
        });
        self.lines.push(Layer::Marks {
            points: middle,
            color,
            shape: Shape::Circle,
        });
        let key = Key::Line(stroke);
        self.legend.push(Entry { label, color, key });
    }

    /// The largest value on the horizontal axis.
    fn last(&self) -> Option<f64> {
        self.ends.iter().copied().reduce(f64::max)
    }
}
