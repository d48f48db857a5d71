//! The puzzles themselves that a side looked at, from its artifact.

use super::Side;
use crate::RunnerError;
use crate::recorded::PREDICTIONS_FILE;
use crate::report_data::view;
use crate::rescore::{KeptEvaluation, complete};
use hrm_config::{PuzzleKind, StageKind};
use hrm_dataset::PuzzleDescription;
use hrm_predictions::{PredictedPuzzle, PredictionTable, evaluation_puzzles};
use hrm_report::PuzzleView;
use hrm_store::Store;

/// The puzzles of a side, in the order of its outcomes.
pub(super) struct SidePuzzles {
    description: PuzzleDescription,
    pub(super) puzzles: Vec<PredictedPuzzle>,
}

impl SidePuzzles {
    /// Reads the puzzles, with the final predictions where they are wanted.
    ///
    /// # Errors
    /// Where the artifact that has them is gone, damaged, or contradicts the database.
    pub(super) fn read(
        store: &Store,
        side: &Side,
        with_predictions: bool,
    ) -> Result<Self, RunnerError> {
        let read = match side.recorded {
            Some(kind) => Self::recorded(store, side, kind)?,
            None => Self::evaluated(store, side, with_predictions)?,
        };
        if read.puzzles.len() == side.outcomes.len() {
            return Ok(read);
        }
        Err(RunnerError::Malformed {
            what: format!("the artifact of `{}`", side.info.name),
            problem: format!(
                "it has {} puzzles, but the database {}",
                read.puzzles.len(),
                side.outcomes.len()
            ),
        })
    }

    fn recorded(store: &Store, side: &Side, kind: PuzzleKind) -> Result<Self, RunnerError> {
        let artifact = complete(store, StageKind::Evaluate, &side.key, &side.info.name)?;
        let file = artifact.file(PREDICTIONS_FILE);
        if !file.exists() {
            return Err(RunnerError::Incomplete {
                stage: side.info.name.clone(),
                what: "puzzles: it was recorded without them; record it again",
            });
        }
        let table = PredictionTable::read(&file, kind)?;
        Ok(Self {
            description: table.description(),
            puzzles: table.puzzles()?,
        })
    }

    fn evaluated(store: &Store, side: &Side, with_predictions: bool) -> Result<Self, RunnerError> {
        let kept = KeptEvaluation::read(store, &side.key, &side.info.name)?;
        let predictions = with_predictions.then(|| kept.predictions()).transpose()?;
        let puzzles = evaluation_puzzles(
            &kept.dataset,
            kept.split,
            &kept.examples,
            predictions.as_ref(),
        )?;
        Ok(Self {
            description: kept.dataset.card.puzzle,
            puzzles,
        })
    }

    /// How a puzzle's tokens are shown.
    pub(super) fn view(&self, puzzle: &PredictedPuzzle) -> PuzzleView {
        view(self.description, puzzle.question.len())
    }

    /// One hash for each puzzle, of its kind, question and answer: two puzzles with the same hash ask the
    /// same and count the same as right. A symmetric form of a puzzle is another puzzle.
    pub(super) fn identities(&self) -> Vec<blake3::Hash> {
        let kind = format!("{:?}", self.description);
        let identity = |puzzle: &PredictedPuzzle| {
            let mut hasher = blake3::Hasher::new();
            for part in [kind.as_bytes(), &puzzle.question, &puzzle.answer] {
                // With its length, so that no two lists of parts are one text.
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
            hasher.finalize()
        };
        self.puzzles.iter().map(identity).collect()
    }
}
