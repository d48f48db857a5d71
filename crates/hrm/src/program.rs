//! This program as a process of its own.

use crate::error::CliError;
use crate::exit::Exit;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Its file, even if another one took its place since this process started.
pub(crate) fn path() -> Result<PathBuf, CliError> {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe().map_err(|error| {
        CliError::new(Exit::Internal, format!("cannot find this program: {error}"))
    })
}

/// A variable of the environment, and its value.
pub(crate) type Variable = (&'static str, &'static str);

/// What `hrm --state STATE ARGUMENTS` prints, which has to succeed, with these variables beside those of
/// this process.
pub(crate) fn output(
    state: &Path,
    arguments: &[&OsStr],
    variables: &[Variable],
) -> Result<Vec<u8>, CliError> {
    let failed = |what: String| {
        let arguments = arguments.join(OsStr::new(" "));
        let message = format!("`hrm {}` {what}", arguments.to_string_lossy());
        CliError::new(Exit::Internal, message)
    };
    let output = Command::new(path()?)
        .arg("--state")
        .arg(state)
        .args(arguments)
        .envs(variables.iter().copied())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(format!("did not start: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status)));
    }
    Ok(output.stdout)
}
