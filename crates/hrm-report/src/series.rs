//! Which trainings and evaluations belong together, what they are called, and which color they
//! have: one answer for every plot and table.

use crate::plot::{Stroke, palette};
use crate::{Axis, EvaluationInfo, ReportData, TrainingInfo};
use plotters::style::RGBColor;
use std::collections::BTreeMap;

/// Name and look of a training or an evaluation in every plot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) label: String,
    /// Says which training.
    pub(crate) color: RGBColor,
    /// Says which of several evaluations of a training.
    pub(crate) stroke: Stroke,
}

/// Series by training id. Trainings that differ in the seed alone share one.
pub(crate) fn series_by_training(data: &ReportData) -> BTreeMap<&str, Series> {
    let mut labels: Vec<String> = Vec::new();
    for label in data.trainings.iter().map(variant) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let colors = palette::series(labels.len());
    let by_label: BTreeMap<&String, RGBColor> = labels.iter().zip(colors).collect();
    let series = |training: &TrainingInfo| {
        let label = variant(training);
        let color = *by_label.get(&label)?;
        let stroke = Stroke::Solid;
        Some(Series {
            label,
            color,
            stroke,
        })
    };
    let trainings = data.trainings.iter();
    trainings
        .filter_map(|training| Some((training.id.as_str(), series(training)?)))
        .collect()
}

/// The series of an evaluation: its training's, with its own name where the training has several.
pub(crate) fn series_of_evaluation(
    data: &ReportData,
    by_training: &BTreeMap<&str, Series>,
    evaluation: &EvaluationInfo,
) -> Series {
    let Some(training) = by_training.get(evaluation.training.as_str()) else {
        return Series {
            label: evaluation.id.clone(),
            color: palette::INK,
            stroke: Stroke::Solid,
        };
    };
    let mut siblings = data.evaluations.iter();
    let first = siblings.find(|other| other.training == evaluation.training);
    let is_first = first.is_none_or(|first| own_name(first) == own_name(evaluation));
    let is_only = is_first && siblings.all(|other| other.training != evaluation.training);
    Series {
        label: if is_only {
            training.label.clone()
        } else {
            format!("{} on {}", training.label, own_name(evaluation))
        },
        color: training.color,
        stroke: if is_first {
            Stroke::Solid
        } else {
            Stroke::Dashed
        },
    }
}

/// Evaluations that repeat each other: the same but for the training's seed.
pub(crate) struct Group<'a> {
    /// What they share.
    pub(crate) series: Series,
    /// Name of the training alone.
    pub(crate) training: String,
    /// In the order of the data.
    pub(crate) evaluations: Vec<&'a EvaluationInfo>,
}

impl Group<'_> {
    /// Exact accuracies after the last segment, where counted.
    pub(crate) fn exact_shares(&self) -> Vec<f64> {
        self.evaluations
            .iter()
            .filter_map(|evaluation| evaluation.exact()?.share())
            .collect()
    }
}

/// Groups in order of first appearance.
pub(crate) fn groups(data: &ReportData) -> Vec<Group<'_>> {
    let by_training = series_by_training(data);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for evaluation in &data.evaluations {
        let series = series_of_evaluation(data, &by_training, evaluation);
        match groups.iter_mut().find(|group| group.series == series) {
            Some(group) => group.evaluations.push(evaluation),
            None => groups.push(Group {
                training: data
                    .training_of(evaluation)
                    .map_or_else(|| evaluation.training.clone(), variant),
                series,
                evaluations: vec![evaluation],
            }),
        }
    }
    groups
}

/// A training without its seed: `hrm[lr=0.001]`.
pub(crate) fn variant(training: &TrainingInfo) -> String {
    with_axes(short(&training.stage), &training.axes)
}

/// An evaluation without its training: `test[segments=32]`.
fn own_name(evaluation: &EvaluationInfo) -> String {
    with_axes(short(&evaluation.stage), &evaluation.axes)
}

fn with_axes(name: &str, axes: &[Axis]) -> String {
    if axes.is_empty() {
        return name.to_owned();
    }
    let axes: Vec<String> = axes
        .iter()
        .map(|axis| format!("{}={}", axis.name, axis.value))
        .collect();
    format!("{name}[{}]", axes.join(","))
}

/// A stage's name without its kind.
fn short(stage: &str) -> &str {
    stage.split_once('.').map_or(stage, |(_, name)| name)
}
