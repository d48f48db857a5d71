//! What a reader has to know before believing the numbers.

use crate::format::{plural, whole};
use crate::series::groups;
use crate::{DatasetInfo, EvaluationInfo, ReportData};

/// Width of a 95% interval above which a test set counts as small: 5 points of accuracy.
const INTERVAL_WIDTH_MAX: f64 = 0.05;

/// Warnings in the order of their weight. Empty when there is nothing to warn of.
pub(crate) fn warnings(data: &ReportData) -> Vec<String> {
    let mut warnings: Vec<String> = of_scale(data).into_iter().collect();
    warnings.extend(data.datasets.iter().filter_map(of_dataset));
    warnings.extend(data.evaluations.iter().flat_map(of_evaluation));
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
    if let Some(interval) = evaluation.exact().and_then(|exact| exact.interval())
        && interval.width() > INTERVAL_WIDTH_MAX
    {
        warnings.push(format!(
            "{id} has only {}: its 95% interval is {} percentage points wide.",
            plural(evaluation.puzzles, "puzzle"),
            format_args!("{:.1}", interval.width() * 100.0)
        ));
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

fn of_seeds(data: &ReportData) -> Option<String> {
    let single: Vec<String> = groups(data)
        .iter()
        .filter(|group| matches!(group.evaluations[..], [only] if only.predictions.is_none()))
        .map(|group| group.label.clone())
        .collect();
    if single.is_empty() {
        return None;
    }
    Some(format!(
        "One seed only ({}): intervals are over puzzles and say nothing of how much another training would differ.",
        single.join("; ")
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
        let (step, ratio) = points
            .iter()
            .copied()
            .reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        Some(format!(
            "{}: the loss jumped {}, most at step {} to {ratio:.1} times its recent median.",
            training.id,
            plural(points.len() as u64, "time"),
            whole(step),
        ))
    });
    spikes.collect()
}

fn of_values(data: &ReportData) -> Vec<String> {
    let mut warnings = Vec::new();
    for training in &data.trainings {
        for (name, points) in &training.metrics {
            let bad = points
                .iter()
                .filter(|(_, value)| !value.is_finite())
                .count();
            if bad > 0 {
                let values = plural(bad as u64, "value");
                warnings.push(format!(
                    "{}: {name} has {values} that are not finite and not drawn.",
                    training.id
                ));
            }
        }
    }
    warnings
}
