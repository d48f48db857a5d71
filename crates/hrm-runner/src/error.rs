//! What can go wrong around a run.

use hrm_config::Problem;
use hrm_dataset::DatasetError;
use hrm_model::{DeviceError, ModelError};
use hrm_plan::GraphError;
use hrm_predictions::PredictionsError;
use hrm_published::PublishedError;
use hrm_report::ReportError;
use hrm_source::{ManifestError, SourceError};
use hrm_store::{BundleError, DatabaseError, KeyError, StoreError};
use hrm_train::TrainError;
use std::io;
use std::path::{Path, PathBuf};

/// An error of planning, running, or reading results.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// Stages that make no graph, or a stage that does not exist.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The device cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The model cannot be built.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The store's files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A bundle of a run.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A text that should be a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A manifest of raw data.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Raw data of a benchmark.
    #[error(transparent)]
    Source(#[from] Box<SourceError>),
    /// A dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Training or evaluation.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Predictions that cannot be read or scored.
    #[error(transparent)]
    Predictions(#[from] PredictionsError),
    /// The published values that this program was built with.
    #[error(transparent)]
    Published(#[from] PublishedError),
    /// A metric that the dataset's puzzles cannot have.
    #[error("stage `{stage}`: {}", problem.message)]
    Metric {
        /// The evaluate stage.
        stage: String,
        /// The metric, and the possible ones.
        problem: Problem,
    },
    /// A report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A stage with a configuration of another kind, or without an input that it needs.
    #[error("stage `{stage}` has no {what}")]
    Incomplete {
        /// The stage.
        stage: String,
        /// What it lacks.
        what: &'static str,
    },
    /// A finished stage whose artifact is not in the database.
    #[error("the database does not know what `{stage}` made")]
    Unindexed {
        /// The stage.
        stage: String,
    },
    /// Neither a model's folder nor a train stage.
    #[error("`{name}` is neither a folder nor a training that was run here")]
    UnknownModel {
        /// What was asked for.
        name: String,
    },
    /// No evaluation has this name.
    #[error("there is no finished evaluation `{name}`")]
    UnknownEvaluation {
        /// What was asked for.
        name: String,
    },
    /// Evaluations that answer different questions.
    #[error("not comparable: {reason}")]
    NotComparable {
        /// In what they differ.
        reason: String,
        /// The keys in which they differ.
        keys: Vec<&'static str>,
    },
    /// A filter, or the name of a column, that cannot be understood.
    #[error("{}", pointed(text, error))]
    Filter {
        /// What was written.
        text: String,
        /// What is wrong with it, and where.
        error: hrm_filter::FilterError,
    },
    /// A run that made nothing to report.
    #[error("run `{run}` of `{workflow}` has no finished evaluation to report")]
    NothingToReport {
        /// Id of the run.
        run: String,
        /// Name of the workflow.
        workflow: String,
    },
    /// A workflow that was never run.
    #[error("`{workflow}` was never run")]
    NeverRun {
        /// Name of the workflow.
        workflow: String,
    },
    /// A file of an artifact, or a row, that does not hold what it should.
    #[error("{what} cannot be understood: {problem}")]
    Malformed {
        /// The file or row.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A value that has no JSON form.
    #[error("a configuration cannot be written as JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// A value that has no TOML form.
    #[error("a configuration cannot be written as TOML: {0}")]
    Toml(#[from] toml::ser::Error),
    /// A command of SLURM failed.
    #[error("`{program}` failed: {problem}")]
    Slurm {
        /// The command.
        program: &'static str,
        /// What it said.
        problem: String,
    },
    /// Reading or writing failed.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was attempted, for example `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl RunnerError {
    /// A failed file operation; for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// Something that does not hold what it should; for `map_err`.
    pub(crate) fn malformed<E: ToString>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |problem| Self::Malformed {
            what,
            problem: problem.to_string(),
        }
    }

    /// What would be right, where that can be said.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Graph(GraphError::UnknownStage { selector, known }) => {
                Some(stage_help(selector, known))
            }
            Self::Metric { problem, .. } => problem.help.clone(),
            Self::Train(TrainError::OutOfMemory(need)) => Some(need.cure.clone()),
            Self::Store(error) => error.help(),
            Self::Database(error) => error.help(),
            Self::Bundle(error) => error.help(),
            Self::Filter { error, .. } => error.help.clone(),
            Self::UnknownEvaluation { .. } => Some(
                "name an evaluate stage (`evaluate.test`), an instance as `hrm runs --columns stage` \
                 shows it, or RUN:STAGE"
                    .to_owned(),
            ),
            Self::NotComparable { keys, .. } if !keys.is_empty() => {
                let flags: Vec<String> = keys.iter().map(|key| format!("--across {key}")).collect();
                Some(format!("to compare them nevertheless, say `{}`", flags.join(" ")))
            }
            Self::UnknownModel { .. } => Some(
                "name a checkpoint folder, or a train stage as `hrm plan` shows it, for example `train.hrm`"
                    .to_owned(),
            ),
            Self::Unindexed { .. } => Some(
                "`hrm run FILE` on its workflow, or `hrm store rebuild`, reads it from the artifact"
                    .to_owned(),
            ),
            Self::NothingToReport { .. } | Self::NeverRun { .. } => {
                Some("`hrm run FILE` runs a workflow".to_owned())
            }
            Self::Slurm { .. } => Some(
                "without `--profile`, stages run on this machine; docs/cluster.md says what SLURM is asked"
                    .to_owned(),
            ),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some space".to_owned())
            }
            _ => None,
        }
    }
}

/// The message, and the text with carets below what it is about.
fn pointed(text: &str, error: &hrm_filter::FilterError) -> String {
    let before = text.get(..error.span.start).unwrap_or_default();
    let about = text.get(error.span.clone()).unwrap_or_default();
    // Carets are for the line that the place is in.
    let line_start = before.rfind('\n').map_or(0, |place| place + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let indent = " ".repeat(before[line_start..].chars().count());
    let carets = "^".repeat(about.chars().count().max(1));
    format!("{}\n  {line}\n  {indent}{carets}", error.message)
}

fn stage_help(selector: &str, known: &[String]) -> String {
    let names = known
        .iter()
        .filter_map(|stage| stage.split_once('.').map(|(_, name)| name));
    let candidates = known.iter().map(String::as_str).chain(names);
    match hrm_workflow::suggest(selector, candidates) {
        Some(stage) => format!("did you mean `{stage}`?"),
        None => {
            let known: Vec<String> = known.iter().map(|stage| format!("`{stage}`")).collect();
            format!("the stages are {}", known.join(", "))
        }
    }
}
