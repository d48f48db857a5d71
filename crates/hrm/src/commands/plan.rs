//! `hrm plan`

use super::profile;
use crate::cli::Plan;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, counted, duration};
use crate::output;
use crate::table::Table;
use hrm_plan::{PlannedStage, Status};
use hrm_runner::{Selection, Session, Size, WorkflowPlan};
use hrm_workflow::Workflow;
use serde::Serialize;
use std::path::Path;

/// One stage of the plan, ready to be shown.
#[derive(Serialize)]
struct Row<'a> {
    stage: &'a str,
    key: Option<&'a str>,
    #[serde(flatten)]
    status: &'a Status,
    size: &'a Size,
    /// Seconds that the stage will take, by the past; none for cached stages and without a past.
    estimate_seconds: Option<f64>,
}

pub(super) fn plan(args: Plan, state: &Path) -> Result<Exit, CliError> {
    let workflow = hrm_workflow::load(&args.workflow.file, &args.workflow.set)?;
    let (device, raw_data) = (args.device.device, &args.raw_data);
    let session = profile::session_for_plans(&args.profile, state, device, raw_data)?;
    let selection = Selection {
        stages: args.selection.stages,
        forced: args.selection.force,
    };
    let plan = hrm_runner::plan(&session, &workflow, &selection)?;
    let sizes = hrm_runner::sizes(&session, &workflow, &plan);
    let rows = rows(&session, &workflow, &plan, &sizes)?;
    if args.json {
        output::json(&rows)?;
    } else {
        print(&rows)?;
    }
    hrm_runner::check_raw_data(&session, &workflow, &plan)?;
    Ok(Exit::Ok)
}

fn rows<'a>(
    session: &Session,
    workflow: &Workflow,
    plan: &'a WorkflowPlan,
    sizes: &'a [Size],
) -> Result<Vec<Row<'a>>, CliError> {
    let row = |i: usize| {
        let PlannedStage {
            id, key, status, ..
        } = &plan.stages[i];
        let estimate_seconds = match status {
            Status::Cached { .. } => None,
            Status::ToRun { .. } => hrm_runner::estimate_seconds(session, &workflow.stages[i])?,
        };
        Ok(Row {
            stage: id,
            key: key.as_deref(),
            status,
            size: &sizes[i],
            estimate_seconds,
        })
    };
    plan.selected.iter().copied().map(row).collect()
}

fn print(rows: &[Row<'_>]) -> Result<(), CliError> {
    let mut table = Table::new(["stage", "size", "status", "time", "reason"]);
    for row in rows {
        let reasons: Vec<String> = row
            .status
            .reasons()
            .iter()
            .map(ToString::to_string)
            .collect();
        let status = if reasons.is_empty() {
            "cached"
        } else {
            "to run"
        };
        let time = row.estimate_seconds.map_or_else(String::new, |seconds| {
            format!("about {}", duration(seconds))
        });
        table.row([
            row.stage.to_owned(),
            size(row.size),
            status.to_owned(),
            time,
            reasons.join("\n"),
        ]);
    }
    output::line(&table.to_string())?;
    output::line(&summary(rows))
}

/// `3 of 5 stages to run, about 4 min 10 s`.
fn summary(rows: &[Row<'_>]) -> String {
    let to_run: Vec<&Row<'_>> = rows
        .iter()
        .filter(|row| !row.status.reasons().is_empty())
        .collect();
    let stages = counted(rows.len() as u64, "stage");
    if to_run.is_empty() {
        return format!("nothing to run, {stages} cached");
    }
    let known: Vec<f64> = to_run
        .iter()
        .filter_map(|row| row.estimate_seconds)
        .collect();
    let time = match known.len() {
        0 => String::new(),
        n if n == to_run.len() => format!(", about {}", duration(known.iter().sum())),
        _ => format!(", more than {}", duration(known.iter().sum())),
    };
    format!("{} of {stages} to run{time}", to_run.len())
}

/// A size in words; what is not known yet is left out.
fn size(size: &Size) -> String {
    let parts: Vec<String> = match size {
        Size::Dataset {
            train,
            validation,
            test,
        } => {
            let splits = [("train", train), ("validation", validation), ("test", test)];
            let part = |(name, count): (&str, &Option<u64>)| match count {
                Some(0) | None => None,
                Some(count) => Some(format!("{} {name}", crate::format::count(*count))),
            };
            splits.into_iter().filter_map(part).collect()
        }
        Size::Train {
            parameters,
            steps,
            batch_size,
            memory_bytes,
        } => [
            parameters.map(|n| counted(n, "parameter")),
            steps.map(|n| counted(n, "step")),
            Some(format!("batch {}", crate::format::count(*batch_size))),
            memory_bytes.map(memory),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Size::Evaluate {
            puzzles,
            segments,
            memory_bytes,
        } => [
            puzzles.map(|n| counted(n, "puzzle")),
            Some(counted(*segments, "segment")),
            memory_bytes.map(memory),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Size::Report { evaluations } => vec![counted(*evaluations, "evaluation")],
    };
    parts.join(", ")
}

/// Estimated memory.
fn memory(n: u64) -> String {
    format!("≈ {}", bytes(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_leave_out_what_is_not_known() {
        let cases = [
            (
                Size::Dataset {
                    train: Some(9000),
                    validation: Some(0),
                    test: None,
                },
                "9,000 train",
            ),
            (
                Size::Train {
                    parameters: Some(27_275_266),
                    steps: Some(1),
                    batch_size: 768,
                    memory_bytes: Some(29 << 29),
                },
                "27,275,266 parameters, 1 step, batch 768, ≈ 14.5 GiB",
            ),
            (
                Size::Train {
                    parameters: None,
                    steps: None,
                    batch_size: 64,
                    memory_bytes: None,
                },
                "batch 64",
            ),
            (
                Size::Evaluate {
                    puzzles: Some(500),
                    segments: 8,
                    memory_bytes: Some(1 << 20),
                },
                "500 puzzles, 8 segments, ≈ 1.0 MiB",
            ),
            (Size::Report { evaluations: 2 }, "2 evaluations"),
        ];
        for (given, expected) in cases {
            assert_eq!(size(&given), expected);
        }
    }
}
