//! Errors of every library, turned into a message and an exit code in one place.

use crate::exit::Exit;
use crate::output::{self, Tone};
use hrm_corpus::CorpusError;
use hrm_dataset::DatasetError;
use hrm_plan::GraphError;
use hrm_predictions::PredictionsError;
use hrm_runner::RunnerError;
use hrm_source::{ManifestError, SourceError};
use hrm_store::{BundleError, DatabaseError, StoreError};
use hrm_train::TrainError;
use hrm_workflow::Diagnostics;
use std::path::Path;
use std::{fmt, io};

/// Why a command ended without doing what it was asked.
#[derive(Debug)]
pub(crate) struct CliError {
    /// The exit code.
    pub(crate) exit: Exit,
    message: Message,
    help: Option<String>,
}

#[derive(Debug)]
enum Message {
    Text(String),
    /// Messages that point at their source; they render themselves.
    Diagnostics(Box<Diagnostics>),
}

impl CliError {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: Message::Text(message.into()),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Standard output cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self::new(
            Exit::Internal,
            format!("cannot write to standard output: {error}"),
        )
    }

    /// The operating system refused a file or folder; for use in `map_err`.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| {
            let message = format!("cannot {action} `{}`: {error}", path.display());
            Self::new(Exit::Internal, message)
        }
    }

    /// Writes the error to standard error.
    pub(crate) fn print(&self) {
        let color = output::color();
        match &self.message {
            Message::Text(text) => {
                output::note(&format!("{}: {text}", Tone::Bad.paint("error", color)))
            }
            Message::Diagnostics(diagnostics) => output::note(&diagnostics.render(color)),
        }
        if let Some(help) = &self.help {
            output::note(&format!("{}: {help}", Tone::Active.paint("help", color)));
        }
    }
}

impl fmt::Display for CliError {
    /// One or more lines without color.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Message::Text(text) => f.write_str(text)?,
            Message::Diagnostics(diagnostics) => diagnostics.fmt(f)?,
        }
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl From<Box<Diagnostics>> for CliError {
    fn from(diagnostics: Box<Diagnostics>) -> Self {
        Self {
            exit: Exit::InvalidWorkflow,
            message: Message::Diagnostics(diagnostics),
            help: None,
        }
    }
}

impl From<RunnerError> for CliError {
    fn from(error: RunnerError) -> Self {
        let exit = match &error {
            RunnerError::Device(_)
            | RunnerError::Source(_)
            | RunnerError::UnknownModel { .. }
            | RunnerError::Filter { .. }
            | RunnerError::UnknownEvaluation { .. }
            | RunnerError::NotComparable { .. }
            | RunnerError::Bundle(
                BundleError::Unreadable { .. }
                | BundleError::OtherFormat { .. }
                | BundleError::Member { .. }
                | BundleError::OtherRun { .. }
                | BundleError::NoLog { .. }
                | BundleError::Running { .. },
            )
            | RunnerError::Predictions(_)
            | RunnerError::Train(
                TrainError::Device(_)
                | TrainError::NoModel { .. }
                | TrainError::ImportedUntrained { .. }
                | TrainError::SequenceLength { .. }
                | TrainError::FolderInUse { .. }
                | TrainError::Fixture { .. }
                | TrainError::Checkpoint(_)
                | TrainError::Parameters { .. }
                | TrainError::Damaged { .. }
                | TrainError::Dataset(_),
            )
            | RunnerError::Graph(GraphError::UnknownStage { .. })
            | RunnerError::NeverRun { .. }
            | RunnerError::NothingToReport { .. }
            | RunnerError::Database(
                DatabaseError::UnknownRun { .. }
                | DatabaseError::Statement { .. }
                | DatabaseError::AmbiguousRun { .. }
                | DatabaseError::NoRuns,
            ) => Exit::Usage,
            _ => Exit::Internal,
        };
        let help = error.help();
        Self::new(exit, error.to_string()).maybe_help(help)
    }
}

impl From<PredictionsError> for CliError {
    fn from(error: PredictionsError) -> Self {
        RunnerError::from(error).into()
    }
}

impl From<TrainError> for CliError {
    fn from(error: TrainError) -> Self {
        RunnerError::from(error).into()
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        RunnerError::from(error).into()
    }
}

impl From<DatabaseError> for CliError {
    fn from(error: DatabaseError) -> Self {
        RunnerError::from(error).into()
    }
}

impl From<ManifestError> for CliError {
    fn from(error: ManifestError) -> Self {
        Self::new(Exit::Internal, error.to_string())
    }
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> Self {
        let (exit, help) = match &error {
            SourceError::Unknown { name, known } => {
                let suggested = hrm_workflow::suggest(name, known.iter().map(String::as_str));
                let help = suggested.map(|source| format!("did you mean `{source}`?"));
                (Exit::Usage, help)
            }
            SourceError::NoItem { .. } | SourceError::Absent { .. } | SourceError::Proxy { .. } => {
                (Exit::Usage, None)
            }
            _ => (Exit::Internal, None),
        };
        Self::new(exit, error.to_string()).maybe_help(help)
    }
}

impl From<DatasetError> for CliError {
    fn from(error: DatasetError) -> Self {
        let exit = match &error {
            DatasetError::Overlap { .. } => Exit::ExpectationMissed,
            _ => Exit::Usage,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<CorpusError> for CliError {
    fn from(error: CorpusError) -> Self {
        match error {
            CorpusError::Source(error) => error.into(),
            CorpusError::Dataset(error) => error.into(),
            error => Self::new(Exit::Usage, error.to_string()),
        }
    }
}
