//! Training curves: loss and exact accuracy over steps, with the band of seeds.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks};
use super::columns::{Column, columns, fits};
use super::legend::{Entry, Key, push_new};
use super::palette;
use crate::format::plural;
use crate::series::Series;
use crate::{CurvePoint, ReportData};
use std::collections::{BTreeMap, BTreeSet};

/// Columns of a curve: about as many as a printed plot can tell apart.
const COLUMNS_MAX: u64 = 300;
/// Evaluations are few: while they are, each is marked.
const MARKS_MAX: usize = 40;
/// The split on which a training's own steps are measured.
const TRAIN: &str = "train";

/// Loss of the predicted cells over steps.
pub(crate) fn loss(data: &ReportData, series: &BTreeMap<&str, Series>) -> Option<Chart> {
    let curves = Curves::of(data, series, "lm_loss", f64::INFINITY);
    let high = curves.max()? * 1.05;
    let y = ChartAxis {
        label: "loss (nats per cell)",
        low: 0.0,
        high: if high > 0.0 { high } else { 1.0 },
        ticks: Ticks::Decimal,
    };
    let caption = "Cross-entropy of the predicted cells, per cell, over optimizer steps.";
    Some(curves.chart("loss", "Loss", caption, y))
}

/// Share of exactly solved puzzles over steps.
pub(crate) fn exact_accuracy(data: &ReportData, series: &BTreeMap<&str, Series>) -> Option<Chart> {
    let curves = Curves::of(data, series, "exact_accuracy", 1.0);
    curves.max()?;
    let caption =
        "Share of puzzles with every cell right. Training counts the puzzles that halt in a step.";
    let y = ChartAxis::percent("exact accuracy");
    Some(curves.chart("accuracy", "Exact accuracy", caption, y))
}

/// The curves of one training with all its seeds, on one split.
struct Curve {
    series: Series,
    split: String,
    /// The points of each seed.
    seeds: Vec<Vec<CurvePoint>>,
}

/// All curves of one metric, over trainings and splits.
struct Curves {
    curves: Vec<Curve>,
    last_step: u64,
    left_out: u64,
}

impl Curves {
    /// Curves of the values of `metric` from 0 to `highest`; others have no place on its axis.
    fn of(data: &ReportData, series: &BTreeMap<&str, Series>, metric: &str, highest: f64) -> Self {
        let mut all = Self {
            curves: Vec::new(),
            last_step: 1,
            left_out: 0,
        };
        for training in &data.trainings {
            let Some(series) = series.get(training.id.as_str()) else {
                continue;
            };
            for (name, values) in &training.metrics {
                let named = name.split_once('/').filter(|(_, name)| *name == metric);
                if let Some((split, _)) = named {
                    all.add(series, split, values, highest);
                }
            }
        }
        all
    }

    fn add(&mut self, series: &Series, split: &str, values: &[CurvePoint], highest: f64) {
        let (points, others): (Vec<CurvePoint>, Vec<CurvePoint>) =
            values.iter().partition(|point| fits(point, highest));
        let not_finite = points.iter().map(|point| point.not_finite).sum::<u64>();
        self.left_out += not_finite + others.iter().map(|point| point.values).sum::<u64>();
        let Some(last) = points.last() else {
            return;
        };
        self.last_step = self.last_step.max(last.step);
        let is_same = |curve: &&mut Curve| curve.series == *series && curve.split == split;
        match self.curves.iter_mut().find(is_same) {
            Some(curve) => curve.seeds.push(points),
            None => self.curves.push(Curve {
                series: series.clone(),
                split: split.to_owned(),
                seeds: vec![points],
            }),
        }
    }

    fn max(&self) -> Option<f64> {
        let curves = self.curves.iter();
        let points = curves.flat_map(|curve| curve.seeds.iter().flatten());
        points.map(|point| point.high).reduce(f64::max)
    }

    fn chart(
        mut self,
        name: &'static str,
        title: &'static str,
        caption: &str,
        y: ChartAxis,
    ) -> Chart {
        // Training curves are many-pointed and noisy: they go behind the others.
        self.curves.sort_by_key(|curve| curve.split != TRAIN);
        let mut bands = Vec::new();
        let mut lines = Vec::new();
        for Curve {
            series,
            split,
            seeds,
        } in &self.curves
        {
            let columns = columns(seeds, self.last_step, COLUMNS_MAX);
            if columns.iter().any(|column| column.low < column.high) {
                bands.push(band(&columns, series));
            }
            lines.extend(line(&columns, series, stroke(split)));
        }
        Chart {
            name,
            title,
            caption: self.caption(caption),
            x: ChartAxis {
                label: "optimizer steps",
                low: 0.0,
                high: self.last_step as f64,
                ticks: Ticks::Whole,
            },
            y,
            layers: bands.into_iter().chain(lines).collect(),
            legend: self.legend(),
        }
    }

    /// A color for each training; a stroke for each split, where there are several.
    fn legend(&self) -> Vec<Entry> {
        let mut legend = Vec::new();
        for Curve { series, .. } in &self.curves {
            let entry = Entry {
                label: series.label.clone(),
                color: series.color,
                key: Key::Line(Stroke::Solid),
            };
            push_new(&mut legend, entry);
        }
        let splits = self.splits();
        for split in splits.iter().filter(|_| splits.len() > 1) {
            legend.push(Entry {
                label: (*split).to_owned(),
                color: palette::MUTED,
                key: Key::Line(stroke(split)),
            });
        }
        legend
    }

    fn splits(&self) -> BTreeSet<&str> {
        let curves = self.curves.iter();
        curves.map(|curve| curve.split.as_str()).collect()
    }

    fn caption(&self, what: &str) -> String {
        let mut caption = what.to_owned();
        if let [split] = Vec::from_iter(self.splits()).as_slice() {
            caption.push_str(&format!(" All on the {split} split."));
        }
        let has_seeds = self.curves.iter().any(|curve| curve.seeds.len() > 1);
        let is_merged = |curve: &Curve| {
            let points = curve.seeds.iter().flatten();
            let values: u64 = points.map(|point| point.values).sum();
            values > COLUMNS_MAX * curve.seeds.len() as u64
        };
        if has_seeds {
            caption.push_str(
                " Lines are means over seeds, bands reach from the lowest to the highest seed.",
            );
        }
        if self.curves.iter().any(is_merged) {
            caption.push_str(
                " Long curves are drawn as means of neighboring values; the band of a single seed \
                 reaches from the lowest to the highest of them.",
            );
        }
        if self.left_out > 0 {
            let values = plural(self.left_out, "value");
            caption.push_str(&format!(" Not drawn: {values} that the axis cannot show."));
        }
        caption
    }
}

fn stroke(split: &str) -> Stroke {
    if split == TRAIN {
        Stroke::Thin
    } else {
        Stroke::Solid
    }
}

fn band(columns: &[Column], series: &Series) -> Layer {
    let point = |column: &Column| (column.step, column.low, column.high);
    Layer::Band {
        points: columns.iter().map(point).collect(),
        color: series.color,
    }
}

fn line(columns: &[Column], series: &Series, stroke: Stroke) -> Vec<Layer> {
    let points: Vec<(f64, f64)> = columns.iter().map(|c| (c.step, c.mean)).collect();
    let color = series.color;
    let is_marked = points.len() == 1 || (stroke == Stroke::Solid && points.len() <= MARKS_MAX);
    let marks = is_marked.then(|| Layer::Marks {
        points: points.clone(),
        color,
        shape: Shape::Circle,
    });
    let line = Layer::Line {
        points,
        color,
        stroke,
    };
    marks.into_iter().chain([line]).collect()
}
