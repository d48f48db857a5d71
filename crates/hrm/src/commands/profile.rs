//! `--profile`: how workflows run at a site.

use crate::cli::{ProfileArgs, RawDataArgs};
use crate::error::CliError;
use crate::exit::Exit;
use crate::progress;
use hrm_profile::{ExecutorName, Profile, ProfileError};
use hrm_runner::{DeviceChoice, Events, Executor, RunnerError, Session};
use std::env;
use std::path::{Path, PathBuf};

/// Folder of profiles, in the current folder and in the user's one.
const FOLDER: &str = "profiles";

/// Jobs that are in a cluster's queue at a time, where nobody says it.
const CLUSTER_JOBS: usize = 1024;

/// The profile that is asked for; everything is as usual without one.
pub(super) fn load(args: &ProfileArgs) -> Result<Profile, CliError> {
    let Some(name) = &args.profile else {
        return Ok(Profile::default());
    };
    let folders: Vec<PathBuf> = std::iter::once(PathBuf::from(FOLDER))
        .chain(configuration().map(|folder| folder.join("hrm").join(FOLDER)))
        .collect();
    Ok(hrm_profile::load(name, &folders)?)
}

/// The folder of the user's configuration.
fn configuration() -> Option<PathBuf> {
    let named = env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".config")))
}

/// Opens the state folder. A device that was named on the command line comes before the profile's.
pub(super) fn session(
    profile: &Profile,
    state: &Path,
    named: DeviceChoice,
    events: &mut dyn Events,
) -> Result<Session, CliError> {
    let device = match (&profile.device, named) {
        (Some(device), DeviceChoice::Auto) => device.parse().map_err(RunnerError::from)?,
        _ => named,
    };
    Ok(match profile.executor {
        ExecutorName::Local => Session::open(state, device, events)?,
        ExecutorName::Slurm => Session::open_for_cluster(state, device, events)?,
    })
}

/// Opens the state folder for a command that only looks at plans.
pub(super) fn session_for_plans(
    profile: &ProfileArgs,
    state: &Path,
    named: DeviceChoice,
    raw_data: &RawDataArgs,
) -> Result<Session, CliError> {
    let mut events = progress::events(false);
    let session = session(&load(profile)?, state, named, &mut *events)?;
    Ok(session.with_raw_data(raw_data.data_dir.clone()))
}

/// Stages to work on at a time.
pub(super) fn jobs(profile: &Profile, named: Option<u16>) -> usize {
    let said = named.or(profile.jobs.map(u16::from));
    said.map_or_else(
        || match profile.executor {
            ExecutorName::Local => 1,
            ExecutorName::Slurm => CLUSTER_JOBS,
        },
        usize::from,
    )
}

/// What does the work of stages.
pub(super) fn executor(profile: Profile) -> Executor {
    match profile.executor {
        ExecutorName::Local => Executor::Local,
        ExecutorName::Slurm => Executor::Slurm(Box::new(profile.slurm)),
    }
}

impl From<ProfileError> for CliError {
    fn from(error: ProfileError) -> Self {
        let help = error.help();
        Self::new(Exit::Usage, error.to_string()).maybe_help(help)
    }
}
