//! Plots of a comparison: accuracies with their intervals, over all puzzles and by difficulty.

use super::chart::{Chart, ChartAxis, Layer, Shape, Stroke, Ticks};
use super::legend::{Entry, Key};
use super::{Drawing, palette};
use crate::{ComparisonData, Count, ReportError, side_letter};

/// Distance between the sides' marks within a group of difficulties; groups are 1 apart.
const DODGE: f64 = 0.14;
/// Room on both sides of the intervals, in shares.
const ROOM: f64 = 0.02;

/// The exact accuracy of each side with its interval; none where no side evaluated a puzzle.
pub(crate) fn forest(data: &ComparisonData) -> Result<Option<Drawing>, ReportError> {
    let mut layers = Vec::new();
    let (mut lowest, mut highest) = (1.0f64, 0.0f64);
    let last = data.sides.len().saturating_sub(1);
    let colors = palette::series(data.sides.len());
    for (index, (side, color)) in data.sides.iter().zip(colors).enumerate() {
        let count = side.count();
        let (Some(share), Some(interval)) = (count.share(), count.interval()) else {
            continue;
        };
        (lowest, highest) = (lowest.min(interval.low), highest.max(interval.high));
        // The first side is at the top.
        let y = (last - index) as f64;
        layers.push(Layer::Span {
            y,
            low: interval.low,
            high: interval.high,
            color,
        });
        layers.push(Layer::Marks {
            points: vec![(share, y)],
            color,
            shape: Shape::Diamond,
        });
    }
    if layers.is_empty() {
        return Ok(None);
    }
    let letters = (0..data.sides.len()).rev().map(side_letter).collect();
    let chart = Chart {
        name: "forest",
        title: "Exact accuracy",
        caption: "Puzzles exactly right, with 95 % Wilson intervals over puzzles. Where intervals overlap, the paired \
                  test may still tell the sides apart: it looks at each puzzle twice."
            .to_owned(),
        x: ChartAxis {
            label: "exact accuracy",
            low: (lowest - ROOM).max(-ROOM / 2.0),
            high: (highest + ROOM).min(1.0 + ROOM / 2.0),
            ticks: Ticks::Percent,
        },
        y: ChartAxis::names("evaluation", letters),
        layers,
        legend: legend(data, Key::Diamond),
    };
    Drawing::of(chart).map(Some)
}

/// The exact accuracy of each side in each group of difficulties; none without groups.
pub(crate) fn difficulty(data: &ComparisonData) -> Result<Option<Drawing>, ReportError> {
    let groups = &data.by_difficulty;
    if groups.is_empty() {
        return Ok(None);
    }
    let mut layers = Vec::new();
    let middle = data.sides.len().saturating_sub(1) as f64 / 2.0;
    for (side, color) in palette::series(data.sides.len()).into_iter().enumerate() {
        let shift = (side as f64 - middle) * DODGE;
        let mut points = Vec::new();
        for (place, group) in groups.iter().enumerate() {
            let count = group.counts().nth(side);
            let share = count.and_then(Count::share);
            let interval = count.and_then(Count::interval);
            let (Some(share), Some(interval)) = (share, interval) else {
                continue;
            };
            let x = place as f64 + shift;
            points.push((x, share));
            layers.push(Layer::ErrorBar {
                x,
                low: interval.low,
                high: interval.high,
                color,
            });
        }
        layers.push(Layer::Line {
            points: points.clone(),
            color,
            stroke: Stroke::Thin,
        });
        layers.push(Layer::Marks {
            points,
            color,
            shape: Shape::Circle,
        });
    }
    let chart = Chart {
        name: "difficulty",
        title: "Exact accuracy by difficulty",
        caption: "Groups of about as many puzzles each, with 95 % Wilson intervals. Difficulty is what the dataset \
                  counts: guesses of a solver, a rating, or the length of the path."
            .to_owned(),
        x: ChartAxis::names(
            "difficulty of the puzzles",
            groups.iter().map(|group| group.label()).collect(),
        ),
        y: ChartAxis::percent("exact accuracy"),
        layers,
        legend: legend(data, Key::Line(Stroke::Solid)),
    };
    Drawing::of(chart).map(Some)
}

fn legend(data: &ComparisonData, key: Key) -> Vec<Entry> {
    let colors = palette::series(data.sides.len());
    let sides = data.sides.iter().zip(colors).enumerate();
    sides
        .map(|(index, (side, color))| Entry {
            label: format!("{} {}", side_letter(index), side.name),
            color,
            key,
        })
        .collect()
}
