//! Tables as CSV: the one place that knows the table library.

use crate::ablation::differing;
use crate::ablation_row::{Described, describe};
use crate::{
    Ablation, BaseDifference, Count, Estimate, EvaluationInfo, MetricCount, ReportData, ReportError,
};
use polars::prelude::{Column, CsvWriter, DataFrame, PolarsResult, SerWriter, df};
use std::collections::{BTreeMap, BTreeSet};

/// The tables of a report by file name. Accuracies are shares, 0 to 1; what is missing is empty.
pub(crate) fn tables(data: &ReportData) -> Result<BTreeMap<String, Vec<u8>>, ReportError> {
    let probed = data.has_hidden_states();
    let hidden_states = probed.then(|| ("hidden_states.csv", hidden_states(data)));
    [
        ("summary.csv", summary(data)),
        ("segments.csv", segments(data)),
        ("scores.csv", scores(data)),
        ("metrics.csv", metrics(data)),
    ]
    .into_iter()
    .chain(hidden_states)
    .chain((!data.ablations.is_empty()).then(|| ("ablations.csv", ablations(data))))
    .map(|(name, frame)| {
        let file = frame.and_then(csv);
        let file = file.map_err(|e| ReportError::Table {
            table: name.to_owned(),
            message: e.to_string(),
        })?;
        Ok((name.to_owned(), file))
    })
    .collect()
}

fn csv(mut frame: DataFrame) -> PolarsResult<Vec<u8>> {
    let mut file = Vec::new();
    CsvWriter::new(&mut file).finish(&mut frame)?;
    Ok(file)
}

/// One row per evaluation: its result after the last segment.
fn summary(data: &ReportData) -> PolarsResult<DataFrame> {
    let rows = &data.evaluations;
    let column = |count: fn(&EvaluationInfo) -> Option<crate::Count>| {
        rows.iter().map(count).collect::<Vec<_>>()
    };
    let exact = column(EvaluationInfo::exact);
    let cells = column(EvaluationInfo::cells);
    let adaptive = column(|e| Some(e.adaptive?.exact));
    let interval = |count: &Option<crate::Count>| count.and_then(crate::Count::interval);
    let share = |count: &Option<crate::Count>| count.and_then(crate::Count::share);
    let trainings: Vec<_> = rows.iter().map(|e| data.training_of(e)).collect();
    df!(
        "evaluation" => texts(rows, |e| &e.id),
        "training" => texts(rows, |e| &e.training),
        "seed" => trainings.iter().map(|t| Some((*t)?.seed)).collect::<Vec<_>>(),
        "split" => texts(rows, |e| &e.split),
        "checkpoint" => texts(rows, |e| &e.checkpoint),
        "segments" => rows.iter().map(|e| Some(e.last()?.segment as u64)).collect::<Vec<_>>(),
        "exact_hits" => exact.iter().map(|c| Some((*c)?.hits)).collect::<Vec<_>>(),
        "exact_total" => exact.iter().map(|c| Some((*c)?.total)).collect::<Vec<_>>(),
        "exact_accuracy" => exact.iter().map(share).collect::<Vec<_>>(),
        "exact_accuracy_low95" => exact.iter().map(|c| Some(interval(c)?.low)).collect::<Vec<_>>(),
        "exact_accuracy_high95" => exact.iter().map(|c| Some(interval(c)?.high)).collect::<Vec<_>>(),
        "cell_accuracy" => cells.iter().map(share).collect::<Vec<_>>(),
        "adaptive_hits" => adaptive.iter().map(|c| Some((*c)?.hits)).collect::<Vec<_>>(),
        "adaptive_exact_accuracy" => adaptive.iter().map(share).collect::<Vec<_>>(),
        "adaptive_mean_segments" => rows.iter().map(|e| Some(e.adaptive?.mean_segments)).collect::<Vec<_>>(),
        "parameters" => trainings.iter().map(|t| Some((*t)?.parameters)).collect::<Vec<_>>(),
        "steps" => trainings.iter().map(|t| Some((*t)?.steps)).collect::<Vec<_>>(),
        "training_seconds" => trainings.iter().map(|t| Some((*t)?.seconds)).collect::<Vec<_>>(),
    )
}

