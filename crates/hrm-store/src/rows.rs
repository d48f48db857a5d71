//! The rows of the database, as they are written and read.
//!
//! Times are RFC 3339 in UTC with six decimals. A number that is NaN is stored as NULL and read as NaN.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;
use std::time::Duration;

use crate::{Halting, Key, RunStatus, StageStatus};

/// The machine, the programs and the state of the workflow's folder that a run had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct EnvironmentRow {
    /// Name of the machine.
    pub host: String,
    /// Operating system with version.
    pub os: String,
    /// Processor architecture, for example `x86_64`.
    pub arch: String,
    /// Processor model.
    pub cpu: String,
    /// Logical processor cores.
    pub cores: u32,
    /// Main memory in bytes.
    pub memory_bytes: u64,
    /// Device of the computations, for example `cpu` or `cuda:0 NVIDIA H100`.
    pub device: String,
    /// Version of this program.
    pub hrm_version: String,
    /// Version of burn.
    pub burn_version: String,
    /// Commit of the workflow's folder; none outside a git repository.
    pub git_commit: Option<String>,
    /// Whether that folder had uncommitted changes.
    pub git_dirty: Option<bool>,
    /// Branch of that folder; none on a detached head.
    pub git_branch: Option<String>,
}

/// A run that begins.
#[derive(Debug, Clone, Copy)]
pub struct NewRun<'a> {
    /// Name of the workflow.
    pub workflow: &'a str,
    /// Path of the workflow file, as given.
    pub file: &'a str,
    /// The command line.
    pub command: &'a str,
    /// The resolved workflow.
    pub config: &'a Value,
    /// Where it runs.
    pub environment: &'a EnvironmentRow,
}

/// A run. Its resolved workflow is read separately, by [`crate::Database::run_config`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct RunRow {
    /// 12 hexadecimal digits.
    pub id: String,
    /// Name of the workflow.
    pub workflow: String,
    /// Path of the workflow file, as given.
    pub file: String,
    /// The command line.
    pub command: String,
    /// How it stands.
    pub status: RunStatus,
    /// When it began.
    pub started_at: String,
    /// When it ended; none while it runs, and for ever when its process died.
    pub finished_at: Option<String>,
    /// Where it ran; see [`crate::Database::environment`].
    pub environment_id: String,
}

/// A stage of a run that begins, or that needs no work.
#[derive(Debug, Clone, Copy)]
pub struct NewStageRun<'a> {
    /// Id of the run.
    pub run_id: &'a str,
    /// Instance, for example `train.hrm[seed=1]`; once in a run.
    pub instance: &'a str,
    /// Kind, for example `train`.
    pub kind: &'a str,
    /// Name in the workflow, for example `hrm`.
    pub name: &'a str,
    /// Key, where it is known.
    pub key: Option<&'a Key>,
    /// `Running`, or how it ended at once: `Cached` or `Skipped`.
    pub status: StageStatus,
    /// Why it has to run.
    pub reason: Option<&'a str>,
    /// Device of the computations, where one is used.
    pub device: Option<&'a str>,
}

/// A stage of a run.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct StageRunRow {
    /// Number of the row.
    pub id: i64,
    /// Id of the run.
    pub run_id: String,
    /// Instance, for example `train.hrm[seed=1]`.
    pub instance: String,
    /// Kind, for example `train`.
    pub kind: String,
    /// Name in the workflow, for example `hrm`.
    pub name: String,
    /// Key; none where the stage ended before its key was known.
    pub key: Option<Key>,
    /// How it stands.
    pub status: StageStatus,
    /// Why it had to run.
    pub reason: Option<String>,
    /// Device of the computations, where one is used.
    pub device: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it ended; none while it runs, and for ever when its process died.
    pub finished_at: Option<String>,
    /// Seconds of work, without waiting for another process.
    pub seconds: Option<f64>,
    /// What went wrong.
    pub error: Option<String>,
    /// Energy that the device used, in joules; none where the machine does not tell it.
    pub energy_joules: Option<f64>,
}

