//! Scores of final predictions: by metric, by rating, and of the votes on ARC tasks.

use super::figure::figure;
use crate::format::{count_percent, decimal, percent, percent_interval, whole};
use crate::plot::Plots;
use crate::{ArcScore, EvaluationInfo, MetricCount, ReportData};
use maud::{Markup, html};

/// The section; nothing where no evaluation has scores of its own kind of puzzle.
pub(crate) fn section(data: &ReportData, plots: &Plots) -> Markup {
    let scored: Vec<&EvaluationInfo> = data.evaluations.iter().filter(|e| e.has_scores()).collect();
    html! {
        @if !scored.is_empty() {
            section #scores {
                h2 { "Scores of the final predictions" }
                @for evaluation in &scored { (card(evaluation)) }
                @if let Some(plot) = &plots.votes { div.plots { (figure(plot)) } }
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
            @if !scores.overall.is_empty() { div.scroll { (overall(&scores.overall)) } }
            @if !scores.by_rating.is_empty() {
                h3 { "By rating" }
                div.scroll { (by_rating(evaluation)) }
            }
            @if !scores.votes.is_empty() {
                h3 { "pass@K of the votes" }
                div.scroll { (votes(&evaluation.last_votes())) }
                p.detail {
                    "By hrm's rule a task counts if all of its test inputs are solved, by trm's with the share of them; \
                     arc-prize is trm's rule with two attempts."
                }
            }
        }
    }
}

fn overall(scores: &[MetricCount]) -> Markup {
    let is_maze = scores.iter().any(|score| score.metric == "shortest_path");
    html! {
        table.plain {
            tbody {
                @for score in scores {
                    tr { th scope="row" { (name(score, is_maze)) } td { (counted(score)) } }
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

fn by_rating(evaluation: &EvaluationInfo) -> Markup {
    let buckets = &evaluation.scores.by_rating;
    let first = buckets.first().map_or(&[][..], |bucket| &bucket.scores);
    html! {
        table.plain {
            thead { tr { th scope="col" { "Rating" } @for score in first { th scope="col" { (score.label()) } } } }
            tbody {
                @for bucket in buckets {
                    tr { th scope="row" { (bucket.label()) } @for score in &bucket.scores { td { (counted(score)) } } }
                }
            }
        }
    }
}

fn counted(score: &MetricCount) -> Markup {
    html! {
        (count_percent(Some(score.count)))
        @if let Some(interval) = score.interval() { span.detail { (percent_interval(interval)) } }
        span.detail { (whole(score.count.hits)) "/" (whole(score.count.total)) }
    }
}

fn votes(scores: &[&ArcScore]) -> Markup {
    html! {
        table.plain {
            thead { tr { th scope="col" { "Rule" } th scope="col" { "K" } th scope="col" { "pass@K" } th scope="col" { "Tasks solved" } } }
            tbody {
                @for score in scores {
                    tr {
                        th scope="row" { (score.rule) }
                        td { (whole(score.k)) }
                        td { (score.share().map_or_else(String::new, percent)) }
                        td { (score.solved_tasks().map_or_else(String::new, decimal)) " of " (whole(score.tasks)) }
                    }
                }
            }
        }
    }
}
