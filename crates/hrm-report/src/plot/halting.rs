//! Where the learned rule halts: a histogram over segments.

use super::chart::{Chart, ChartAxis, Layer, Ticks};
use super::legend::{Entry, Key};
use crate::ReportData;
use crate::series::{Series, series_of_evaluation};
use std::collections::BTreeMap;

/// Histograms side by side at most; more would be too thin to read.
const HISTOGRAMS_MAX: usize = 6;
/// Share of a segment's width that its bars fill.
const FILL: f64 = 0.8;

/// Bars per segment, one for each evaluation; evaluations that share a series are summed.
pub(crate) fn chart(data: &ReportData, by_training: &BTreeMap<&str, Series>) -> Option<Chart> {
    let histograms = histograms(data, by_training);
    let last = histograms.iter().map(|(_, counts)| counts.len()).max()?;
    let shown = histograms.len().min(HISTOGRAMS_MAX);
    let left_out = histograms.len() - shown;
    let width = FILL / shown as f64;
    let mut layers = Vec::new();
    let mut legend = Vec::new();
    let mut highest = 0.0f64;
    for (place, (Series { label, color, .. }, counts)) in
        histograms.into_iter().take(shown).enumerate()
    {
        let total: f64 = counts.iter().sum();
        for (index, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            let left = (index + 1) as f64 - FILL / 2.0 + place as f64 * width;
            let height = count / total;
            highest = highest.max(height);
            layers.push(Layer::Bar {
                left,
                right: left + width,
                height,
                color,
            });
        }
        legend.push(Entry {
            label,
            color,
            key: Key::Box,
        });
    }
    let note = if left_out > 0 {
        format!(" {left_out} more are in segments.csv.")
    } else {
        String::new()
    };
    Some(Chart {
        name: "halting",
        title: "Where puzzles halt",
        caption: format!(
            "Share of puzzles by the segment at which the learned rule halts them; those it never halts count at the \
             last segment.{note}"
        ),
        x: ChartAxis::segments("halting segment", last),
        y: ChartAxis {
            label: "share of puzzles",
            low: 0.0,
            high: (highest * 1.08).min(1.02),
            ticks: Ticks::Percent,
        },
        layers,
        legend,
    })
}

/// Summed counts per series, in order of appearance; empty ones left out.
fn histograms(data: &ReportData, by_training: &BTreeMap<&str, Series>) -> Vec<(Series, Vec<f64>)> {
    let mut histograms: Vec<(Series, Vec<f64>)> = Vec::new();
    for evaluation in &data.evaluations {
        let counts: Vec<f64> = evaluation
            .halt_histogram
            .iter()
            .map(|&count| count as f64)
            .collect();
        if counts.iter().all(|count| *count == 0.0) {
            continue;
        }
        let series = series_of_evaluation(data, by_training, evaluation);
        match histograms.iter_mut().find(|(known, _)| *known == series) {
            Some((_, sums)) => {
                sums.resize(sums.len().max(counts.len()), 0.0);
                sums.iter_mut()
                    .zip(counts)
                    .for_each(|(sum, count)| *sum += count);
            }
            None => histograms.push((series, counts)),
        }
    }
    histograms
}
