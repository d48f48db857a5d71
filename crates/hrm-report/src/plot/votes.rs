//! pass@K against the number of augmentations that vote.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks};
use super::legend::{Entry, Key, push_new};
use super::palette;
use crate::series::{Series, series_of_evaluation};
use crate::{ArcScore, EvaluationInfo, ReportData};
use plotters::style::RGBColor;
use std::collections::{BTreeMap, BTreeSet};

/// The rule that is drawn: it has the finest steps, and ARC Prize's score is its pass@2.
const RULE: &str = "trm";
/// The K that is drawn where several evaluations are compared.
const ATTEMPTS: u64 = 2;

/// One curve for each K of a single evaluation; pass@2 of each of several ones.
pub(crate) fn chart(data: &ReportData, by_training: &BTreeMap<&str, Series>) -> Option<Chart> {
    let voted: Vec<&EvaluationInfo> = data
        .evaluations
        .iter()
        .filter(|evaluation| !evaluation.scores.votes.is_empty())
        .collect();
    let mut curves = Curves::default();
    match voted.as_slice() {
        [] => return None,
        [evaluation] => {
            let ks: BTreeSet<u64> = curve(evaluation).map(|score| score.k).collect();
            for (&k, color) in ks.iter().zip(palette::series(ks.len())) {
                curves.add(format!("pass@{k}"), color, Stroke::Solid, evaluation, k);
            }
        }
        several => {
            for evaluation in several {
                let Series {
                    label,
                    color,
                    stroke,
                } = series_of_evaluation(data, by_training, evaluation);
                curves.add(label, color, stroke, evaluation, ATTEMPTS);
            }
        }
    }
    let drawn = if voted.len() > 1 { "pass@2" } else { "pass@K" };
    Some(Chart {
        name: "votes",
        title: "Votes over augmentations",
        caption: format!(
            "{drawn} by TRM's rule, in which a task counts with the share of its test inputs that are solved, against \
             the puzzles that vote on each test input: the original and its augmentations."
        ),
        x: ChartAxis {
            label: "puzzles that vote on a test input",
            low: -0.05,
            high: curves.last.max(1.0) + 0.05,
            ticks: Ticks::PowerOfTen,
        },
        y: ChartAxis::percent("pass@K"),
        layers: curves.layers,
        legend: curves.legend,
    })
}

fn curve(evaluation: &EvaluationInfo) -> impl Iterator<Item = &ArcScore> {
    let votes = evaluation.scores.votes.iter();
    votes.filter(|score| score.rule == RULE)
}

#[derive(Default)]
struct Curves {
    layers: Vec<Layer>,
    legend: Vec<Entry>,
    /// The largest power of ten on the horizontal axis.
    last: f64,
}

impl Curves {
    fn add(
        &mut self,
        label: String,
        color: RGBColor,
        stroke: Stroke,
        evaluation: &EvaluationInfo,
        k: u64,
    ) {
        let scores = curve(evaluation).filter(|score| score.k == k);
        let points: Vec<(f64, f64)> = scores
            .filter_map(|score| Some(((score.augmentations as f64 + 1.0).log10(), score.share()?)))
            .collect();
        self.last = points.iter().map(|point| point.0).fold(self.last, f64::max);
        self.layers.push(Layer::Line {
            points: points.clone(),
            color,
            stroke,
        });
        self.layers.push(Layer::Marks {
            points,
            color,
            shape: Shape::Circle,
        });
        let key = Key::Line(stroke);
        push_new(&mut self.legend, Entry { label, color, key });
    }
}
