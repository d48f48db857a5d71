//! What a reader has to know before believing the numbers.

use crate::format::{plural, whole};
use crate::series::groups;
use crate::{Ablation, DatasetInfo, EvaluationInfo, ReportData};

/// Width of a 95 % interval above which a test set counts as small: 5 points of accuracy.
const INTERVAL_WIDTH_MAX: f64 = 0.05;

/// Variants that are named one by one where a warning is of all of them.
const NAMES_MAX: usize = 3;

/// Warnings in the order of their weight. Empty when there is nothing to warn of.
pub(crate) fn warnings(data: &ReportData) -> Vec<String> {
    let mut warnings: Vec<String> = of_scale(data).into_iter().collect();
    warnings.extend(data.datasets.iter().filter_map(of_dataset));
    warnings.extend(data.ablations.iter().filter_map(of_ablation));
    warnings.extend(data.evaluations.iter().flat_map(of_evaluation));
    warnings.extend(of_sizes(data));
    warnings.extend(of_seeds(data));
    warnings.extend(of_selection(data));
    warnings.extend(of_spikes(data));
    warnings.extend(of_values(data));
    if data.provenance.environment.git_dirty {
        warnings.push("The workflow's folder had uncommitted changes: the commit alone does not give this result back.".into());
    }
    warnings
}

fn of_scale(data: &ReportData) -> Option<String> {
    (data.scale.as_deref() == Some("small")).then(|| {
        "This ran at small scale: its numbers answer the question in small and cannot be set beside \
         published ones."
            .to_owned()
    })
}

fn of_dataset(dataset: &DatasetInfo) -> Option<String> {
    let reason = dataset.leakage.as_ref()?;
    Some(format!(
        "The splits of {} share puzzles, which its author allows: {reason}",
        dataset.name
    ))
}

/// Results that stand side by side though not only their trainings differ.
fn of_ablation(ablation: &Ablation) -> Option<String> {
    (!ablation.questions.is_empty()).then(|| {
        format!(
            "The results on {} differ in {}: they do not answer one question, so that a difference between them is \
             not one of the trainings alone.",
            ablation.puzzles,
            ablation.questions.join(", ")
        )
    })
}

fn of_evaluation(evaluation: &EvaluationInfo) -> Vec<String> {
    let id = &evaluation.id;
    let mut warnings = Vec::new();
    match evaluation.split.as_str() {
        "train" => warnings.push(format!(
            "{id} is evaluated on the training split: it shows what was memorized, not what was learned."
        )),
        "validation" => warnings.push(format!(
            "{id} is evaluated on the validation split, by which checkpoints are chosen: it is optimistic."
        )),
        _ => {}
    }
    if evaluation.puzzles == 0 && evaluation.scores.votes.is_empty() {
        warnings.push(format!("{id} evaluated no puzzles."));
    }
    if let Some(last) = evaluation.last()
        && last.segment > evaluation.segments_trained
    {
        warnings.push(format!(
            "{id} runs {}, more than the {} of its training.",
            plural(last.segment as u64, "segment"),
            whole(evaluation.segments_trained as u64)
        ));
    }
    warnings
}

/// Test sets whose size leaves much open.
fn of_sizes(data: &ReportData) -> Option<String> {
    let width = |evaluation: &EvaluationInfo| Some(evaluation.exact()?.interval()?.width());
    let widths = data.evaluations.iter().filter_map(|e| Some((e, width(e)?)));
    let wide: Vec<(&EvaluationInfo, f64)> = widths
        .filter(|(_, width)| *width > INTERVAL_WIDTH_MAX)
        .collect();
    let (widest, width) = wide
        .iter()
        .copied()
        .reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let puzzles = plural(widest.puzzles, "puzzle");
    let points = format!("{:.1} percentage points wide", 100.0 * width);
    Some(if wide.len() == 1 {
        format!(
            "{} has only {puzzles}: its 95 % interval is {points}.",
            widest.id
        )
    } else {
        format!(
            "{} evaluations have few puzzles: their 95 % intervals are wider than {:.0} percentage points; that of {} \
             ({puzzles}) is {points}.",
            wide.len(),
            100.0 * INTERVAL_WIDTH_MAX,
            widest.id,
        )
    })
}

fn of_seeds(data: &ReportData) -> Option<String> {
    let groups = groups(data);
    let single: Vec<&str> = groups
        .iter()
        .filter(|group| matches!(group.evaluations[..], [only] if only.predictions.is_none()))
        .map(|group| group.series.label.as_str())
        .collect();
    let which = match single.len() {
        0 => return None,
        several if several > NAMES_MAX && several == groups.len() => {
            format!("all {several} variants")
        }
        _ => single.join("; "),
    };
    Some(format!(
        "One seed only ({which}): intervals are over puzzles and say nothing of how much another training would differ.",
    ))
}

fn of_selection(data: &ReportData) -> Option<String> {
    let compared = groups(data).len();
    (compared > 1).then(|| {
        format!("{compared} variants are compared: the best of several is partly luck, so take its accuracy as an upper estimate.")
    })
}

/// Metric that a training records where its loss jumps.
const LOSS_SPIKE: &str = "train/loss_spike";

fn of_spikes(data: &ReportData) -> Vec<String> {
    let spikes = data.trainings.iter().filter_map(|training| {
        let points = training.metrics.get(LOSS_SPIKE)?;
        let most = points
            .iter()
            .reduce(|a, b| if b.high > a.high { b } else { a })?;
        Some(format!(
            "{}: the loss jumped {}, most near step {} to {:.1} times its recent median.",
            training.id,
            plural(points.iter().map(|point| point.values).sum(), "time"),
            whole(most.step),
            most.high,
        ))
    });
    spikes.collect()
}

fn of_values(data: &ReportData) -> Vec<String> {
    let mut warnings = Vec::new();
    for training in &data.trainings {
        for (name, points) in &training.metrics {
            let bad = points.iter().map(|point| point.not_finite).sum();
            if bad > 0 {
                let values = plural(bad, "value");
                warnings.push(format!(
                    "{}: {name} has {values} that are not finite and not drawn.",
                    training.id
                ));
            }
        }
    }
    warnings
}