fn texts<'a>(
    rows: &'a [EvaluationInfo],
    text: fn(&'a EvaluationInfo) -> &'a String,
) -> Vec<&'a str> {
    rows.iter().map(|row| text(row).as_str()).collect()
}

/// One row per evaluation and segment: counts, operations on one puzzle up to there, and how many
/// puzzles the learned rule halts there.
fn segments(data: &ReportData) -> PolarsResult<DataFrame> {
    let rows: Vec<_> = data
        .evaluations
        .iter()
        .flat_map(|e| e.by_segment.iter().map(move |result| (e, result)))
        .collect();
    let halted =
        |e: &EvaluationInfo, segment: usize| e.halt_histogram.get(segment.checked_sub(1)?).copied();
    let flops = |e: &EvaluationInfo, segment: usize| {
        let of_one = data.training_of(e)?.flops_per_segment?;
        Some(of_one as f64 * segment as f64)
    };
    df!(
        "evaluation" => rows.iter().map(|(e, _)| e.id.as_str()).collect::<Vec<_>>(),
        "segment" => rows.iter().map(|(_, r)| r.segment as u64).collect::<Vec<_>>(),
        "exact_hits" => rows.iter().map(|(_, r)| Some(r.exact?.hits)).collect::<Vec<_>>(),
        "exact_total" => rows.iter().map(|(_, r)| Some(r.exact?.total)).collect::<Vec<_>>(),
        "cell_hits" => rows.iter().map(|(_, r)| Some(r.cells?.hits)).collect::<Vec<_>>(),
        "cell_total" => rows.iter().map(|(_, r)| Some(r.cells?.total)).collect::<Vec<_>>(),
        "q_halt_hits" => rows.iter().map(|(_, r)| Some(r.q_halt?.hits)).collect::<Vec<_>>(),
        "q_halt_total" => rows.iter().map(|(_, r)| Some(r.q_halt?.total)).collect::<Vec<_>>(),
        "flops" => rows.iter().map(|(e, r)| flops(e, r.segment)).collect::<Vec<_>>(),
        "halted" => rows.iter().map(|(e, r)| halted(e, r.segment)).collect::<Vec<_>>(),
    )
}

/// One row per score of the final predictions: over all puzzles, by rating, and of ARC votes.
fn scores(data: &ReportData) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for evaluation in &data.evaluations {
        let scores = &evaluation.scores;
        let count = |of: String, score: &MetricCount| {
            let Count { hits, total } = score.count;
            (evaluation, of, score.metric.clone(), hits, total)
        };
        rows.extend(
            scores
                .overall
                .iter()
                .map(|score| count("all".to_owned(), score)),
        );
        for bucket in &scores.by_rating {
            let of = || format!("rating {}", bucket.label());
            rows.extend(bucket.scores.iter().map(|score| count(of(), score)));
        }
        rows.extend(scores.votes.iter().map(|score| {
            let of = format!("augmentations {}", score.augmentations);
            let metric = format!("pass@{} ({})", score.k, score.rule);
            (evaluation, of, metric, score.solved, score.total)
        }));
    }
    df!(
        "evaluation" => rows.iter().map(|row| row.0.id.as_str()).collect::<Vec<_>>(),
        "of" => rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(),
        "score" => rows.iter().map(|row| row.2.as_str()).collect::<Vec<_>>(),
        "hits" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        "total" => rows.iter().map(|row| row.4).collect::<Vec<_>>(),
    )
}

