//! The result in one sentence.

use crate::format::{count_percent, percent, percent_interval, plural, whole};
use crate::series::{Group, groups};
use crate::{ArcScore, Count, EvaluationInfo, ReportData};
use hrm_stats::mean;
use maud::{Markup, html};
use std::cmp::Ordering;

/// One sentence that a reader may quote.
pub(crate) fn headline(data: &ReportData) -> Markup {
    let groups = groups(data);
    if let Some((training, prize)) = best_prize(&groups) {
        return html! {
            p.headline {
                @if groups.len() > 1 { "The best of " (whole(groups.len() as u64)) " variants: " }
                (training) " scores " strong { (prize.share().map_or_else(String::new, percent)) }
                " by ARC Prize's rule on " (plural(prize.tasks, "task")) ", with two attempts at each test input, by the \
                 votes of " (plural(prize.augmentations, "augmentation")) "."
            }
        };
    }
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

/// The training with the highest score of ARC Prize.
fn best_prize<'a>(groups: &'a [Group<'_>]) -> Option<(&'a str, &'a ArcScore)> {
    let of_group = |group: &'a Group<'_>| {
        let votes = group
            .evaluations
            .iter()
            .flat_map(|evaluation| evaluation.last_votes());
        let prizes = votes.filter(|score| score.rule == "arc-prize");
        prizes.map(|prize| (group.training.as_str(), prize))
    };
    let prizes = groups.iter().flat_map(of_group);
    prizes.max_by(|a, b| {
        a.1.share()
            .partial_cmp(&b.1.share())
            .unwrap_or(Ordering::Equal)
    })
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
        @if let Some(interval) = exact.interval() { "; 95 % interval " (percent_interval(interval)) }
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
