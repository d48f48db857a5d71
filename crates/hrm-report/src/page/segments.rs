//! Exact accuracy by segment in numbers, beside the plot of the same.

use crate::format::{NONE, count_percent, percent_interval};
use crate::series::{series_by_training, series_of_evaluation};
use crate::{Count, EvaluationInfo, ReportData};
use maud::{Markup, html};

/// Evaluations side by side at most; the file has all of them.
const COLUMNS_MAX: usize = 3;

/// A row per segment, a column per evaluation.
pub(crate) fn table(data: &ReportData) -> Markup {
    let counted: Vec<&EvaluationInfo> = data
        .evaluations
        .iter()
        .filter(|e| e.exact().is_some())
        .collect();
    let shown = counted.get(..COLUMNS_MAX).unwrap_or(&counted);
    let series = series_by_training(data);
    let last = shown.iter().map(|e| e.by_segment.len()).max().unwrap_or(0);
    html! {
        div.card {
            h3 { "The same in numbers" }
            div.scroll tabindex="0" role="group" aria-label="Exact accuracy by segment" {
                table.plain {
                    thead {
                        tr {
                            th scope="col" { "Segment" }
                            @for evaluation in shown { th scope="col" { (series_of_evaluation(data, &series, evaluation).label) } }
                        }
                    }
                    tbody {
                        @for index in 0..last {
                            tr { th scope="row" { (index + 1) } @for evaluation in shown { td { (cell(evaluation, index)) } } }
                        }
                    }
                }
            }
            p.note {
                @if counted.len() > shown.len() { "The first " (shown.len()) " of " (counted.len()) " evaluations. " }
                "All counts, cell accuracy and the accuracy of q_halt are in segments.csv."
            }
        }
    }
}

fn cell(evaluation: &EvaluationInfo, index: usize) -> Markup {
    let exact = evaluation
        .by_segment
        .get(index)
        .and_then(|result| result.exact);
    html! {
        @match exact.and_then(Count::interval) {
            Some(interval) => { (count_percent(exact)) span.detail { (percent_interval(interval)) } }
            None => (NONE),
        }
    }
}