/// One row per evaluation, hidden state and point: residuals by update, participation ratios by puzzles.
fn hidden_states(data: &ReportData) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for evaluation in &data.evaluations {
        for state in &evaluation.hidden_states {
            let lists = [
                ("residual", &state.residuals),
                ("participation_ratio", &state.participation),
            ];
            for (measure, points) in lists {
                let row = |&(at, value)| (evaluation, state.state.as_str(), measure, at, value);
                rows.extend(points.iter().map(row));
            }
        }
    }
    df!(
        "evaluation" => rows.iter().map(|row| row.0.id.as_str()).collect::<Vec<_>>(),
        "state" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "measure" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        "update_or_puzzles" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        "value" => rows.iter().map(|row| row.4).collect::<Vec<_>>(),
    )
}

/// One row per training, metric and values that are drawn as one.
fn metrics(data: &ReportData) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for training in &data.trainings {
        for (name, points) in &training.metrics {
            rows.extend(points.iter().map(|point| (training, name.as_str(), point)));
        }
    }
    df!(
        "training" => rows.iter().map(|row| row.0.id.as_str()).collect::<Vec<_>>(),
        "seed" => rows.iter().map(|row| row.0.seed).collect::<Vec<_>>(),
        "metric" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "step" => rows.iter().map(|row| row.2.step).collect::<Vec<_>>(),
        "values" => rows.iter().map(|row| row.2.values).collect::<Vec<_>>(),
        "not_finite" => rows.iter().map(|row| row.2.not_finite).collect::<Vec<_>>(),
        "mean" => rows.iter().map(|row| row.2.mean).collect::<Vec<_>>(),
        "low" => rows.iter().map(|row| row.2.low).collect::<Vec<_>>(),
        "high" => rows.iter().map(|row| row.2.high).collect::<Vec<_>>(),
    )
}

/// One row per evaluation with its seeds, with a column for every setting that differs anywhere.
fn ablations(data: &ReportData) -> PolarsResult<DataFrame> {
    let tables = data.ablations.iter();
    let rows: Vec<(&Ablation, Described<'_>)> = tables
        .flat_map(|table| {
            table
                .rows
                .iter()
                .map(move |row| (table, describe(data, row)))
        })
        .collect();
    let keys: BTreeSet<&str> = data.ablations.iter().flat_map(differing).collect();
    let estimate = |of: fn(Estimate) -> Option<f64>| -> Vec<Option<f64>> {
        rows.iter().map(|(_, row)| of(row.row.estimate?)).collect()
    };
    let difference = |of: fn(BaseDifference) -> Option<f64>| -> Vec<Option<f64>> {
        rows.iter()
            .map(|(_, row)| of(row.row.difference?))
            .collect()
    };
    let mut frame = df!(
        "puzzles" => rows.iter().map(|(table, _)| table.puzzles.as_str()).collect::<Vec<_>>(),
        "training" => rows.iter().map(|(_, row)| row.name.as_str()).collect::<Vec<_>>(),
        "measure" => rows.iter().map(|(table, _)| table.measure.as_str()).collect::<Vec<_>>(),
        "value" => estimate(|estimate| Some(estimate.value)),
        "low95" => estimate(|estimate| Some(estimate.interval?[0])),
        "high95" => estimate(|estimate| Some(estimate.interval?[1])),
        "seeds" => rows.iter().map(|(_, row)| Some(row.row.estimate?.seeds)).collect::<Vec<_>>(),
        "difference" => difference(|difference| Some(difference.value)),
        "difference_low95" => difference(|difference| Some(difference.interval?[0])),
        "difference_high95" => difference(|difference| Some(difference.interval?[1])),
        "parameters" => rows.iter().map(|(_, row)| row.parameters).collect::<Vec<_>>(),
        "flops" => rows.iter().map(|(_, row)| row.flops).collect::<Vec<_>>(),
        "training_seconds" => rows.iter().map(|(_, row)| row.seconds).collect::<Vec<_>>(),
    )?;
    for key in keys {
        let setting = |row: &Described<'_>| row.row.settings.get(key).cloned();
        let values: Vec<Option<String>> = rows.iter().map(|(_, row)| setting(row)).collect();
        // The prefix keeps a setting from being called like a column above.
        frame.with_column(Column::new(format!("setting.{key}").into(), values))?;
    }
    Ok(frame)
}
