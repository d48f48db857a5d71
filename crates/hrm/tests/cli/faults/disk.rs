//! A disk that is full, and one that cannot be written.

use super::{UNDISTURBED, heal, run, succeeded};
use crate::bench::Bench;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Something mounted at a folder, until it is dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where mounting is not allowed, which is said.
    fn new(folder: &Path, arguments: &[&str]) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mounted = mount(arguments, folder);
        if !mounted {
            println!("skipped: this system does not let the test mount anything");
        }
        mounted.then(|| Self(folder.to_owned()))
    }

    /// A file system in memory of this many bytes.
    fn small(folder: &Path, bytes: u64) -> Option<Self> {
        let size = format!("size={bytes}");
        Self::new(folder, &["-t", "tmpfs", "-o", &size, "tmpfs"])
    }

    fn grow(&self) {
        assert!(mount(&["-o", "remount,size=256m"], &self.0));
    }

    /// The folder as it is, which cannot be written.
    fn read_only(folder: &Path) -> Option<Self> {
        let name = folder.to_str().unwrap();
        let mounted = Self::new(folder, &["--bind", name])?;
        assert!(mount(&["-o", "remount,bind,ro"], folder));
        Some(mounted)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new("mount");
    command.args(arguments).arg(folder).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_is_told_and_room_lets_the_run_go_on() {
    let whole: usize = UNDISTURBED.artifacts.values().map(Vec::len).sum();
    let mut failures = 0;
    // From too little for the database to nearly enough.
    for eighths in [1, 3, 5, 6, 7, 8, 10] {
        let bench = Bench::new();
        let bytes = (whole * eighths / 8) as u64;
        let Some(disk) = Mounted::small(&bench.state(), bytes) else {
            return;
        };
        let fault = format!("a disk of {bytes} bytes");
        let messages = ["No space left on device", "the disk is full"];
        failures += usize::from(!succeeded(&run(&bench), &fault, &messages));
        disk.grow();
        heal(&bench, &fault);
    }
    assert!(failures > 0);
}

#[test]
fn a_read_only_folder_is_told() {
    let bench = Bench::new();
    let refuse = |fault: &str| {
        let Some(_disk) = Mounted::read_only(&bench.state()) else {
            return false;
        };
        let output = run(&bench);
        assert_eq!(output.status.code(), Some(1), "{fault}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("cannot be written"), "{fault}: {stderr}");
        assert!(stderr.contains("--state DIR"), "{fault}: {stderr}");
        true
    };
    if !refuse("before the first run") {
        return;
    }
    bench.run(&["train.hrm"]);
    refuse("after a part of the workflow");
    heal(&bench, "a read-only folder");
    refuse("after the whole workflow");
    heal(&bench, "a read-only folder");
}
