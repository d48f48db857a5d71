//! `hrm tables`

mod sheet;

use crate::cli::Tables;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::state;
use hrm_published::PublishedValue;
use hrm_runner::{
    Estimate, ExpectationInfo, PublishedRow, RunnerError, expectations, number, published_tables,
};
use sheet::Sheet;
use std::path::Path;

pub(super) fn tables(args: &Tables, state: &Path) -> Result<Exit, CliError> {
    let sheet = sheet(args, state)?;
    let text = sheet.text(args.format);
    match &args.out {
        None => output::line(text.trim_end())?,
        Some(path) => std::fs::write(path, text).map_err(CliError::file("write", path))?,
    }
    Ok(Exit::Ok)
}

fn sheet(args: &Tables, state: &Path) -> Result<Sheet, CliError> {
    if args.published {
        let values = hrm_published::values().map_err(RunnerError::from)?;
        return Ok(listed(values));
    }
    let (_, database) = state::open(state)?;
    let Some(file) = &args.file else {
        let rows = published_tables(&database)?;
        if rows.is_empty() {
            output::note(
                "no result here is comparable with a published value; `hrm tables --published` lists these",
            );
        }
        return Ok(beside_ours(&rows));
    };
    let workflow = hrm_workflow::load(file, &[])?.name;
    let run = database.last_run_of(&workflow)?;
    let run = run.ok_or(RunnerError::NeverRun { workflow })?;
    let expected = expectations(&database, &run.id)?;
    if expected.is_empty() {
        output::note(&format!("`{}` expects nothing", file.display()));
    }
    Ok(verdicts(&expected))
}

/// The expectations of a workflow with their verdicts.
fn verdicts(expected: &[ExpectationInfo]) -> Sheet {
    let titles = [
        "cell", "expected", "ours", "seeds", "scale", "verdict", "why",
    ];
    let row = |expectation: &ExpectationInfo| {
        vec![
            expectation.name.clone(),
            expectation.claim.clone(),
            expectation
                .ours
                .map_or_else(String::new, |ours| ours.text()),
            expectation
                .ours
                .map_or_else(String::new, |ours| ours.seeds.to_string()),
            expectation.scale.clone().unwrap_or_default(),
            expectation.verdict.label().to_owned(),
            expectation.reason.clone(),
        ]
    };
    Sheet::new(titles, expected.iter().map(row).collect())
}

/// Published tables with ours beside what is comparable.
fn beside_ours(rows: &[PublishedRow]) -> Sheet {
    let titles = [
        "table",
        "method",
        "benchmark",
        "metric",
        "published",
        "ours",
        "seeds",
        "from",
    ];
    let row = |row: &PublishedRow| {
        let value = row.published;
        let ours = row.ours.as_ref();
        let estimate = |text: fn(&Estimate) -> String| {
            ours.map_or_else(String::new, |ours| text(&ours.estimate))
        };
        vec![
            format!("{}, {}", value.source.id, value.table),
            value.method.clone(),
            value.benchmark.clone(),
            value.metric.clone(),
            printed(value),
            estimate(Estimate::text),
            estimate(|estimate| estimate.seeds.to_string()),
            ours.map_or_else(String::new, |ours| {
                format!("{}:{}", ours.run, ours.evaluation)
            }),
        ]
    };
    Sheet::new(titles, rows.iter().map(row).collect())
}

/// Every published value.
fn listed(values: &[PublishedValue]) -> Sheet {
    let titles = ["id", "table", "method", "metric", "value", "seen", "note"];
    let row = |value: &PublishedValue| {
        let quoted = value.is_published_only().then_some("published only");
        let note = quoted.into_iter().chain(value.note.as_deref());
        vec![
            value.id.clone(),
            format!("{}, {}", value.source.id, value.table),
            value.method.clone(),
            value.metric.clone(),
            printed(value),
            if value.seen { "yes" } else { "no" }.to_owned(),
            note.collect::<Vec<_>>().join("; "),
        ]
    };
    Sheet::new(titles, values.iter().map(row).collect())
}

/// A published value in its unit.
fn printed(value: &PublishedValue) -> String {
    match &value.unit {
        Some(unit) => format!("{} {unit}", number(value.value, false)),
        None => number(value.value, true),
    }
}
