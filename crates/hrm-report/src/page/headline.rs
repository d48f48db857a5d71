//! The result in one sentence.

use crate::format::{count_percent, percent, percent_interval, plural, whole};
use crate::series::{Group, groups};
use crate::{Count, EvaluationInfo, ReportData};
use hrm_stats::mean;
use maud::{Markup, html};

/// One sentence that a reader may quote.
pub(crate) fn headline(data: &ReportData) -> Markup {
    let groups = groups(data);
    let best = groups
        .iter()
        .filter_map(|group| Some((group, mean(&group.exact_shares())?)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    match (best, groups.len()) {
        (None, 0) => html! { p.headline { "This report has no evaluation yet." } },
        (None, _) => html! { p.headline { "Exact accuracy was not counted." } },
        (Some((group, share)), 1) => html! { p.headline { (sentence(group, share)) } },
        (Some((group, share)), count) => html! {
            p.headline { "The best of " (whole(count as u64)) " variants: " (sentence(group, share)) }
        },
    }
}

fn sentence(group: &Group<'_>, share: f64) -> Markup {
    match group.evaluations.as_slice() {
        [evaluation] => match evaluation.exact() {
            Some(exact) => one_training(&group.training, evaluation, exact),
            None => html! {},
        },
        evaluations => html! {
            (group.training) " solves " strong { (percent(share)) } " of "
            (puzzles(evaluations.first().copied())) " exactly, on average over " (plural(evaluations.len() as u64, "training"))
            " with different seeds."
        },
    }
}

fn one_training(label: &str, evaluation: &EvaluationInfo, exact: Count) -> Markup {
    html! {
        (label) " solves " strong { (count_percent(Some(exact))) } " of " (puzzles(Some(evaluation))) " exactly ("
        (whole(exact.hits)) " of " (whole(exact.total))
        @if let Some(interval) = exact.interval() { "; 95% interval " (percent_interval(interval)) }
        ")."
    }
}

fn puzzles(evaluation: Option<&EvaluationInfo>) -> String {
    let Some(evaluation) = evaluation else {
        return String::new();
    };
    let kind = match evaluation.split.as_str() {
        "test" => "unseen test puzzle".to_owned(),
        "" => "puzzle".to_owned(),
        other => format!("{other} puzzle"),
    };
    plural(evaluation.puzzles, &kind)
}
