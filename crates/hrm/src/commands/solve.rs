//! `hrm solve`

use crate::cli::Solve;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, Tone};
use hrm_dataset::Question;
use hrm_train::{Solution, SolutionSegment};
use serde_json::json;
use std::io::Read;
use std::path::Path;

/// Characters of a puzzle that are read from standard input; no grid has more.
const PUZZLE_CHARS_MAX: u64 = 1 << 20;

pub(super) fn solve(args: &Solve, state: &Path) -> Result<Exit, CliError> {
    let model = hrm_runner::find_model(state, &args.model.model, args.model.checkpoint)?;
    let text = puzzle_text(&args.puzzle)?;
    let question = Question::parse(model.card.puzzle, &text).map_err(|reason| {
        let what = model.card.puzzle;
        CliError::new(Exit::Usage, format!("the puzzle is not a {what}: {reason}"))
    })?;
    if let Some(flaw) = question.flaw() {
        let tone = Tone::Warning.paint("warning", output::color());
        output::note(&format!("{tone}: {flaw}"));
    }
    let segments = args.segments.map(|segments| segments as usize);
    let solution = hrm_train::solve(
        &model,
        &question.tokens(),
        args.identifier,
        segments,
        args.device.device,
    )?;
    if args.json {
        print_json(&question, &solution)?;
    } else {
        print_text(args, &question, &solution)?;
    }
    Ok(Exit::Ok)
}

fn puzzle_text(argument: &str) -> Result<String, CliError> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    let read = std::io::stdin()
        .take(PUZZLE_CHARS_MAX)
        .read_to_string(&mut text);
    read.map_err(|error| {
        CliError::new(
            Exit::Usage,
            format!("cannot read the puzzle from standard input: {error}"),
        )
    })?;
    Ok(text)
}

fn print_json(question: &Question, solution: &Solution) -> Result<(), CliError> {
    let answer = solution.segments.last();
    let judged = answer.map(|answer| question.judge(&answer.tokens));
    output::json(&json!({
        "segments": solution.segments,
        "halt_segment": solution.halt_segment,
        "answer": answer.map(|answer| &answer.tokens),
        "valid": judged.as_ref().map(|(valid, _)| valid),
        "verdict": judged.as_ref().map(|(_, reason)| reason),
    }))
}

fn print_text(args: &Solve, question: &Question, solution: &Solution) -> Result<(), CliError> {
    output::line(&format!("question\n{}", question.render()))?;
    let last = solution.segments.len();
    for (index, segment) in solution.segments.iter().enumerate() {
        if args.steps || index + 1 == last {
            let halts = solution.halt_segment == Some(index + 1);
            output::line(&segment_text(question, index + 1, segment, halts))?;
        }
    }
    if let (Some(halt), false) = (solution.halt_segment, args.steps) {
        output::line(&format!("the model would halt after segment {halt}"))?;
    }
    Ok(())
}

fn segment_text(
    question: &Question,
    number: usize,
    segment: &SolutionSegment,
    halts: bool,
) -> String {
    let grid = question
        .render_prediction(&segment.tokens)
        .unwrap_or_else(|| format!("tokens {:?}\n", segment.tokens));
    let (valid, reason) = question.judge(&segment.tokens);
    let verdict = if valid { "valid" } else { "not valid" };
    let halting = if halts {
        "; the model would halt here"
    } else {
        ""
    };
    format!("segment {number}\n{grid}{verdict}: {reason}{halting}\n")
}
