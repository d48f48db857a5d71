//! From the scores of final predictions to rows.

use hrm_config::Metric;
use hrm_predictions::{ArcScores, PuzzleCounts, ScoredCount, Scores};
use hrm_score::{Share, SudokuScores};
use hrm_store::Halting;
use hrm_store::rows::{ArcOutcomeRow, ArcScoreRow, OutcomeRow, RatingScoreRow, SummaryRow};

/// The lowest rating of the bucket of the puzzles without one.
pub(crate) const UNRATED: i64 = -1;

/// What the final prediction of a puzzle got right; `place` counts the scored puzzles.
pub(crate) fn outcome(scores: &Scores, place: usize) -> OutcomeRow {
    // No grid comes near the limit of 32 bits.
    let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let cells = |share: Share, exact, rating: Option<u32>| OutcomeRow {
        puzzle: count(place as u64),
        exact_last: exact,
        correct_cells: count(share.count),
        counted_cells: count(share.total),
        difficulty: rating.map(i64::from),
        ..OutcomeRow::default()
    };
    match scores {
        Scores::Sudoku(scores) => scores.puzzles.get(place).map(|puzzle| {
            let outcome = puzzle.outcome;
            OutcomeRow {
                correct_blank_cells: Some(count(outcome.blank_cells_right.count)),
                blank_cells: Some(count(outcome.blank_cells_right.total)),
                rules_kept: Some(outcome.rules_kept),
                givens_kept: Some(outcome.givens_kept),
                ..cells(outcome.cells_right, outcome.exact, puzzle.rating)
            }
        }),
        Scores::Maze(scores) => scores.puzzles.get(place).map(|puzzle| {
            let outcome = puzzle.outcome;
            OutcomeRow {
                shortest_path: Some(outcome.shortest_path),
                valid_path: Some(outcome.valid_path),
                ..cells(outcome.cells_right, outcome.exact, puzzle.rating)
            }
        }),
        Scores::Arc(_) => None,
    }
    .unwrap_or_default()
}

/// The outcomes of all scored Sudokus or mazes.
pub(crate) fn outcomes(scores: &Scores) -> Vec<OutcomeRow> {
    let puzzles = match scores {
        Scores::Sudoku(scores) => scores.puzzles.len(),
        Scores::Maze(scores) => scores.puzzles.len(),
        Scores::Arc(_) => 0,
    };
    (0..puzzles).map(|place| outcome(scores, place)).collect()
}

/// The scores over all puzzles after `segment`, of the metrics that are `wanted`.
pub(crate) fn summary_rows(
    scores: &Scores,
    segment: u32,
    wanted: impl Fn(Metric) -> bool,
) -> Vec<SummaryRow> {
    let counts = scores
        .puzzle_counts()
        .map_or_else(Vec::new, PuzzleCounts::counts);
    let row = |ScoredCount { metric, share }: ScoredCount| SummaryRow {
        metric: metric.name().to_owned(),
        segment,
        halting: Halting::Fixed,
        value: share.ratio().unwrap_or(f64::NAN),
        numerator: Some(share.count),
        denominator: Some(share.total),
    };
    counts
        .into_iter()
        .filter(|count| wanted(count.metric))
        .map(row)
        .collect()
}

/// The scores by rating; none where no puzzle has one. Empty buckets are left out.
pub(crate) fn rating_rows(scores: &SudokuScores) -> Vec<RatingScoreRow> {
    let rated = scores.by_rating.iter().map(|bucket| {
        let (min, max) = (bucket.rating_min, bucket.rating_max);
        (i64::from(min), max.map(i64::from), &bucket.counts)
    });
    if rated.clone().all(|(_, _, counts)| counts.exact.total == 0) {
        return Vec::new();
    }
    let buckets = std::iter::once((UNRATED, None, &scores.unrated)).chain(rated);
    let rows = |(rating_min, rating_max, counts): (i64, Option<i64>, &hrm_score::SudokuCounts)| {
        let row = move |ScoredCount { metric, share }: ScoredCount| RatingScoreRow {
            metric: metric.name().to_owned(),
            rating_min,
            rating_max,
            numerator: share.count,
            denominator: share.total,
        };
        counts.counts().into_iter().map(row)
    };
    buckets
        .filter(|(_, _, counts)| counts.exact.total > 0)
        .flat_map(rows)
        .collect()
}

/// pass@K against the number of augmentations, and the outcome of every test input.
pub(crate) fn arc_rows(scores: &ArcScores) -> (Vec<ArcScoreRow>, Vec<ArcOutcomeRow>) {
    // No dataset comes near the limit of 32 bits.
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let points = scores.curve.iter().flat_map(|point| {
        point.scores.iter().map(|score| {
            let (numerator, denominator) = score.fraction();
            ArcScoreRow {
                augmentations: count(point.augmentations),
                rule: score.rule.name().to_owned(),
                k: count(score.k),
                numerator,
                denominator,
                tasks: score.tasks,
            }
        })
    });
    let outcomes = scores.test_inputs.iter().map(|input| ArcOutcomeRow {
        task: input.task.clone(),
        test_index: input.test_index,
        votes: input.votes,
        candidates: input.candidates,
        rank: input.rank,
    });
    (points.collect(), outcomes.collect())
}
