//! Exit codes: the one place where they are defined and described.

use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Ok,
    /// The program or the machine failed, for example a full disk.
    Internal,
    /// The command line is wrong.
    Usage,
    /// A workflow file is wrong.
    InvalidWorkflow,
    /// A stage failed.
    StageFailed,
    /// A result is not what the workflow expects, or an audit of data found something.
    ExpectationMissed,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// Every way to end, in the order of the codes.
    const ALL: [Self; 7] = [
        Self::Ok,
        Self::Internal,
        Self::Usage,
        Self::InvalidWorkflow,
        Self::StageFailed,
        Self::ExpectationMissed,
        Self::Interrupted,
    ];

    /// The process's exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::InvalidWorkflow => 3,
            Self::StageFailed => 4,
            Self::ExpectationMissed => 5,
            // The shell's convention: 128 + SIGINT.
            Self::Interrupted => 130,
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "everything was done",
            Self::Internal => "the program or the machine failed",
            Self::Usage => "the command line is wrong",
            Self::InvalidWorkflow => "a workflow file is wrong",
            Self::StageFailed => "a stage failed",
            Self::ExpectationMissed => {
                "an expectation is not reproduced, or an audit found a leak or a wrong answer"
            }
            Self::Interrupted => "interrupted; the same command goes on where it stopped",
        }
    }

    /// The table shown in the help.
    pub(crate) fn help() -> String {
        let lines = Self::ALL.map(|exit| format!("  {:>3}  {}", exit.code(), exit.meaning()));
        format!("Exit codes:\n{}", lines.join("\n"))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn codes_are_distinct() {
        let codes: std::collections::BTreeSet<u8> = Exit::ALL.map(Exit::code).into();
        assert_eq!(codes.len(), Exit::ALL.len());
    }
}
