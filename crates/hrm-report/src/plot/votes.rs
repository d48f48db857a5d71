//! pass@K against the number of augmentations that vote.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks};
use super::legend::{Entry, Key};
use super::palette;
use crate::series::{Series, groups};
use crate::{ArcScore, EvaluationInfo, ReportData};
use hrm_stats::mean;
use plotters::style::RGBColor;
use std::collections::{BTreeMap, BTreeSet};

/// The rule that is drawn: it has the finest steps, and ARC Prize's score is its pass@2.
const RULE: &str = "trm";
/// The K that is drawn where several evaluations are compared.
const ATTEMPTS: u64 = 2;

/// One curve for each K of a single evaluation; pass@2 of each of several ones, with its seeds.
pub(crate) fn chart(data: &ReportData) -> Option<Chart> {
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
                curves.add(format!("pass@{k}"), color, Stroke::Solid, &[evaluation], k);
            }
        }
        _ => {
            for group in groups(data) {
                let Series {
                    label,
                    color,
                    stroke,
                } = group.series;
                curves.add(label, color, stroke, &group.evaluations, ATTEMPTS);
            }
        }
    }
    let seeds = if curves.bands.is_empty() {
        ""
    } else {
        " Lines are means over seeds, bands reach from the lowest to the highest seed."
    };
    let drawn = if voted.len() > 1 { "pass@2" } else { "pass@K" };
    Some(Chart {
        name: "votes",
        title: "Votes over augmentations",
        caption: format!(
            "{drawn} by TRM's rule, in which a task counts with the share of its test inputs that are solved, against \
             the puzzles that vote on each test input: the original and its augmentations.{seeds}"
        ),
        x: ChartAxis {
            label: "puzzles that vote on a test input",
            low: -0.05,
            high: curves.last.max(1.0) + 0.05,
            ticks: Ticks::PowerOfTen,
        },
        y: ChartAxis::percent("pass@K"),
        layers: curves.bands.into_iter().chain(curves.lines).collect(),
        legend: curves.legend,
    })
}

fn curve(evaluation: &EvaluationInfo) -> impl Iterator<Item = &ArcScore> {
    let votes = evaluation.scores.votes.iter();
    votes.filter(|score| score.rule == RULE)
}

#[derive(Default)]
struct Curves {
    bands: Vec<Layer>,
    lines: Vec<Layer>,
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
        seeds: &[&EvaluationInfo],
        k: u64,
    ) {
        let mut shares: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        let scores = seeds.iter().flat_map(|evaluation| curve(evaluation));
        for score in scores.filter(|score| score.k == k) {
            let of_seed = shares.entry(score.augmentations).or_default();
            of_seed.extend(score.share());
        }
        let place = |augmentations: u64| (augmentations as f64 + 1.0).log10();
        let points: Vec<(f64, f64)> = shares
            .iter()
            .filter_map(|(&augmentations, shares)| Some((place(augmentations), mean(shares)?)))
            .collect();
        if points.is_empty() {
            return;
        }
        self.last = points.iter().map(|point| point.0).fold(self.last, f64::max);
        if seeds.len() > 1 {
            let low = |shares: &[f64]| shares.iter().copied().fold(f64::INFINITY, f64::min);
            let high = |shares: &[f64]| shares.iter().copied().fold(0.0, f64::max);
            let band = shares.iter().filter(|(_, shares)| !shares.is_empty());
            let band = band.map(|(&at, shares)| (place(at), low(shares), high(shares)));
            self.bands.push(Layer::Band {
                points: band.collect(),
                color,
            });
        }
        self.lines.push(Layer::Line {
            points: points.clone(),
            color,
            stroke,
        });
        self.lines.push(Layer::Marks {
            points,
            color,
            shape: Shape::Circle,
        });
        let key = Key::Line(stroke);
        self.legend.push(Entry { label, color, key });
    }
}
