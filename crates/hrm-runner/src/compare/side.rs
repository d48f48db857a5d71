//! One evaluation with everything that a comparison needs.

use super::cost::cost;
use super::puzzles::SidePuzzles;
use crate::RunnerError;
use crate::results::{final_scores, test_evaluation};
use crate::settings::settings;
use crate::stored::StoredEvaluation;
use hrm_config::{Comparability, Metric, PuzzleKind, StageKind};
use hrm_report::{AdaptiveAccuracy, ComparedSide};
use hrm_store::rows::{OutcomeRow, StageRunRow, SummaryRow};
use hrm_store::{Database, Halting, Key, Store};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// An evaluation of a comparison.
pub(super) struct Side {
    /// What is told of it.
    pub(super) info: ComparedSide,
    pub(super) key: Key,
    /// What the predictions of another program are of; none for an evaluation of this project.
    pub(super) recorded: Option<PuzzleKind>,
    /// Configuration of training and evaluation.
    pub(super) configuration: BTreeMap<String, Value>,
    /// By puzzle.
    pub(super) outcomes: Vec<OutcomeRow>,
    /// See [`Side::identities`]; read where they are needed.
    identities: OnceCell<Vec<blake3::Hash>>,
}

impl Side {
    /// Reads the evaluation that the user calls `name`.
    pub(super) fn read(database: &Database, name: &str) -> Result<Self, RunnerError> {
        let key = key(database, name)?.ok_or_else(|| RunnerError::UnknownEvaluation {
            name: name.to_owned(),
        })?;
        let mut side = Self::measured(database, name, key)?;
        match StoredEvaluation::read(database, &key)? {
            Some(stored) => side.read_origin(database, stored)?,
            None => side.read_recorded(database)?,
        }
        Ok(side)
    }

    /// What every evaluation has.
    fn measured(database: &Database, name: &str, key: Key) -> Result<Self, RunnerError> {
        let outcomes = database.outcomes(&key)?;
        let exact = outcomes.iter().filter(|outcome| outcome.exact_last).count() as u64;
        let puzzles = outcomes.len() as u64;
        let interval = hrm_stats::wilson(exact, puzzles, hrm_stats::CONFIDENCE);
        let rows = database.summaries(&key)?;
        let info = ComparedSide {
            name: name.to_owned(),
            key: key.to_string(),
            puzzles,
            exact,
            interval: interval.map(|interval| [interval.low, interval.high]),
            scores: final_scores(&rows),
            adaptive: adaptive(&rows),
            test_evaluation: test_evaluation(database, &key)?,
            ..ComparedSide::default()
        };
        Ok(Self {
            info,
            key,
            recorded: None,
            configuration: BTreeMap::new(),
            outcomes,
            identities: OnceCell::new(),
        })
    }

    /// The training and the dataset behind an evaluation of this project.
    fn read_origin(
        &mut self,
        database: &Database,
        stored: StoredEvaluation,
    ) -> Result<(), RunnerError> {
        let training = stored.training_key;
        let configuration = &mut self.configuration;
        configuration.insert("seed".to_owned(), stored.seed);
        for row in settings(database, &training)? {
            configuration.insert(row.path, row.value);
        }
        for row in database.parameters(&self.key)? {
            configuration.insert(format!("evaluate.{}", row.path), row.value);
        }
        let puzzles = self.info.puzzles;
        let comparability = &stored.comparability;
        self.info.cost = cost(database, &self.key, &training, puzzles, comparability)?;
        self.info.stage = stored.stage;
        self.info.training = Some(stored.training);
        self.info.comparability = Comparability {
            puzzles: Some(puzzles),
            ..stored.comparability
        };
        Ok(())
    }

    /// Predictions of another program: of what, and nothing about a training.
    fn read_recorded(&mut self, database: &Database) -> Result<(), RunnerError> {
        let name = &self.info.name;
        let parameters = database.parameters(&self.key)?;
        let puzzle = parameters.into_iter().find(|row| row.path == "puzzle");
        let puzzle = puzzle.ok_or_else(|| RunnerError::Incomplete {
            stage: name.clone(),
            what: "training and dataset in the database",
        })?;
        let kind: Result<PuzzleKind, _> = serde_json::from_value(puzzle.value);
        let kind = kind.map_err(|_| RunnerError::NotComparable {
            reason: format!(
                "`{name}` holds ARC predictions of another program, which are scored by task; those of Sudokus and \
                 mazes can be compared"
            ),
            keys: Vec::new(),
        })?;
        self.recorded = Some(kind);
        self.info.stage = name.clone();
        self.info.comparability.puzzles = Some(self.info.puzzles);
        Ok(())
    }

    /// Whether both have looked at the same split of the same dataset.
    pub(super) fn same_split(&self, other: &Self) -> bool {
        let origin = |side: &Self| {
            let Comparability { dataset, split, .. } = &side.info.comparability;
            Some((dataset.clone()?, (*split)?))
        };
        origin(self).is_some() && origin(self) == origin(other)
    }

    /// Numbers of the puzzles in their split.
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.outcomes.iter().map(|outcome| outcome.puzzle).collect()
    }

    /// What each puzzle asks, and what counts as right.
    pub(super) fn identities(&self, store: &Store) -> Result<&[blake3::Hash], RunnerError> {
        if let Some(identities) = self.identities.get() {
            return Ok(identities);
        }
        let identities = SidePuzzles::read(store, self, false)?.identities();
        Ok(self.identities.get_or_init(|| identities))
    }
}

/// The outcome with learned halting.
fn adaptive(rows: &[SummaryRow]) -> Option<AdaptiveAccuracy> {
    let value = |metric: &str| {
        let found = rows
            .iter()
            .find(|row| row.halting == Halting::Adaptive && row.metric == metric);
        found.map(|row| row.value)
    };
    value(Metric::ExactAccuracy.name()).map(|exact_accuracy| AdaptiveAccuracy {
        exact_accuracy,
        mean_segments: value(crate::index::MEAN_SEGMENTS),
    })
}

/// Key of the evaluation that `RUN:STAGE` or `STAGE` means.
fn key(database: &Database, name: &str) -> Result<Option<Key>, RunnerError> {
    let kind = StageKind::Evaluate.name();
    let Some((run, stage)) = name.split_once(':') else {
        return Ok(database.latest_key(kind, name)?);
    };
    let run = database.run(run)?;
    let stages = database.stages_of(&run.id)?;
    let is_meant =
        |row: &&StageRunRow| row.kind == kind && (row.instance == stage || row.name == stage);
    Ok(stages.iter().find(is_meant).and_then(|row| row.key))
}
