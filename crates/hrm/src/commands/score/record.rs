//! Recording scores as a run.

use crate::cli::RecordArgs;
use crate::command_line;
use crate::error::CliError;
use crate::output;
use crate::state;
use hrm_predictions::Scored;
use hrm_runner::{DeviceChoice, ScoredFiles};
use std::path::{Path, PathBuf};

/// Predictions that were scored.
pub(super) struct Source<'a> {
    /// What they predict.
    pub(super) puzzle: &'static str,
    /// The file or folder, as given.
    pub(super) path: &'a Path,
    /// Every file that decides the scores.
    pub(super) files: &'a [PathBuf],
    /// Augmentations that vote at most.
    pub(super) augmentations: Option<usize>,
}

/// Records the scores, if that is asked for.
pub(super) fn record(
    args: &RecordArgs,
    source: &Source<'_>,
    scored: &Scored,
    state: &Path,
) -> Result<(), CliError> {
    if !args.record {
        return Ok(());
    }
    let name = args
        .name
        .clone()
        .unwrap_or_else(|| default_name(source.path));
    let session = state::session(state, DeviceChoice::Cpu)?;
    let run = hrm_runner::record_scores(
        &session,
        &ScoredFiles {
            name: &name,
            puzzle: source.puzzle,
            source: source.path,
            files: source.files,
            augmentations: source.augmentations,
            scored,
            command: &command_line::typed(),
        },
    )?;
    output::note(&format!("recorded as run {run} of `{name}`"));
    Ok(())
}

/// The name of a file or folder, with `-` for what a name cannot hold.
fn default_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let stem = whole.file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    let name: String = stem.chars().map(plain).collect();
    if name.is_empty() {
        "predictions".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_the_files() {
        assert_eq!(
            default_name(Path::new("out/py torch.v2.csv")),
            "py-torch-v2"
        );
        assert_eq!(default_name(Path::new("/")), "predictions");
    }
}
