//! The machine, the versions, and the git state of a workflow's folder.

use hrm_store::rows::EnvironmentRow;
use hrm_train::BURN_VERSION;
use std::path::Path;
use std::process::Command;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// Describes where a run happens. What cannot be found out is `unknown`, never an error.
pub fn environment(device: &str, folder: &Path) -> EnvironmentRow {
    let kinds = RefreshKind::nothing()
        .with_cpu(CpuRefreshKind::nothing())
        .with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(kinds);
    let unknown = || "unknown".to_owned();
    let git = git_state(folder).unwrap_or_default();
    EnvironmentRow {
        host: System::host_name().unwrap_or_else(unknown),
        os: System::long_os_version().unwrap_or_else(unknown),
        arch: std::env::consts::ARCH.to_owned(),
        cpu: system
            .cpus()
            .first()
            .map_or_else(unknown, |cpu| cpu.brand().trim().to_owned()),
        cores: u32::try_from(system.cpus().len()).unwrap_or(u32::MAX),
        memory_bytes: system.total_memory(),
        device: device.to_owned(),
        hrm_version: env!("CARGO_PKG_VERSION").to_owned(),
        burn_version: BURN_VERSION.to_owned(),
        git_commit: git.commit,
        git_dirty: git.dirty,
        git_branch: git.branch,
    }
}

/// Main memory of this machine.
pub(crate) fn main_memory_bytes() -> u64 {
    let memory = MemoryRefreshKind::nothing().with_ram();
    System::new_with_specifics(RefreshKind::nothing().with_memory(memory)).total_memory()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct GitState {
    commit: Option<String>,
    dirty: Option<bool>,
    branch: Option<String>,
}

/// The git state of `folder`; `None` outside a repository or without git.
fn git_state(folder: &Path) -> Option<GitState> {
    let folder = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "status",
            "--porcelain=v2",
            "--branch",
            "--untracked-files=normal",
            ".",
        ])
        // A lock that belongs to the user's own git commands must not be taken for a look.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| parse_git_status(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads `git status --porcelain=v2 --branch`: header lines start with `#`, every other line is a
/// change.
fn parse_git_status(text: &str) -> GitState {
    let header = |name: &str, none: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value
            .map(str::trim)
            .filter(|value| *value != none)
            .map(str::to_owned)
    };
    GitState {
        commit: header("# branch.oid ", "(initial)"),
        dirty: Some(text.lines().any(|line| !line.starts_with('#'))),
        branch: header("# branch.head ", "(detached)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_states() {
        let cases = [
            (
                "# branch.oid abc\n# branch.head main\n# branch.ab +0 -0\n",
                Some("abc"),
                false,
                Some("main"),
            ),
            (
                "# branch.oid abc\n# branch.head (detached)\n1 .M N... a.toml\n",
                Some("abc"),
                true,
                None,
            ),
            (
                "# branch.oid (initial)\n# branch.head main\n? new.toml\n",
                None,
                true,
                Some("main"),
            ),
        ];
        for (text, commit, dirty, branch) in cases {
            let expected = GitState {
                commit: commit.map(str::to_owned),
                dirty: Some(dirty),
                branch: branch.map(str::to_owned),
            };
            assert_eq!(parse_git_status(text), expected);
        }
    }

    #[test]
    fn a_folder_outside_a_repository_has_no_git_state() {
        let folder = tempfile::tempdir().unwrap();
        let environment = environment("cpu", folder.path());
        assert_eq!(environment.git_commit, None);
        assert_eq!(environment.git_dirty, None);
        assert!(environment.cores > 0 && environment.memory_bytes > 1 << 20);
    }
}
