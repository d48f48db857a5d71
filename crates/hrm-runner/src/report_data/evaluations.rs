//! The evaluations of a report.

use super::{Made, ReportSource, axis};
use crate::RunnerError;
use crate::description::StageDescription;
use crate::documents::Document;
use crate::index::MEAN_SEGMENTS;
use crate::results::{arc_score, final_scores, metric_count, test_evaluation};
use hrm_config::{EvaluateConfig, HiddenState, Metric, TrainConfig};
use hrm_dataset::{DatasetCard, PuzzleDescription};
use hrm_report::{
    AdaptiveResult, Count, EvaluationInfo, FinalScores, HiddenStateInfo, MetricCount, PuzzleTrace,
    PuzzleView, RatingScores, SegmentResult,
};
use hrm_store::Halting;
use hrm_store::rows::{OutcomeRow, RatingScoreRow, SummaryRow};
use serde_json::Value;
use std::collections::BTreeMap;

impl ReportSource<'_> {
    pub(super) fn evaluation(&self, made: &Made<'_>) -> Result<EvaluationInfo, RunnerError> {
        if made.stage.inputs.is_empty() {
            return self.recorded(made);
        }
        let training = self.input(made.stage)?;
        let config: EvaluateConfig = made.stage.config()?;
        let train: TrainConfig = training.config()?;
        let rows = self.database.summaries(&made.key)?;
        let outcomes = self.database.outcomes(&made.key)?;
        let by_segment = by_segment(&rows);
        let own_axes = own_axes(made.stage, training).into_iter();
        Ok(EvaluationInfo {
            axes: own_axes.map(axis).collect(),
            training: training.id.clone(),
            split: config.split.name().to_owned(),
            checkpoint: config.checkpoint.name().to_owned(),
            segments_trained: train.segments,
            puzzles: outcomes.len() as u64,
            halt_histogram: halt_histogram(&outcomes, by_segment.len()),
            by_segment,
            adaptive: adaptive(&rows),
            traces: self.traces(made, &outcomes)?,
            test_evaluation: test_evaluation(self.database, &made.key)?,
            hidden_states: self.hidden_states(made)?,
            ..self.scored(made)?
        })
    }

    /// The recorded predictions of another program: scores, and nothing about a training.
    fn recorded(&self, made: &Made<'_>) -> Result<EvaluationInfo, RunnerError> {
        let text = |key: &str| made.stage.config.get(key).and_then(Value::as_str);
        Ok(EvaluationInfo {
            training: made.stage.name.clone(),
            puzzles: self.database.outcomes(&made.key)?.len() as u64,
            predictions: text("predictions").map(str::to_owned),
            ..self.scored(made)?
        })
    }

    /// What every evaluation has: its names and the scores of its final predictions.
    fn scored(&self, made: &Made<'_>) -> Result<EvaluationInfo, RunnerError> {
        let votes = self.database.arc_scores(&made.key)?;
        Ok(EvaluationInfo {
            id: made.stage.id.clone(),
            stage: made.stage.stage(),
            scores: FinalScores {
                overall: final_scores(&self.database.summaries(&made.key)?),
                by_rating: by_rating(self.database.rating_scores(&made.key)?),
                votes: votes.iter().map(arc_score).collect(),
            },
            ..EvaluationInfo::default()
        })
    }

    /// What hidden states did, by state; empty where no puzzle was probed.
    fn hidden_states(&self, made: &Made<'_>) -> Result<Vec<HiddenStateInfo>, RunnerError> {
        let residuals = self.database.residuals(&made.key)?;
        let participation = self.database.participation_ratios(&made.key)?;
        let info = |state: HiddenState| {
            let name = state.name();
            let residuals = residuals.iter().filter(|row| row.state == name);
            let participation = participation.iter().filter(|row| row.state == name);
            HiddenStateInfo {
                state: name.to_owned(),
                residuals: residuals
                    .map(|row| (u64::from(row.step), row.value))
                    .collect(),
                participation: participation.map(|row| (row.puzzles, row.value)).collect(),
            }
        };
        let states = HiddenState::ALL.into_iter().map(info);
        Ok(states.filter(|state| !state.residuals.is_empty()).collect())
    }

    fn traces(
        &self,
        made: &Made<'_>,
        outcomes: &[OutcomeRow],
    ) -> Result<Vec<PuzzleTrace>, RunnerError> {
        let dataset = self.input(self.input(made.stage)?)?;
        let dataset = self.made(std::iter::once(dataset))?;
        let puzzle = match dataset.first() {
            Some(dataset) => {
                let card: DatasetCard = self.document(dataset, Document::Dataset)?;
                card.puzzle
            }
            None => PuzzleDescription::Tokens,
        };
        let difficulty = |puzzle: u32| {
            let found = outcomes.iter().find(|outcome| outcome.puzzle == puzzle);
            found.and_then(|outcome| outcome.difficulty)
        };
        let traces: Option<Vec<hrm_train::PuzzleTrace>> =
            Document::Traces.read(self.database, &made.key)?;
        let traces = traces.into_iter().flatten();
        Ok(traces
            .map(|trace| PuzzleTrace {
                difficulty: difficulty(trace.index),
                ..shown(trace, puzzle)
            })
            .collect())
    }
}

/// The axes of an evaluation that its training does not have. Where both sweep one key, the one of the
/// training has its stage before the name.
fn own_axes<'a>(
    evaluation: &'a StageDescription,
    training: &StageDescription,
) -> Vec<&'a (String, Value)> {
    let has = |name: &str| evaluation.axes.iter().any(|(known, _)| known == name);
    let stage = training.stage();
    let names = training.axes.iter().map(|(name, _)| {
        let qualified = format!("{stage}.{name}");
        if has(&qualified) {
            qualified
        } else {
            name.clone()
        }
    });
    let inherited: Vec<String> = names.collect();
    let axes = evaluation.axes.iter();
    axes.filter(|(name, _)| !inherited.contains(name)).collect()
}

