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

/// Series by training id. Trainings that differ in the seed alone share one series, unless seeds
/// are all there is to tell apart.
pub(crate) fn series_by_training(data: &ReportData) -> BTreeMap<&str, Series> {
    let one_variant = all_equal(data.trainings.iter().map(variant));
    let label = |training: &TrainingInfo| {
        if one_variant {
            format!("seed {}", training.seed)
        } else {
            variant(training)
        }
    };
    let mut labels: Vec<String> = Vec::new();
    for training in &data.trainings {
        let label = label(training);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let colors = palette::series(labels.len());
    let by_label: BTreeMap<&String, RGBColor> = labels.iter().zip(colors).collect();
    data.trainings
        .iter()
        .filter_map(|training| {
            let label = label(training);
            let color = *by_label.get(&label)?;
            Some((
                training.id.as_str(),
                Series {
                    label,
                    color,
                    stroke: Stroke::Solid,
                },
            ))
        })
        .collect()
}

/// The series of an evaluation: its training's color, with its own name where several
/// evaluations of one training have to be told apart.
pub(crate) fn series_of_evaluation(
    data: &ReportData,
    by_training: &BTreeMap<&str, Series>,
    evaluation: &EvaluationInfo,
) -> Series {
    let training = by_training.get(evaluation.training.as_str());
    let color = training.map_or(palette::INK, |series| series.color);
    let own = own_name(evaluation);
    let label = match training {
        Some(series) if all_equal(data.evaluations.iter().map(own_name)) => series.label.clone(),
        Some(series) => format!("{} on {own}", series.label),
        None => evaluation.id.clone(),
    };
    let is_first = data.evaluations.first().map(own_name) == Some(own);
    Series {
        label,
        color,
        stroke: if is_first {
            Stroke::Solid
        } else {
            Stroke::Dashed
        },
    }
}

/// Evaluations that repeat each other: the same but for the training's seed.
pub(crate) struct Group<'a> {
    /// What they share, for example `hrm[lr=0.001] on test`: the training and the evaluation.
    pub(crate) label: String,
    /// The training alone.
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
    let mut groups: Vec<Group<'_>> = Vec::new();
    for evaluation in &data.evaluations {
        let (training, label) = match data.training_of(evaluation).map(variant) {
            Some(training) => (
                training.clone(),
                format!("{training} on {}", own_name(evaluation)),
            ),
            None => (evaluation.training.clone(), evaluation.id.clone()),
        };
        match groups.iter_mut().find(|group| group.label == label) {
            Some(group) => group.evaluations.push(evaluation),
            None => groups.push(Group {
                label,
                training,
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

fn all_equal(mut values: impl Iterator<Item = String>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}
