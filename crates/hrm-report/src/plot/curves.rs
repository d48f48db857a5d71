//! Training curves: loss and exact accuracy over steps.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks, drawable};
use super::legend::{Entry, Key, push_new};
use crate::ReportData;
use crate::format::plural;
use crate::series::Series;
use std::collections::BTreeMap;

/// Points of one curve at most; longer ones are drawn as means of neighbors.
const POINTS_MAX: usize = 400;
/// Evaluations are few: while they are, each is marked.
const MARKS_MAX: usize = 40;

type Points = Vec<(f64, f64)>;

/// Loss of the predicted cells over steps.
pub(crate) fn loss(data: &ReportData, series: &BTreeMap<&str, Series>) -> Option<Chart> {
    let curves = Curves::of(data, series, "lm_loss", f64::INFINITY);
    let high = curves.max()? * 1.05;
    let caption = "Cross-entropy of the predicted cells, per cell, over optimizer steps.";
    let high = if high > 0.0 { high } else { 1.0 };
    let y = ChartAxis {
        label: "loss (nats per cell)",
        low: 0.0,
        high,
        ticks: Ticks::Decimal,
    };
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

/// All curves of one metric, over trainings and splits.
struct Curves {
    curves: Vec<(Series, String, Points)>,
    averaged: bool,
    left_out: usize,
}

impl Curves {
    /// Curves of the values of `metric` from 0 to `high`; others have no place on its axis.
    fn of(data: &ReportData, series: &BTreeMap<&str, Series>, metric: &str, high: f64) -> Self {
        let mut all = Self {
            curves: Vec::new(),
            averaged: false,
            left_out: 0,
        };
        for training in &data.trainings {
            let Some(series) = series.get(training.id.as_str()) else {
                continue;
            };
            for (name, values) in &training.metrics {
                let Some((split, _)) = name.split_once('/').filter(|(_, name)| *name == metric)
                else {
                    continue;
                };
                let points = values.iter().map(|&(step, value)| (step as f64, value));
                let fits = |x: f64, y: f64| drawable(x) && drawable(y) && (0.0..=high).contains(&y);
                let points: Points = points.filter(|&(x, y)| fits(x, y)).collect();
                all.left_out += values.len() - points.len();
                all.averaged |= points.len() > POINTS_MAX;
                if !points.is_empty() {
                    all.curves
                        .push((series.clone(), split.to_owned(), thin_out(points)));
                }
            }
        }
        all
    }

    fn max(&self) -> Option<f64> {
        self.curves
            .iter()
            .flat_map(|(_, _, points)| points)
            .map(|point| point.1)
            .reduce(f64::max)
    }

    fn chart(
        mut self,
        name: &'static str,
        title: &'static str,
        caption: &str,
        y: ChartAxis,
    ) -> Chart {
        // Training curves are many-pointed and noisy: they go behind the others.
        self.curves.sort_by_key(|(_, split, _)| split != "train");
        let steps = self
            .curves
            .iter()
            .flat_map(|(_, _, points)| points)
            .map(|point| point.0)
            .fold(1.0, f64::max);
        let mut layers = Vec::new();
        let mut legend = Vec::new();
        for (series, split, points) in self.curves {
            let stroke = if split == "train" {
                Stroke::Thin
            } else {
                Stroke::Solid
            };
            let label = format!("{}, {split}", series.label);
            push_new(
                &mut legend,
                Entry {
                    label,
                    color: series.color,
                    key: Key::Line(stroke),
                },
            );
            if points.len() == 1 || (stroke == Stroke::Solid && points.len() <= MARKS_MAX) {
                layers.push(Layer::Marks {
                    points: points.clone(),
                    color: series.color,
                    shape: Shape::Circle,
                });
            }
            layers.push(Layer::Line {
                points,
                color: series.color,
                stroke,
            });
        }
        let mut caption = caption.to_owned();
        if self.averaged {
            caption.push_str(" Long curves are drawn as means of neighboring values.");
        }
        if self.left_out > 0 {
            caption.push_str(&format!(
                " Not drawn: {} that the axis cannot show.",
                plural(self.left_out as u64, "value")
            ));
        }
        let x = ChartAxis {
            label: "optimizer steps",
            low: 0.0,
            high: steps,
            ticks: Ticks::Whole,
        };
        Chart {
            name,
            title,
            caption,
            x,
            y,
            layers,
            legend,
        }
    }
}

/// At most [`POINTS_MAX`] points: means over equally many neighbors.
fn thin_out(points: Points) -> Points {
    let size = points.len().div_ceil(POINTS_MAX).max(1);
    let mean = |chunk: &[(f64, f64)]| {
        let n = chunk.len() as f64;
        let (x, y) = chunk
            .iter()
            .fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
        (x / n, y / n)
    };
    points.chunks(size).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_short_curves_and_means() {
        let short: Points = (0..400).map(|i| (f64::from(i), 1.0)).collect();
        assert_eq!(thin_out(short.clone()), short);
        let long: Points = (0..1000)
            .map(|i| (f64::from(i), f64::from(i % 2)))
            .collect();
        let thinned = thin_out(long);
        assert_eq!(thinned.len(), 334);
        assert_eq!(thinned[0], (1.0, 1.0 / 3.0));
    }
}
