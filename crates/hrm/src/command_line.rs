//! The command line of this process, as it can be typed again.

/// As it was typed.
pub(crate) fn typed() -> String {
    command_line(arguments())
}

/// The one that goes on with a run that ended early: forced stages would start from their beginning again.
pub(crate) fn going_on() -> String {
    command_line(unforced(arguments()))
}

fn arguments() -> impl Iterator<Item = String> {
    let arguments = std::env::args_os().skip(1);
    arguments.map(|argument| argument.to_string_lossy().into_owned())
}

/// Without `--force STAGE` and `--force=STAGE`.
fn unforced(mut arguments: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    std::iter::from_fn(move || {
        loop {
            let argument = arguments.next()?;
            if argument == "--force" {
                arguments.next();
            } else if !argument.starts_with("--force=") {
                return Some(argument);
            }
        }
    })
}

fn command_line(arguments: impl Iterator<Item = String>) -> String {
    std::iter::once("hrm".to_owned())
        .chain(arguments.map(|argument| quoted(&argument)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// An argument as a POSIX shell reads it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned<const N: usize>(arguments: [&str; N]) -> impl Iterator<Item = String> {
        arguments.into_iter().map(str::to_owned)
    }

    #[test]
    fn it_can_be_typed_again() {
        let arguments = owned([
            "run",
            "my file.toml",
            "--set",
            "train.lr=1e-4",
            "train.hrm[seed=1]",
            "it's",
            "",
        ]);
        assert_eq!(
            command_line(arguments),
            r"hrm run 'my file.toml' --set train.lr=1e-4 'train.hrm[seed=1]' 'it'\''s' ''"
        );
    }

    #[test]
    fn what_goes_on_forces_nothing() {
        let arguments = [
            "run",
            "a.toml",
            "--force",
            "train.hrm",
            "--force=test",
            "--jobs",
            "2",
        ];
        assert_eq!(
            command_line(unforced(owned(arguments))),
            "hrm run a.toml --jobs 2"
        );
    }
}
