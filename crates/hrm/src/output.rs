//! Writing to standard output and standard error.

use crate::error::CliError;
use crate::exit::Exit;
use serde::Serialize;
use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

/// Whether to use colors on standard error.
pub(crate) fn color() -> bool {
    io::stderr().is_terminal() && color_wanted()
}

fn color_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether to use colors on standard output.
pub(crate) fn stdout_color() -> bool {
    io::stdout().is_terminal() && color_wanted()
}

/// Prints a line to standard output.
pub(crate) fn line(text: &str) -> Result<(), CliError> {
    bytes(format!("{text}\n").as_bytes())
}

/// Writes to a file, replacing what is there, or else to standard output.
pub(crate) fn put(file: Option<&Path>, content: &[u8]) -> Result<(), CliError> {
    let Some(path) = file else {
        return bytes(content);
    };
    fs::write(path, content).map_err(|error| {
        let message = format!("cannot write `{}`: {error}", path.display());
        CliError::new(Exit::Internal, message)
    })
}

fn bytes(content: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        // Whoever read it has seen enough: `hrm runs | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| CliError::output(&error)),
    }
}

/// Prints a value as JSON over several lines.
pub(crate) fn json(value: &impl Serialize) -> Result<(), CliError> {
    line(&json_text(value)?)
}

/// A value as JSON over several lines.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, CliError> {
    serde_json::to_string_pretty(value).map_err(|error| CliError::output(&error.into()))
}

/// Prints a line to standard error. Failing to do so breaks nothing.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Width of the verb in front of a line about progress.
pub(crate) const VERB_WIDTH: usize = 11;

/// A line about progress: what is done, and to what.
pub(crate) fn verb_line(tone: Tone, verb: &str, text: &str, color: bool) -> String {
    format!(
        "{} {text}",
        tone.paint(&format!("{verb:>VERB_WIDTH$}"), color)
    )
}

/// Prints a warning to standard error.
pub(crate) fn warn(text: &str) {
    note(&format!(
        "{}: {text}",
        Tone::Warning.paint("warning", color())
    ));
}

/// Colors with a meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Quiet,
    Active,
    Warning,
    Bad,
}

impl Tone {
    /// `text` in this tone, or as it is.
    pub(crate) fn paint(self, text: &str, color: bool) -> String {
        let code = match self {
            Self::Good => "1;32",
            Self::Quiet => "2",
            Self::Active => "1;36",
            Self::Warning => "1;33",
            Self::Bad => "1;31",
        };
        if color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