/// The buckets in the order of their ratings, each with its metrics in the usual order.
fn by_rating(rows: Vec<RatingScoreRow>) -> Vec<RatingScores> {
    let mut buckets: BTreeMap<i64, (Option<i64>, Vec<MetricCount>)> = BTreeMap::new();
    for row in rows {
        let (_, scores) = buckets
            .entry(row.rating_min)
            .or_insert((row.rating_max, Vec::new()));
        scores.extend(metric_count(&row.metric, row.numerator, row.denominator));
    }
    let place = |score: &MetricCount| Metric::ALL.iter().position(|m| m.name() == score.metric);
    let bucket =
        |(rating_min, (rating_max, mut scores)): (i64, (Option<i64>, Vec<MetricCount>))| {
            scores.sort_by_key(place);
            RatingScores {
                rating_min: u64::try_from(rating_min).ok(),
                rating_max: rating_max.and_then(|max| u64::try_from(max).ok()),
                scores,
            }
        };
    buckets.into_iter().map(bucket).collect()
}

fn by_segment(rows: &[SummaryRow]) -> Vec<SegmentResult> {
    let fixed = || rows.iter().filter(|row| row.halting == Halting::Fixed);
    let segments = fixed().map(|row| row.segment).max().unwrap_or(0);
    let result = |segment| {
        let at = |metric: Metric| {
            count(fixed().find(|row| row.segment == segment && row.metric == metric.name())?)
        };
        SegmentResult {
            segment: segment as usize,
            exact: at(Metric::ExactAccuracy),
            cells: at(Metric::CellAccuracy),
            q_halt: at(Metric::QHaltAccuracy),
        }
    };
    (1..=segments).map(result).collect()
}

fn adaptive(rows: &[SummaryRow]) -> Option<AdaptiveResult> {
    let row = |metric: &str| {
        rows.iter()
            .find(|row| row.halting == Halting::Adaptive && row.metric == metric)
    };
    Some(AdaptiveResult {
        exact: count(row(Metric::ExactAccuracy.name())?)?,
        mean_segments: row(MEAN_SEGMENTS)?.value,
    })
}

fn count(row: &SummaryRow) -> Option<Count> {
    Some(Count {
        hits: row.numerator?,
        total: row.denominator?,
    })
}

/// Puzzles by the segment at which the learned rule halts them; index 0 is segment 1.
fn halt_histogram(outcomes: &[OutcomeRow], segments: usize) -> Vec<u64> {
    let mut histogram = vec![0; segments];
    for segment in outcomes.iter().filter_map(|outcome| outcome.halt_segment) {
        if let Some(count) = (segment as usize)
            .checked_sub(1)
            .and_then(|index| histogram.get_mut(index))
        {
            *count += 1;
        }
    }
    histogram
}

/// How the tokens of a puzzle with this number of cells are shown.
pub(crate) fn view(puzzle: PuzzleDescription, cells: usize) -> PuzzleView {
    match puzzle {
        PuzzleDescription::Sudoku { box_rows, box_cols } => {
            PuzzleView::Sudoku { box_rows, box_cols }
        }
        PuzzleDescription::Maze { rows, cols } => PuzzleView::Maze { rows, cols },
        // About square.
        PuzzleDescription::Arc | PuzzleDescription::Tokens => PuzzleView::Tokens {
            cols: cells.isqrt().max(1),
        },
    }
}

fn shown(trace: hrm_train::PuzzleTrace, puzzle: PuzzleDescription) -> PuzzleTrace {
    PuzzleTrace {
        index: u64::from(trace.index),
        difficulty: None,
        puzzle: view(puzzle, trace.question.len()),
        question: trace.question,
        answer: trace.answer,
        predictions: trace.predictions,
        halt_segment: Some(trace.halt_segment as usize),
        q_halt: trace.q_halt,
        exact: trace.exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_config::StageKind;
    use serde_json::json;

    fn stage(kind: StageKind, axes: &[(&str, u64)]) -> StageDescription {
        StageDescription {
            id: String::new(),
            group: String::new(),
            kind,
            name: "act".to_owned(),
            axes: axes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect(),
            seed: None,
            config: Value::Null,
            inputs: Vec::new(),
        }
    }

    #[test]
    fn an_evaluation_is_named_by_what_its_training_does_not_have() {
        let training = stage(StageKind::Train, &[("segments", 8), ("seed", 1)]);
        let own = |axes: &[(&str, u64)]| -> Vec<(String, Value)> {
            let evaluation = stage(StageKind::Evaluate, axes);
            own_axes(&evaluation, &training)
                .into_iter()
                .cloned()
                .collect()
        };
        assert_eq!(own(&[("segments", 8), ("seed", 1)]), []);
        let both = own(&[("train.act.segments", 8), ("segments", 8), ("seed", 1)]);
        assert_eq!(both, [("segments".to_owned(), json!(8))]);
        let other = own(&[("segments", 8), ("batch_size", 4), ("seed", 1)]);
        assert_eq!(other, [("batch_size".to_owned(), json!(4))]);
    }

    #[test]
    fn segments_outside_the_evaluation_are_not_counted() {
        let outcome = |halt_segment| OutcomeRow {
            halt_segment,
            ..OutcomeRow::default()
        };
        let outcomes = [Some(1), Some(3), Some(3), Some(4), Some(0), None].map(outcome);
        assert_eq!(halt_histogram(&outcomes, 3), [1, 0, 2]);
    }
}
