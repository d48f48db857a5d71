//! Scores of final predictions: by metric, by rating, and of the votes on ARC tasks.

use super::figure::figure;
use crate::format::{count_percent, decimal, percent, percent_interval, whole};
use crate::plot::Plots;
use crate::{ArcScore, EvaluationInfo, FinalScores, MetricCount, RatingScores, ReportData};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The rules of ARC scores, in the order in which they are shown.
const RULES: [&str; 3] = ["hrm", "trm", "arc-prize"];

/// Evaluations whose scores are shown at once; more are folded.
const OPEN_MAX: usize = 3;

/// The section; nothing where no evaluation has scores of its own kind of puzzle.
pub(crate) fn section(data: &ReportData, plots: &Plots) -> Markup {
    let scored: Vec<&EvaluationInfo> = data.evaluations.iter().filter(|e| e.has_scores()).collect();
    html! {
        @if !scored.is_empty() {
            section #scores {
                h2 { "Scores of the final predictions" }
                @if let Some(plot) = &plots.votes { div.plots { (figure(plot)) } }
                @if scored.len() <= OPEN_MAX {
                    @for evaluation in &scored { (card(evaluation)) }
                } @else {
                    details {
                        summary { "Scores of " (scored.len()) " evaluations" }
                        @for evaluation in &scored { (card(evaluation)) }
                    }
                }
                p.note { "Every count is in scores.csv. Shares of cells have no interval: the cells of a puzzle depend on each other." }
            }
        }
    }
}

fn card(evaluation: &EvaluationInfo) -> Markup {
    let scores = &evaluation.scores;
    html! {
        div.card {
            h3 { (evaluation.id) }
            @if let Some(predictions) = &evaluation.predictions {
                p.detail { "Predictions of another program: " (predictions) }
            }
            @if !scores.overall.is_empty() { div.scroll { (by_rating(scores)) } }
            @if !scores.votes.is_empty() {
                div.scroll { (votes(&evaluation.last_votes())) }
                p.detail {
                    "pass@K of the votes. By hrm's rule a task counts if all of its test inputs are solved, by trm's with \
                     the share of them; arc-prize is trm's rule with two attempts."
                }
            }
        }
    }
}

/// A column per metric; a row for all puzzles and one for each rating.
fn by_rating(scores: &FinalScores) -> Markup {
    let is_maze = scores
        .overall
        .iter()
        .any(|score| score.metric == "shortest_path");
    let of = |bucket: &RatingScores, metric: &str| {
        let mut scores = bucket.scores.iter();
        scores.find(|score| score.metric == metric).map(counted)
    };
    html! {
        table.plain {
            thead {
                tr {
                    th scope="col" { "Rating" }
                    @for score in &scores.overall { th scope="col" { (name(score, is_maze)) } }
                }
            }
            tbody {
                tr { th scope="row" { "all" } @for score in &scores.overall { td { (counted(score)) } } }
                @for bucket in &scores.by_rating {
                    tr {
                        th scope="row" { (bucket.label()) }
                        @for score in &scores.overall { td { (of(bucket, &score.metric).unwrap_or_default()) } }
                    }
                }
            }
        }
    }
}

/// The metric in words. For mazes the published score is told from those that are fairer.
fn name(score: &MetricCount, is_maze: bool) -> String {
    match score.metric.as_str() {
        "exact_accuracy" if is_maze => "exact accuracy (the label's own path)".to_owned(),
        "shortest_path" => "any shortest path".to_owned(),
        "valid_path" => "any valid path".to_owned(),
        _ => score.label(),
    }
}

fn counted(score: &MetricCount) -> Markup {
    html! {
        (count_percent(Some(score.count)))
        @if let Some(interval) = score.interval() { span.detail { (percent_interval(interval)) } }
        span.detail { (whole(score.count.hits)) "/" (whole(score.count.total)) }
    }
}

/// A row per rule, a column per K.
fn votes(scores: &[&ArcScore]) -> Markup {
    let ks: BTreeSet<u64> = scores.iter().map(|score| score.k).collect();
    let of = |rule: &str, k: u64| {
        let found = scores
            .iter()
            .find(|score| score.rule == rule && score.k == k);
        found.copied().map(pass)
    };
    html! {
        table.plain {
            thead { tr { th scope="col" { "Rule" } @for k in &ks { th scope="col" { "pass@" (k) } } } }
            tbody {
                @for rule in RULES {
                    tr { th scope="row" { (rule) } @for &k in &ks { td { (of(rule, k).unwrap_or_default()) } } }
                }
            }
        }
    }
}

fn pass(score: &ArcScore) -> Markup {
    html! {
        (score.share().map_or_else(String::new, percent))
        span.detail { (score.solved_tasks().map_or_else(String::new, decimal)) "/" (whole(score.tasks)) }
    }
}
