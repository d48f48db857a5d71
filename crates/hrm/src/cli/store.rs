//! The grammar of `hrm store`.

use super::{DeviceArgs, RawDataArgs, time_limit};
use crate::completion;
use clap::{Args, Subcommand, ValueEnum};
use clap_complete::ArgValueCompleter;
use hrm_runner::care::BundledArtifacts;
use std::path::PathBuf;
use std::time::Duration;

/// What to do with the state folder.
#[derive(Debug, Subcommand)]
pub(crate) enum Store {
    /// List artifacts with their sizes and what uses them
    List(StoreList),
    /// Read and hash everything, and name what is damaged
    ///
    /// Exits with 1 where something is.
    Verify(StoreVerify),
    /// Remove what nobody needs: always what killed processes left, and artifacts by limits
    ///
    /// Rows of removed artifacts stay. Artifacts of runs that go on stay, and so do those of the latest
    /// run of each workflow, unless `--keep-reachable-from` says what is kept. With several limits only
    /// that goes which each of them lets go.
    Gc(StoreGc),
    /// Make the database anew, of the logs of runs and the artifacts; the old one is kept beside it
    Rebuild(StoreRebuild),
    /// Write a run to a file, for another machine
    Export(StoreExport),
    /// Take the run of such a file into the state folder
    Import(StoreImport),
}

#[derive(Debug, Args)]
pub(crate) struct StoreList {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StoreVerify {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StoreGc {
    /// Only say what would go
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Remove artifacts, checkpoints of interrupted trainings and replaced databases that were not used
    /// for this long, for example `30d`
    #[arg(long, value_name = "TIME", value_parser = time_limit)]
    pub(crate) older_than: Option<Duration>,
    /// Remove the artifacts that were not used for the longest time until the rest fits, for example
    /// `10GB`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,
    /// Remove artifacts that are not in the plan of any of these workflows
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) keep_reachable_from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StoreRebuild {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StoreExport {
    /// A run's id, a unique prefix of it, or `latest`
    #[arg(add = ArgValueCompleter::new(completion::runs))]
    pub(crate) run: String,
    /// File to write, a `tar.gz`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Artifacts that go with the run; the rows of all of them do
    #[arg(long, value_enum, default_value_t = ArtifactChoice::All)]
    pub(crate) artifacts: ArtifactChoice,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Artifacts that go with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ArtifactChoice {
    /// All, checkpoints and datasets included
    All,
    /// Those of evaluations and reports
    Evaluations,
    /// None
    None,
}

impl From<ArtifactChoice> for BundledArtifacts {
    fn from(choice: ArtifactChoice) -> Self {
        match choice {
            ArtifactChoice::All => Self::All,
            ArtifactChoice::Evaluations => Self::Evaluations,
            ArtifactChoice::None => Self::None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct StoreImport {
    /// A file that `hrm store export` wrote
    #[arg(value_name = "FILE")]
    pub(crate) bundle: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A size: a whole number with a unit.
fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
    ];
    let parsed = UNITS.iter().find_map(|(unit, bytes)| {
        let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
        number.checked_mul(*bytes)
    });
    parsed.ok_or_else(|| {
        "use a whole number and a unit: `500MB`, `10GB`, `2TB`, or `KiB` to `TiB`".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("10GB"), Ok(10_000_000_000));
        assert_eq!(size("2 MiB"), Ok(2 << 20));
        assert_eq!(size("0KiB"), Ok(0));
        for text in ["10", "GB", "-1GB", "1.5GB", "99999999999TB", "1XB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
