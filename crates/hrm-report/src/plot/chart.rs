//! The description of a plot, free of any drawing.

use super::legend::Entry;
use crate::ReportError;
use plotters::style::RGBColor;

/// A plot: two axes, and layers from back to front.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) caption: String,
    pub(crate) x: ChartAxis,
    pub(crate) y: ChartAxis,
    pub(crate) layers: Vec<Layer>,
    pub(crate) legend: Vec<Entry>,
}

impl Chart {
    /// The error of drawing this chart.
    pub(crate) fn error(&self, format: &'static str, message: String) -> ReportError {
        ReportError::Plot {
            plot: self.name.to_owned(),
            format,
            message,
        }
    }
}

/// An axis: what it counts, its unit, and how its ticks are written.
#[derive(Debug)]
pub(crate) struct ChartAxis {
    pub(crate) label: &'static str,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) ticks: Ticks,
}

impl ChartAxis {
    /// An axis for shares, 0 to 1, written as percent.
    pub(crate) fn percent(label: &'static str) -> Self {
        // A little room, so that a curve at 100 % is not half hidden by the edge.
        Self {
            label,
            low: 0.0,
            high: 1.02,
            ticks: Ticks::Percent,
        }
    }

    /// An axis for the numbers of segments 1 to `last`.
    pub(crate) fn segments(label: &'static str, last: usize) -> Self {
        Self {
            label,
            low: 0.5,
            high: last.max(2) as f64 + 0.5,
            ticks: Ticks::Whole,
        }
    }

    /// An axis with one place for each name.
    pub(crate) fn names(label: &'static str, names: Vec<String>) -> Self {
        Self {
            label,
            low: -0.5,
            high: names.len().max(1) as f64 - 0.5,
            ticks: Ticks::Names(names),
        }
    }
}

/// How the ticks of an axis are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ticks {
    Decimal,
    Percent,
    Whole,
    /// The axis counts powers of ten.
    PowerOfTen,
    /// The axis counts these names, from 0.
    Names(Vec<String>),
}

/// Something drawn in a chart, in the units of its axes.
#[derive(Debug)]
pub(crate) enum Layer {
    /// A translucent band: x, low, high.
    Band {
        points: Vec<(f64, f64, f64)>,
        color: RGBColor,
    },
    /// A line.
    Line {
        points: Vec<(f64, f64)>,
        color: RGBColor,
        stroke: Stroke,
    },
    /// A mark at each point.
    Marks {
        points: Vec<(f64, f64)>,
        color: RGBColor,
        shape: Shape,
    },
    /// A vertical error bar.
    ErrorBar {
        x: f64,
        low: f64,
        high: f64,
        color: RGBColor,
    },
    /// A horizontal error bar.
    Span {
        y: f64,
        low: f64,
        high: f64,
        color: RGBColor,
    },
    /// A bar from 0.
    Bar {
        left: f64,
        right: f64,
        height: f64,
        color: RGBColor,
    },
    /// A dashed vertical line, with its name where there is room for it.
    Rule { x: f64, label: Option<&'static str> },
}

/// How a line is drawn: tells apart what shares a color, so color alone carries no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    Solid,
    Thin,
    Dashed,
}

/// Shape of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Circle,
    Diamond,
}

/// Whether a value can be placed on an axis: finite and far from overflow.
pub(crate) fn drawable(value: f64) -> bool {
    value.abs() < 1e12
}