/// What the work of a stage cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, FromRow)]
pub struct StageCost {
    /// Seconds of work, without waiting for another process.
    pub seconds: f64,
    /// Energy that the device used meanwhile, in joules; none where the machine does not tell it.
    pub energy_joules: Option<f64>,
}

impl StageCost {
    /// Work of which only the time is known.
    pub fn of_time(time: Duration) -> Self {
        Self {
            seconds: time.as_secs_f64(),
            energy_joules: None,
        }
    }
}

/// How long a stage took, for time estimates.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct StageDuration {
    /// Instance, for example `train.hrm[seed=1]`.
    pub instance: String,
    /// Key, which leads to the stage's parameters.
    pub key: Key,
    /// Device of the computations, where one is used.
    pub device: Option<String>,
    /// Seconds of work.
    pub seconds: f64,
}

/// An artifact that was read into the database.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct ArtifactRow {
    /// Key of its stage.
    pub key: Key,
    /// Kind of its stage.
    pub kind: String,
    /// Workflow for which it was made.
    pub workflow: String,
    /// Instance for which it was made.
    pub instance: String,
    /// Hash of its content, 64 hexadecimal digits.
    pub content_hash: String,
    /// Size of its files in bytes.
    pub bytes: u64,
    /// Path below the state folder, with `/`.
    pub path: String,
    /// When it was published.
    pub created_at: String,
    /// The stage run that made it; none when it was read again from disk.
    pub produced_by: Option<i64>,
    /// The parts of its key.
    #[sqlx(json)]
    pub key_parts: Value,
}

/// How runs use an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct ArtifactUseRow {
    /// Its key.
    pub key: Key,
    /// When a run used it last.
    pub used_at: String,
    /// Runs that used it.
    pub runs: u32,
}

/// One value of a stage's resolved configuration.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct ParameterRow {
    /// Path of the value, for example `model.hidden_size`.
    pub path: String,
    /// The value; an array is one value.
    #[sqlx(json)]
    pub value: Value,
}

/// One point of a training's curve.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct MetricRow {
    /// Name, for example `train/lm_loss`.
    pub name: String,
    /// Optimizer steps done.
    pub step: u64,
    /// The value.
    #[sqlx(try_from = "Measured")]
    pub value: f64,
}

/// The points of a training's curve in a range of steps.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct MetricRangeRow {
    /// The last of the points' steps.
    pub step: u64,
    /// Points, at least one.
    pub points: u64,
    /// Those whose value is finite; the others are left out of what follows.
    pub finite: u64,
    /// Mean; NaN without a finite value.
    #[sqlx(try_from = "Measured")]
    pub mean: f64,
    /// Lowest value; NaN without a finite one.
    #[sqlx(try_from = "Measured")]
    pub low: f64,
    /// Highest value; NaN without a finite one.
    #[sqlx(try_from = "Measured")]
    pub high: f64,
}

/// What an evaluation measured over all its puzzles.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct SummaryRow {
    /// Name, for example `exact_accuracy`.
    pub metric: String,
    /// Supervision segments done; with adaptive halting the most that are allowed.
    pub segment: u32,
    /// What decided on the number of segments.
    pub halting: Halting,
    /// The value.
    #[sqlx(try_from = "Measured")]
    pub value: f64,
    /// Numerator, where the value is a quotient of counts.
    pub numerator: Option<u64>,
    /// Denominator, where the value is a quotient of counts.
    pub denominator: Option<u64>,
}

