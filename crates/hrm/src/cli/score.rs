//! The grammar of `hrm score`.

use clap::{Args, Subcommand};
use hrm_predictions::ArcRule;
use std::path::PathBuf;

/// What to score.
#[derive(Debug, Subcommand)]
pub(crate) enum Score {
    /// Score ARC predictions: votes over augmentations, pass@K, rankings
    Arc(ScoreArc),
    /// Score Sudoku predictions
    Sudoku(ScoreTable),
    /// Score maze predictions
    Maze(ScoreTable),
    /// Score an evaluation again, from the predictions that it kept
    Evaluation(ScoreEvaluation),
}

/// Whether scores are recorded.
#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// Record the scores as a run, for `runs`, `show` and `report`
    #[arg(long)]
    pub(crate) record: bool,
    /// Name of the recorded run [default: that of the file or folder]
    #[arg(long, value_name = "NAME", requires = "record", value_parser = name)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArc {
    /// Folder with `inputs.npy`, `preds.npy`, `q_logits.npy`, `puzzle_identifiers.npy`, the dataset's
    /// folder `ds` and, where that does not have the tasks, `raw`
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Show one rule only: `hrm` (a task counts if all its test inputs are solved), `trm` (it counts
    /// with the share of them) or `arc-prize` (the same with two attempts)
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub(crate) rule: Option<ArcRule>,
    /// Augmentations of each task that vote, besides the original [default: all]
    #[arg(long, value_name = "N")]
    pub(crate) augmentations: Option<usize>,
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// Print JSON, with the whole ranking of every test input
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreTable {
    /// CSV file with the columns `question`, `answer` and `prediction`, and optionally `rating` and
    /// `source`; an empty prediction is no answer
    #[arg(long, value_name = "FILE")]
    pub(crate) predictions: PathBuf,
    #[command(flatten)]
    pub(crate) record: RecordArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreEvaluation {
    /// An evaluate stage that was run (its latest evaluation), for example `evaluate.test`
    pub(crate) evaluation: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn rule(text: &str) -> Result<ArcRule, String> {
    let mut rules = ArcRule::ALL.into_iter();
    rules
        .find(|rule| rule.name() == text)
        .ok_or_else(|| "use `hrm`, `trm` or `arc-prize`".to_owned())
}

/// Names become names of folders, as those of workflows do.
fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || !text.chars().all(plain) {
        return Err("use letters, digits, `-` and `_`".to_owned());
    }
    Ok(text.to_owned())
}
