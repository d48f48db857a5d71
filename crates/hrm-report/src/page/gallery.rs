//! Solved and failed puzzles, each with a scrubber over its segments, and a choice by difficulty.

use super::board;
use crate::difficulty::{Range, label, ranges};
use crate::format::{decimal, plural};
use crate::{EvaluationInfo, PuzzleTrace, ReportData};
use maud::{Markup, html};
use std::fmt::Write as _;

/// The gallery, one part per evaluation that kept traces.
pub(crate) fn section(data: &ReportData) -> Markup {
    let traced: Vec<&EvaluationInfo> = data
        .evaluations
        .iter()
        .filter(|e| !e.traces.is_empty())
        .collect();
    let traces = || traced.iter().flat_map(|evaluation| &evaluation.traces);
    let ranges = ranges(traces().filter_map(|trace| trace.difficulty));
    html! {
        section #gallery {
            h2 { "Puzzles, segment by segment" }
            @if traced.is_empty() {
                p.missing { "No puzzle was kept for the gallery." }
            } @else {
                (legend())
                (filter(&ranges, traces().count()))
                @for (place, evaluation) in traced.iter().enumerate() {
                    @if traced.len() == 1 { (puzzles(evaluation, &ranges)) } @else {
                        details open[place == 0] { summary { (evaluation.id) } (puzzles(evaluation, &ranges)) }
                    }
                }
            }
        }
    }
}

/// The choice among difficulties, which the page's script reads. Where there is nothing to choose, it is
/// said why.
fn filter(ranges: &[Range], puzzles: usize) -> Markup {
    html! {
        @match ranges {
            [] => p.note { "The difficulty of these puzzles is not known." },
            [only] => p.note { "The known difficulties of these puzzles are all " (label(*only)) "." },
            _ => {
                form.filter aria-label="Choose puzzles by difficulty" {
                    label for="difficulty" { "Difficulty" }
                    select #difficulty {
                        option value="" selected { "all" }
                        @for (place, range) in ranges.iter().enumerate() { option value=(place) { (label(*range)) } }
                    }
                    output for="difficulty" data-puzzles=(puzzles) { "All " (puzzles) " puzzles are shown." }
                }
            }
        }
    }
}

fn legend() -> Markup {
    html! {
        p.note {
            span.key { i.given { "5" } " given" } span.key { i { "5" } " predicted" }
            span.key { i.changed { "5" } " changed in this segment" } span.key { i.wrong { "5" } " wrong" }
        }
        p.note {
            "Segment 0 is the question. In mazes, dots are the predicted path. q_halt is the logit by which the model says "
            "that it is done: at 0 and above it believes its answer."
        }
    }
}

fn puzzles(evaluation: &EvaluationInfo, ranges: &[Range]) -> Markup {
    let (solved, failed): (Vec<&PuzzleTrace>, Vec<&PuzzleTrace>) =
        evaluation.traces.iter().partition(|trace| trace.exact);
    html! {
        @for (name, traces) in [("Solved", solved), ("Failed", failed)] {
            h3 { (name) }
            @if traces.is_empty() { p.missing { "None among the puzzles kept." } }
            div.gallery { @for trace in traces { (card(trace, ranges)) } }
        }
    }
}

fn card(trace: &PuzzleTrace, ranges: &[Range]) -> Markup {
    let difficulty = trace.difficulty;
    let is_in = |&(low, high): &Range| difficulty.is_some_and(|d| (low..=high).contains(&d));
    let segments = trace.predictions.len();
    let columns = board::columns(trace.puzzle);
    let alphabet = board::alphabet(trace.puzzle);
    let tokens = highest_token(trace) + 1;
    let name = format!("{} {}", board::name(trace.puzzle), trace.index);
    html! {
        figure.card.trace data-question=(hex(&trace.question)) data-answer=(hex(&trace.answer))
            data-predictions=(trace.predictions.iter().map(|p| hex(p)).collect::<Vec<_>>().join(" "))
            data-q-halt=(trace.q_halt.iter().map(|q| decimal_or_none(*q)).collect::<Vec<_>>().join(" "))
            data-halt-segment=[trace.halt_segment] data-difficulty=[ranges.iter().position(is_in)]
            data-glyphs=(alphabet.glyphs.iter().take(tokens).map(String::as_str).collect::<Vec<_>>().join(" "))
            data-classes=(alphabet.classes.iter().take(tokens).copied().collect::<Vec<_>>().join(" ")) {
            figcaption {
                span {
                    strong { (name) }
                    @if let Some(difficulty) = difficulty { span.detail { "difficulty " (difficulty) } }
                }
                @if trace.exact { span.mark.ok { "✓ solved" } } @else { span.mark.bad { "✗ failed" } }
            }
            div class=(format!("board {}", board::kind(trace.puzzle))) role="img" aria-label=(name)
                style=(format!("--columns:{columns}")) { (board::cells(trace)) }
            div.controls {
                button type="button" aria-label=(format!("Play {name}")) { "▶" }
                input type="range" min="0" max=(segments) value=(segments) step="1" aria-label=(format!("Segment of {name}"));
            }
            output { (state(trace)) }
        }
    }
}

/// What the output says at the last segment; the script says it for every other.
fn state(trace: &PuzzleTrace) -> String {
    let segments = trace.predictions.len();
    let Some(last) = trace.predictions.last() else {
        return "no prediction was kept".to_owned();
    };
    let wrong = last
        .iter()
        .zip(&trace.answer)
        .filter(|(token, answer)| token != answer)
        .count();
    let mut text = format!(
        "segment {segments} of {segments} · {}",
        plural(wrong as u64, "wrong cell")
    );
    if let Some(q_halt) = trace.q_halt.get(segments - 1) {
        let _ = write!(text, " · q_halt {}", decimal_or_none(*q_halt));
    }
    match trace.halt_segment {
        Some(halt) if halt == segments => text.push_str(" · halts here"),
        Some(halt) if halt < segments => {
            let _ = write!(text, " · halted at {halt}");
        }
        _ => {}
    }
    text
}

fn decimal_or_none(value: f32) -> String {
    if value.is_finite() {
        decimal((f64::from(value) * 10.0).round() / 10.0)
    } else {
        "none".to_owned()
    }
}

fn highest_token(trace: &PuzzleTrace) -> usize {
    let tokens = trace
        .predictions
        .iter()
        .flatten()
        .chain(&trace.question)
        .chain(&trace.answer);
    usize::from(tokens.copied().max().unwrap_or(0))
}

/// Two digits per token.
fn hex(tokens: &[u8]) -> String {
    tokens.iter().fold(
        String::with_capacity(tokens.len() * 2),
        |mut text, token| {
            let _ = write!(text, "{token:02x}");
            text
        },
    )
}
