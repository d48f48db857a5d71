//! `hrm model parity`

use crate::cli::Parity;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::table::Table;
use hrm_config::Precision;
use hrm_runner::DeviceChoice;
use hrm_train::{Bound, Fixture, ParityCheck, ParityReport};
use std::path::PathBuf;

/// Replays fixtures; exits with an error when a number differs by more than its tolerance.
pub(super) fn parity(args: &Parity) -> Result<Exit, CliError> {
    let fixtures = match args.fixtures.as_slice() {
        [] => hrm_train::shipped_fixtures()?,
        folders => {
            let open = |folder: &PathBuf| Fixture::open(folder);
            folders.iter().map(open).collect::<Result<_, _>>()?
        }
    };
    let mut reports = Vec::with_capacity(fixtures.len());
    for fixture in &fixtures {
        let report = hrm_train::parity(fixture, args.device.device, args.precision)?;
        if !args.json {
            output::line(&format!("{}\n{}", report.fixture, table(&report)))?;
            output::line(&format!("{}\n", verdict(&report)))?;
        }
        reports.push(report);
    }
    if args.json {
        output::json(&reports)?;
    }
    Ok(if reports.iter().all(ParityReport::passed) {
        Exit::Ok
    } else {
        Exit::Internal
    })
}

/// Replays the shipped fixtures, for `hrm doctor --deep`: whether each passed, and in words.
pub(in crate::commands) fn replay(device: DeviceChoice) -> Result<Vec<(bool, String)>, CliError> {
    let fixtures = hrm_train::shipped_fixtures()?;
    let replayed = fixtures.iter().map(|fixture| {
        let report = hrm_train::parity(fixture, device, Precision::F32)?;
        Ok((report.passed(), verdict(&report)))
    });
    replayed.collect()
}

fn verdict(report: &ParityReport) -> String {
    let (all, failed) = (report.checks.len(), report.failures().count());
    let name = &report.fixture;
    match report.failures().next() {
        None => format!("{name}: all {all} tensors and numbers agree with the published code"),
        Some(first) => format!(
            "{name}: {failed} of {all} differ, first `{}` in {}",
            first.tensor, first.part
        ),
    }
}

fn table(report: &ParityReport) -> Table {
    let mut table = Table::new([
        "part",
        "tensor",
        "max |Δ|",
        "relative",
        "norm",
        "tolerance",
        "",
    ]);
    for check in &report.checks {
        table.row([
            check.part.clone(),
            check.tensor.clone(),
            scientific(check.max_abs),
            scientific(check.max_rel),
            scientific(check.rel_norm),
            tolerance(check),
            if check.pass { "pass" } else { "FAIL" }.to_owned(),
        ]);
    }
    table
}

fn tolerance(check: &ParityCheck) -> String {
    match check.bound {
        Bound::Absolute(limit) => format!("{} absolute", scientific(limit)),
        Bound::RelativeNorm(limit) => format!("{} of norm", scientific(limit)),
        Bound::Equal => "equal".to_owned(),
    }
}

fn scientific(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value:.1e}")
    }
}
