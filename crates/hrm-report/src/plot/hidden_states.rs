//! What hidden states do: forward residuals over updates, participation ratios over puzzles.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks, drawable};
use super::legend::{Entry, Key, push_new};
use super::palette;
use crate::series::groups;
use crate::{HiddenStateInfo, ReportData};
use plotters::style::RGBColor;
use std::collections::BTreeMap;

/// Curves with more points are drawn without marks.
const MARKS_MAX: usize = 40;

/// Forward residuals over updates (HRM, Figure 3).
pub(crate) fn residuals(data: &ReportData) -> Option<Chart> {
    let curves = Curves::of(data, |state| &state.residuals);
    curves.chart(
        "residuals",
        "Forward residuals",
        "How much each update changes a state: the mean over puzzles and positions of the Euclidean norm of the \
         change. Updates of all states and segments are counted together; in a Transformer each block is one.",
        "update",
        "norm of the change",
    )
}

/// Participation ratios over puzzles (HRM, Figure 8).
pub(crate) fn participation(data: &ReportData) -> Option<Chart> {
    let curves = Curves::of(data, |state| &state.participation);
    curves.chart(
        "participation",
        "Participation ratio",
        "Dimensions that a state fills, (Σλ)² / Σλ² of the eigenvalues λ of the covariance of its vectors at all \
         positions after all updates, over more and more puzzles.",
        "puzzles",
        "participation ratio (dimensions)",
    )
}

type Points = Vec<(f64, f64)>;

/// A curve for each evaluation and state, with its name.
struct Curves(Vec<(String, Points)>);

impl Curves {
    fn of(data: &ReportData, points: impl Fn(&HiddenStateInfo) -> &Vec<(u64, f64)>) -> Self {
        let mut curves = Vec::new();
        for group in groups(data) {
            let states = group.evaluations.iter().flat_map(|e| &e.hidden_states);
            for state in states {
                let all = points(state).iter().map(|&(x, y)| (x as f64, y));
                let points: Points = all.filter(|&(x, y)| drawable(x) && drawable(y)).collect();
                if !points.is_empty() {
                    let name = format!("{}, {}", group.series.label, name(&state.state));
                    curves.push((name, points));
                }
            }
        }
        Self(curves)
    }

    fn chart(
        self,
        name: &'static str,
        title: &'static str,
        caption: &str,
        x: &'static str,
        y: &'static str,
    ) -> Option<Chart> {
        let colors = self.colors();
        let points = || self.0.iter().flat_map(|(_, points)| points);
        let last = points().map(|point| point.0).reduce(f64::max)?;
        let high = points().map(|point| point.1).fold(0.0, f64::max);
        let mut layers = Vec::new();
        let mut legend = Vec::new();
        for (label, points) in &self.0 {
            let color = colors.get(label).copied().unwrap_or(palette::INK);
            let entry = Entry {
                label: label.clone(),
                color,
                key: Key::Line(Stroke::Solid),
            };
            push_new(&mut legend, entry);
            layers.push(Layer::Line {
                points: points.clone(),
                color,
                stroke: Stroke::Solid,
            });
            if points.len() <= MARKS_MAX {
                layers.push(Layer::Marks {
                    points: points.clone(),
                    color,
                    shape: Shape::Circle,
                });
            }
        }
        Some(Chart {
            name,
            title,
            caption: caption.to_owned(),
            x: ChartAxis {
                label: x,
                low: 0.0,
                high: last * 1.02,
                ticks: Ticks::Whole,
            },
            y: ChartAxis {
                label: y,
                low: 0.0,
                high: if high > 0.0 { high * 1.05 } else { 1.0 },
                ticks: Ticks::Decimal,
            },
            layers,
            legend,
        })
    }

    /// Colors by name: several seeds of one state share theirs.
    fn colors(&self) -> BTreeMap<String, RGBColor> {
        let mut names: Vec<&String> = Vec::new();
        for (name, _) in &self.0 {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let colors = palette::series(names.len());
        names.into_iter().cloned().zip(colors).collect()
    }
}

/// The name of a state in legends.
fn name(state: &str) -> &str {
    match state {
        "z_h" => "z_H",
        "z_l" => "z_L",
        "layer" => "blocks",
        other => other,
    }
}
