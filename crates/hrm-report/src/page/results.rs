//! Results in numbers: ablation tables, every evaluation, and what repetitions over seeds say.

use super::ablation;
use crate::format::{NONE, count_percent, decimal, percent, percent_interval, seconds, whole};
use crate::series::{Group, groups};
use crate::{AdaptiveResult, Count, EvaluationInfo, ReportData};
use hrm_stats::{CONFIDENCE, mean, sample_sd, t_interval};
use maud::{Markup, html};

/// The section.
pub(crate) fn section(data: &ReportData) -> Markup {
    html! {
        section #results {
            h2 { "Results" }
            (ablation::tables(data))
            @if data.evaluations.is_empty() { p.missing { "No evaluation is recorded." } } @else { (table(data)) }
            @for group in groups(data) { (seeds(&group)) }
            p.note {
                "Intervals are 95 % Wilson intervals over puzzles. Cell accuracy has none: the cells of a puzzle depend "
                "on each other."
            }
        }
    }
}

fn table(data: &ReportData) -> Markup {
    html! {
        table.cards {
            thead {
                tr {
                    th scope="col" { "Evaluation" }
                    th scope="col" { "Exact accuracy" }
                    th scope="col" { "Cell accuracy" }
                    th scope="col" { "Learned halting" }
                    th scope="col" { "Parameters" }
                    th scope="col" { "Training" }
                }
            }
            tbody { @for evaluation in &data.evaluations { (row(data, evaluation)) } }
        }
    }
}

fn row(data: &ReportData, evaluation: &EvaluationInfo) -> Markup {
    let training = data.training_of(evaluation);
    let after = evaluation.last().map(|result| result.segment);
    html! {
        tr {
            th scope="row" {
                (evaluation.id)
                span.detail {
                    @match evaluation.predictions {
                        Some(_) => "predictions of another program",
                        None => { (evaluation.split) " split, " (evaluation.checkpoint) " checkpoint" },
                    }
                    @if let Some(segment) = after { ", after segment " (segment) }
                }
                @if let Some(place) = evaluation.test_evaluation { span.detail { (place) } }
            }
            td data-label="Exact accuracy" { (counted(evaluation.exact())) }
            td data-label="Cell accuracy" { (count_percent(evaluation.cells())) }
            td data-label="Learned halting" { (adaptive(evaluation.adaptive)) }
            td data-label="Parameters" { (training.map_or_else(|| NONE.to_owned(), |t| whole(t.parameters))) }
            td data-label="Training" {
                @match training {
                    Some(training) => {
                        (seconds(training.seconds))
                        span.detail { (whole(training.steps)) " steps, seed " (training.seed) }
                        span.detail {
                            (training.stop_reason)
                            @if let Some(step) = training.best_step { ", best at step " (whole(step)) }
                        }
                    }
                    None => (NONE),
                }
            }
        }
    }
}

/// A count as percent, with its interval and the count itself.
fn counted(count: Option<Count>) -> Markup {
    html! {
        b { (count_percent(count)) }
        @if let Some(count) = count {
            @if let Some(interval) = count.interval() { span.detail { (percent_interval(interval)) } }
            span.detail { (whole(count.hits)) "/" (whole(count.total)) }
        }
    }
}

fn adaptive(result: Option<AdaptiveResult>) -> Markup {
    html! {
        @match result {
            Some(result) => {
                (counted(Some(result.exact)))
                span.detail { (decimal((result.mean_segments * 100.0).round() / 100.0)) " segments on average" }
            }
            None => (NONE),
        }
    }
}

/// Mean and spread over seeds. One seed has no spread and gets no line.
fn seeds(group: &Group<'_>) -> Markup {
    let shares = group.exact_shares();
    let (Some(mean), Some(sd)) = (mean(&shares), sample_sd(&shares)) else {
        return html! {};
    };
    let lowest = shares.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    html! {
        p.seeds {
            strong { (group.series.label) } " over " (shares.len()) " seeds: mean " (percent(mean)) ", sample standard deviation "
            (format!("{:.1}", sd * 100.0)) " percentage points, lowest " (percent(lowest)) ", highest " (percent(highest))
            @if let Some(interval) = t_interval(&shares, CONFIDENCE) {
                "; 95 % t interval of the mean " (percent_interval(interval))
            }
            "."
        }
    }
}
