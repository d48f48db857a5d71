//! Parity on the fixtures that ship, and on whole ones where they stand beside the project.

use super::*;
use std::fs;
use std::path::{Path, PathBuf};

fn full_fixtures() -> Vec<PathBuf> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/models");
    let Ok(entries) = fs::read_dir(&models) else {
        println!("skipped: no fixtures at {}", models.display());
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[track_caller]
fn assert_passes(fixture: &Fixture, precision: Precision, least_checks: usize) {
    let report = parity(fixture, DeviceChoice::Cpu, precision).unwrap();
    let failures: Vec<String> = report.failures().map(|c| format!("{c:?}")).collect();
    assert!(
        report.passed(),
        "{}:\n{}",
        report.fixture,
        failures.join("\n")
    );
    let checks = report.checks.len();
    assert!(
        checks >= least_checks,
        "{}: {checks} checks",
        report.fixture
    );
}

#[test]
fn the_shipped_fixtures_pass() {
    let fixtures = shipped_fixtures().unwrap();
    assert_eq!(fixtures.len(), 6);
    for fixture in fixtures {
        assert_passes(&fixture, Precision::F32, 180);
    }
}

#[test]
fn the_shipped_fixtures_pass_in_bfloat16() {
    for fixture in shipped_fixtures().unwrap() {
        assert_passes(&fixture, Precision::Bf16, 10);
    }
}

#[test]
fn whole_fixtures_pass() {
    for folder in full_fixtures() {
        assert_passes(&Fixture::open(&folder).unwrap(), Precision::F32, 240);
    }
}

#[test]
fn a_folder_without_a_fixture_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = Fixture::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("config.json"), "{error}");
    fs::write(folder.path().join("config.json"), "{}").unwrap();
    let error = Fixture::open(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("config.json: missing field `spec`"),
        "{error}"
    );
}
