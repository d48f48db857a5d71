//! `hrm score sudoku` and `hrm score maze`

use super::record::{Source, record};
use crate::cli::ScoreTable;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{count, percent};
use crate::table::Table;
use hrm_config::PuzzleKind;
use hrm_predictions::{PredictionTable, PuzzleCounts, ScoredCount};
use hrm_runner::{Count, MetricCount};
use hrm_score::{MazeScores, RatingBucket, SudokuScores};
use serde_json::{Value, json};
use std::path::Path;

pub(super) fn score(args: &ScoreTable, puzzle: PuzzleKind, state: &Path) -> Result<Exit, CliError> {
    let scored = PredictionTable::read(&args.predictions, puzzle)?.score()?;
    let source = Source {
        puzzle: match puzzle {
            PuzzleKind::Sudoku => "sudoku",
            PuzzleKind::Maze => "maze",
        },
        path: &args.predictions,
        files: std::slice::from_ref(&args.predictions),
        augmentations: None,
    };
    record(&args.record, &source, &scored, state)?;
    if args.json {
        super::print_json(&scored.scores)?;
    } else {
        super::print(&scored.scores)?;
    }
    Ok(Exit::Ok)
}

pub(super) fn sudoku_text(scores: &SudokuScores) -> String {
    let mut text = counts_text(&scores.all);
    for bucket in rated(scores) {
        text += &format!(
            "\n\nrating {}\n{}",
            label(bucket),
            counts_text(&bucket.counts)
        );
    }
    if text.contains("rating ") && scores.unrated.exact.total > 0 {
        text += &format!("\n\nwithout a rating\n{}", counts_text(&scores.unrated));
    }
    text
}

pub(super) fn maze_text(scores: &MazeScores) -> String {
    counts_text(&scores.all)
}

pub(super) fn sudoku_json(scores: &SudokuScores) -> Value {
    let bucket = |bucket: &RatingBucket| {
        json!({
            "rating_min": bucket.rating_min,
            "rating_max": bucket.rating_max,
            "scores": counts_json(&bucket.counts),
        })
    };
    json!({
        "puzzle": "sudoku",
        "answered": share_json(scores.all.answered.count, scores.all.answered.total),
        "scores": counts_json(&scores.all),
        "by_rating": rated(scores).map(bucket).collect::<Vec<_>>(),
        "unrated": counts_json(&scores.unrated),
    })
}

pub(super) fn maze_json(scores: &MazeScores) -> Value {
    json!({
        "puzzle": "maze",
        "answered": share_json(scores.all.answered.count, scores.all.answered.total),
        "scores": counts_json(&scores.all),
    })
}

/// The buckets that hold puzzles.
fn rated(scores: &SudokuScores) -> impl Iterator<Item = &RatingBucket> {
    let buckets = scores.by_rating.iter();
    buckets.filter(|bucket| bucket.counts.exact.total > 0)
}

fn label(bucket: &RatingBucket) -> String {
    match bucket.rating_max {
        Some(max) if max == bucket.rating_min => max.to_string(),
        Some(max) => format!("{} to {max}", bucket.rating_min),
        None => format!("{} and more", bucket.rating_min),
    }
}

fn metric_count(ScoredCount { metric, share }: ScoredCount) -> MetricCount {
    MetricCount {
        metric: metric.name().to_owned(),
        count: Count {
            hits: share.count,
            total: share.total,
        },
        of_puzzles: metric.is_of_puzzles(),
    }
}

/// A table of every score with its counts.
fn counts_text(counts: &dyn PuzzleCounts) -> String {
    let mut table = Table::new(["score", "count", "of", "share", "95 % interval"]);
    for score in counts.counts().into_iter().map(metric_count) {
        let interval = score.interval().map_or_else(String::new, |interval| {
            format!("{} to {}", percent(interval.low), percent(interval.high))
        });
        table.row([
            score.label(),
            count(score.count.hits),
            count(score.count.total),
            score.count.share().map_or_else(String::new, percent),
            interval,
        ]);
    }
    let answered = counts.answered();
    let (count, total) = (count(answered.count), count(answered.total));
    format!("{count} of {total} puzzles answered\n{table}")
}

/// Every score by its name.
fn counts_json(counts: &dyn PuzzleCounts) -> Value {
    let scores = counts.counts().into_iter().map(metric_count);
    let entries = scores.map(|score| {
        let mut entry = share_json(score.count.hits, score.count.total);
        if let Some(interval) = score.interval() {
            entry["wilson_95"] = json!([interval.low, interval.high]);
        }
        (score.metric, entry)
    });
    Value::Object(entries.collect())
}

fn share_json(hits: u64, total: u64) -> Value {
    json!({ "count": hits, "total": total, "share": Count { hits, total }.share() })
}
