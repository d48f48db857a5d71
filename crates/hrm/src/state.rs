//! The state folder as commands open it.

use crate::error::CliError;
use crate::progress;
use hrm_runner::{DeviceChoice, Session};
use hrm_store::{Database, Store};
use std::path::Path;

/// The state folder and its database, which is waited for, completed and, where it is missing, made of
/// the logs and artifacts.
pub(crate) fn open(state: &Path) -> Result<(Store, Database), CliError> {
    let store = Store::open(state)?;
    let database = hrm_runner::open_database(&store, &mut *progress::events(false))?;
    Ok((store, database))
}

/// The same with a device, for planning and running.
pub(crate) fn session(state: &Path, device: DeviceChoice) -> Result<Session, CliError> {
    Ok(Session::open(state, device, &mut *progress::events(false))?)
}
