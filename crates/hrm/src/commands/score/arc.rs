//! `hrm score arc`

use super::record::{Source, record};
use crate::cli::ScoreArc;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{counted, percent};
use crate::output;
use crate::table::Table;
use hrm_predictions::{
    ArcCase, ArcRule, ArcScores, PassAt, PredictionsError, Scores, VotePoint, rankings, score_votes,
};
use hrm_runner::Count;
use serde_json::{Map, Value, json};
use std::path::Path;

pub(super) fn score(args: &ScoreArc, state: &Path) -> Result<Exit, CliError> {
    let case = ArcCase::read(&args.case)?;
    let votes = case.votes()?;
    let augmentations = args.augmentations.unwrap_or(usize::MAX);
    let error = |source| PredictionsError::Votes {
        path: args.case.clone(),
        source,
    };
    let scored = score_votes(&votes, augmentations).map_err(error)?;
    let source = Source {
        puzzle: "arc",
        path: &args.case,
        files: case.files(),
        augmentations: args.augmentations,
    };
    record(&args.record, &source, &scored, state)?;
    let Scores::Arc(scores) = &scored.scores else {
        return Ok(Exit::Ok);
    };
    if args.json {
        let mut value = json(scores, args.rule);
        value["predictions"] = json!(case.predictions());
        value["per_test"] = json!(rankings(&votes.outcomes(augmentations).map_err(error)?));
        output::json(&value)?;
    } else {
        output::line(&counted(case.predictions() as u64, "prediction"))?;
        output::line(&text(scores, args.rule))?;
    }
    Ok(Exit::Ok)
}

/// The scores of all votes, and the curve of pass@2.
pub(super) fn text(scores: &ArcScores, rule: Option<ArcRule>) -> String {
    let Some(last) = scores.last() else {
        return "no votes".to_owned();
    };
    let tasks = last.scores.first().map_or(0, |score| score.tasks);
    let solved = |k: u32| {
        let inputs = scores.test_inputs.iter();
        inputs
            .filter(|input| input.rank.is_some_and(|rank| rank <= k))
            .count()
    };
    let inputs = scores.test_inputs.len() as u64;
    format!(
        "{}, {}: {} solved by the best candidate, {} by one of two\n{}\n\n{}",
        counted(tasks, "task"),
        counted(inputs, "test input"),
        solved(1),
        solved(2),
        pass_table(last, rule),
        curve_table(scores, rule),
    )
}

fn wanted(rule: Option<ArcRule>) -> impl Fn(&&PassAt) -> bool {
    move |score| rule.is_none_or(|rule| score.rule == rule)
}

fn pass_table(last: &VotePoint, rule: Option<ArcRule>) -> Table {
    let mut table = Table::new(["rule", "K", "pass@K", "tasks", "95 % interval"]);
    for score in last.scores.iter().filter(wanted(rule)) {
        let interval = count_of(score).and_then(Count::interval);
        table.row([
            score.rule.to_string(),
            score.k.to_string(),
            score.value().map_or_else(String::new, percent),
            format!("{} of {}", solved_tasks(score), score.tasks),
            interval.map_or_else(String::new, |interval| {
                format!("{} to {}", percent(interval.low), percent(interval.high))
            }),
        ]);
    }
    table
}

/// pass@2 against the number of augmentations.
fn curve_table(scores: &ArcScores, rule: Option<ArcRule>) -> Table {
    let mut table = Table::new(["augmentations", "rule", "pass@2"]);
    for point in &scores.curve {
        let two = |score: &&PassAt| {
            score.k == 2 && score.rule != ArcRule::ArcPrize || rule == Some(ArcRule::ArcPrize)
        };
        for score in point.scores.iter().filter(wanted(rule)).filter(two) {
            table.row([
                point.augmentations.to_string(),
                score.rule.to_string(),
                score.value().map_or_else(String::new, percent),
            ]);
        }
    }
    table
}

/// Solved tasks: a whole number where tasks count whole, otherwise with two decimals.
fn solved_tasks(score: &PassAt) -> String {
    if score.parts_per_task == 1 {
        return score.solved_parts.to_string();
    }
    format!(
        "{:.2}",
        score.solved_parts as f64 / score.parts_per_task as f64
    )
}

/// Solved tasks as a count, where tasks count whole: shares of tasks allow no interval of counts.
fn count_of(score: &PassAt) -> Option<Count> {
    (score.rule == ArcRule::Hrm).then_some(Count {
        hits: score.solved_parts,
        total: score.tasks,
    })
}

/// The scores for scripts. `hrm_pass_percent` and `trm_pass_fraction` are those of all votes in the
/// form in which the published evaluators give them.
pub(super) fn json(scores: &ArcScores, rule: Option<ArcRule>) -> Value {
    let last = scores.last();
    let all = last.map_or(&[][..], |point| &point.scores);
    let point = |point: &VotePoint| json!({ "augmentations": point.augmentations, "scores": scores_json(&point.scores, rule) });
    let mut value = json!({
        "puzzle": "arc",
        "augmentations": last.map(|point| point.augmentations),
        "scores": scores_json(all, rule),
        "curve": scores.curve.iter().map(point).collect::<Vec<_>>(),
        "test_inputs": scores.test_inputs,
    });
    let published = [
        (ArcRule::Hrm, "hrm_pass_percent"),
        (ArcRule::Trm, "trm_pass_fraction"),
        (ArcRule::ArcPrize, "arc_prize"),
    ];
    for (of, name) in published
        .into_iter()
        .filter(|(of, _)| rule.is_none_or(|rule| rule == *of))
    {
        let scores = all.iter().filter(|score| score.rule == of);
        value[name] = match of {
            ArcRule::Hrm => by_k(scores, |k| k.to_string(), 100.0),
            ArcRule::Trm => by_k(scores, |k| format!("ARC/pass@{k}"), 1.0),
            ArcRule::ArcPrize => json!(scores.map(PassAt::value).next()),
        };
    }
    value
}

fn by_k<'a>(
    scores: impl Iterator<Item = &'a PassAt>,
    name: impl Fn(usize) -> String,
    scale: f64,
) -> Value {
    let entries = scores.map(|score| (name(score.k), json!(score.value().map(|v| v * scale))));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn scores_json(scores: &[PassAt], rule: Option<ArcRule>) -> Vec<Value> {
    let score = |score: &PassAt| {
        let (numerator, denominator) = score.fraction();
        let interval = count_of(score).and_then(Count::interval);
        json!({
            "rule": score.rule,
            "k": score.k,
            "value": score.value(),
            "numerator": numerator,
            "denominator": denominator,
            "tasks": score.tasks,
            "wilson_95": interval.map(|interval| [interval.low, interval.high]),
        })
    };
    scores.iter().filter(wanted(rule)).map(score).collect()
}
