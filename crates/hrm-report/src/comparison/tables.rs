//! Configuration, metrics and difficulty as tables.

use super::{ComparedSide, ComparisonData, DifferingKey, side, side_letter};
use crate::format::{NONE, decimal, percent, percent_interval, whole};
use crate::{Count, MetricCount};
use maud::{Markup, html};

/// What differs between the sides, and nothing else.
pub(super) fn configuration(data: &ComparisonData) -> Markup {
    html! {
        section #configuration {
            h2 { "What differs" }
            table.cards {
                thead { tr { th scope="col" { "" } (heads(data)) } }
                tbody {
                    (sources(data))
                    @for key in &data.differing { (differing(key)) }
                }
            }
            @if data.differing.is_empty() { p.missing { "The configurations are the same." } }
        }
    }
}

/// One head for each side.
pub(super) fn heads(data: &ComparisonData) -> Markup {
    html! {
        @for (index, compared) in data.sides.iter().enumerate() { th scope="col" { (side(index, &compared.name)) } }
    }
}

fn sources(data: &ComparisonData) -> Markup {
    let training = |side: &ComparedSide| {
        side.training
            .clone()
            .unwrap_or_else(|| "another program".to_owned())
    };
    html! {
        tr {
            th scope="row" { "trained by" }
            @for (index, compared) in data.sides.iter().enumerate() {
                td data-label=(side_letter(index)) { (training(compared)) }
            }
        }
    }
}

fn differing(key: &DifferingKey) -> Markup {
    html! {
        tr {
            th scope="row" { (key.key) }
            @for (index, value) in key.texts().enumerate() { td data-label=(side_letter(index)) { (value) } }
        }
    }
}

/// Every metric of every side.
pub(super) fn metrics(data: &ComparisonData) -> Markup {
    html! {
        div.scroll {
            table.plain {
                thead { tr { th scope="col" { "Metric" } @for index in 0..data.sides.len() { th scope="col" { (side_letter(index)) } } } }
                tbody {
                    @for (label, scores) in data.metrics() {
                        tr { th scope="row" { (label) } @for score in scores { td { (metric(score)) } } }
                    }
                    @if data.sides.iter().any(|side| side.adaptive.is_some()) { (adaptive(data)) }
                }
            }
        }
    }
}

fn metric(score: Option<&MetricCount>) -> Markup {
    let Some((score, share)) = score.and_then(|score| Some((score, score.count.share()?))) else {
        return html! { (NONE) };
    };
    html! {
        (percent(share))
        span.detail {
            @if let Some(interval) = score.interval() { (percent_interval(interval)) ", " }
            (counts(score.count))
        }
    }
}

fn adaptive(data: &ComparisonData) -> Markup {
    html! {
        tr {
            th scope="row" { "exact accuracy, learned halting" }
            @for compared in &data.sides {
                td {
                    @match compared.adaptive {
                        Some(adaptive) => {
                            (percent(adaptive.exact_accuracy))
                            @if let Some(mean) = adaptive.mean_segments { span.detail { (decimal((mean * 100.0).round() / 100.0)) " segments on average" } }
                        },
                        None => (NONE),
                    }
                }
            }
        }
    }
}

/// Exact accuracy by difficulty.
pub(super) fn difficulty(data: &ComparisonData) -> Markup {
    html! {
        div.scroll {
            table.plain {
                thead {
                    tr {
                        th scope="col" { "Difficulty" } th scope="col" { "Puzzles" }
                        @for index in 0..data.sides.len() { th scope="col" { (side_letter(index)) } }
                    }
                }
                tbody {
                    @for group in &data.by_difficulty {
                        tr {
                            th scope="row" { (group.label()) }
                            td { (whole(group.puzzles)) }
                            @for count in group.counts() { td { (accuracy(count)) } }
                        }
                    }
                }
            }
        }
    }
}

fn accuracy(count: Count) -> Markup {
    html! {
        @match (count.share(), count.interval()) {
            (Some(share), Some(interval)) => { (percent(share)) span.detail { (percent_interval(interval)) } },
            _ => (NONE),
        }
    }
}

fn counts(count: Count) -> String {
    format!("{}/{}", whole(count.hits), whole(count.total))
}
