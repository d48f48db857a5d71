//! Writing to standard output and standard error.

use crate::error::CliError;
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};

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
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        // Whoever read it has seen enough: `hrm runs | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| CliError::output(&error)),
    }
}

/// Prints a value as JSON over several lines.
pub(crate) fn json(value: &impl Serialize) -> Result<(), CliError> {
    line(&serde_json::to_string_pretty(value).map_err(|error| CliError::output(&error.into()))?)
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
