//! What is said where CUDA cannot be used. Needs no GPU, and one does no harm: the toolkit is hidden.

use crate::bench::Bench;
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

/// `hrm` with a toolkit that is nowhere.
fn without_toolkit(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = bench.hrm(arguments);
    command.env("CUDA_PATH", "/nowhere");
    command
}

/// What has to be named, with CUDA built in and without.
const TROUBLE: &str = match cfg!(feature = "cuda") {
    true => "`cuda_runtime.h` is not in /nowhere/include",
    false => "built without CUDA",
};

#[test]
fn every_command_that_computes_says_what_cuda_lacks() {
    let bench = Bench::new();
    for arguments in [
        &["run", "tiny.toml", "--device", "cuda"][..],
        &["bench", "train", "--device", "cuda"],
        &["bench", "eval", "--device", "cuda"],
        &["model", "parity", "--device", "cuda"],
    ] {
        let assert = without_toolkit(&bench, arguments).assert().code(2);
        let cure = contains(TROUBLE).and(contains("`--device cpu`"));
        assert.stderr(cure.and(contains("panicked").not()));
    }
}

#[test]
fn the_doctor_finds_fault_with_cuda_only_where_it_is_asked_for() {
    let bench = Bench::new();
    let assert = without_toolkit(&bench, &["doctor", "--device", "cuda"]).assert();
    assert.code(1).stdout(contains(TROUBLE));
    let assert = without_toolkit(&bench, &["doctor", "--device", "cpu"]).assert();
    assert.success().stdout(contains(TROUBLE));
}