/// What became of one puzzle of an evaluation. What is not defined for its kind is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct OutcomeRow {
    /// Position in the split.
    pub puzzle: u32,
    /// First supervision segment whose prediction is exact; none if no prediction is.
    pub first_exact_segment: Option<u32>,
    /// Whether the prediction after the last segment is exact.
    pub exact_last: bool,
    /// Whether the prediction is exact where the model halts; none without a halting rule.
    pub exact_halt: Option<bool>,
    /// The segment after which the model halts by its own rule; none without one.
    pub halt_segment: Option<u32>,
    /// Correct cells after the last segment.
    pub correct_cells: u32,
    /// Cells that count.
    pub counted_cells: u32,
    /// Guesses, rating or path length, where it is known.
    pub difficulty: Option<i64>,
    /// Sudoku: correct ones, after the last segment, of the cells that the question leaves blank.
    pub correct_blank_cells: Option<u32>,
    /// Sudoku: cells that the question leaves blank.
    pub blank_cells: Option<u32>,
    /// Sudoku: whether every digit is once in every row, column and box.
    pub rules_kept: Option<bool>,
    /// Sudoku: whether the givens are unchanged.
    pub givens_kept: Option<bool>,
    /// Maze: whether any shortest path is marked.
    pub shortest_path: Option<bool>,
    /// Maze: whether any valid path is marked.
    pub valid_path: Option<bool>,
}

/// A score of the Sudokus of one bucket of ratings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct RatingScoreRow {
    /// Name, for example `valid`.
    pub metric: String,
    /// Lowest rating; -1 for the puzzles without one.
    pub rating_min: i64,
    /// Highest rating, if there is one.
    pub rating_max: Option<i64>,
    /// Numerator.
    pub numerator: u64,
    /// Denominator.
    pub denominator: u64,
}

/// pass@K of the votes of a number of augmentations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct ArcScoreRow {
    /// Augmentations that vote at most, besides the original.
    pub augmentations: u32,
    /// How tasks count: `hrm`, `trm` or `arc-prize`.
    pub rule: String,
    /// Candidates of a test input that are looked at.
    pub k: u32,
    /// Solved tasks, in parts.
    pub numerator: u64,
    /// Tasks, in the same parts.
    pub denominator: u64,
    /// Tasks.
    pub tasks: u64,
}

/// What the votes say about one ARC test input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct ArcOutcomeRow {
    /// Name of the task.
    pub task: String,
    /// The test pair, from 0.
    pub test_index: u32,
    /// Predictions for it.
    pub votes: u32,
    /// Different grids among them.
    pub candidates: u32,
    /// The place of the right output among them, from 1; none if it was not predicted.
    pub rank: Option<u32>,
}

/// How much one update changed a hidden state of the probed puzzles.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct ResidualRow {
    /// Number of the update, from 1, counting those of all states and segments.
    pub step: u32,
    /// The state: `z_h`, `z_l` or `layer`.
    pub state: String,
    /// Supervision segment, from 1.
    pub segment: u32,
    /// Mean over puzzles and positions of the Euclidean norm of the change.
    #[sqlx(try_from = "Measured")]
    pub value: f64,
}

/// How many dimensions a hidden state of the first puzzles fills.
#[derive(Debug, Clone, PartialEq, Serialize, FromRow)]
pub struct ParticipationRow {
    /// The state: `z_h` or `z_l`.
    pub state: String,
    /// Puzzles.
    pub puzzles: u64,
    /// The participation ratio.
    #[sqlx(try_from = "Measured")]
    pub value: f64,
}

/// The place of an evaluation among all that looked at the same test split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromRow)]
pub struct TestEvaluationRow {
    /// Its number in the order of time, from 1.
    pub ordinal: u32,
    /// Evaluations that looked at the test split, up to now.
    pub evaluations: u32,
    /// Trainings that they evaluated.
    pub trainings: u32,
}

/// A REAL column in which NULL stands for a value that is not a number: SQLite stores no NaN.
#[derive(Debug, Clone, Copy, sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Measured(Option<f64>);

impl From<Measured> for f64 {
    fn from(measured: Measured) -> Self {
        measured.0.unwrap_or(f64::NAN)
    }
}
