//! `hrm explain`

use super::profile;
use crate::cli::Explain;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_plan::{PlannedStage, Status};
use hrm_runner::Selection;
use serde_json::{Value, json};
use std::path::Path;

pub(super) fn explain(args: &Explain, state: &Path) -> Result<Exit, CliError> {
    let workflow = hrm_workflow::load(&args.workflow.file, &args.workflow.set)?;
    let (device, raw_data) = (args.device.device, &args.raw_data);
    let session = profile::session_for_plans(&args.profile, state, device, raw_data)?;
    let selection = Selection {
        stages: vec![args.stage.clone()],
        forced: Vec::new(),
    };
    let plan = hrm_runner::plan(&session, &workflow, &selection)?;
    let named: Vec<&PlannedStage> = plan.named(&args.stage).collect();
    if args.json {
        output::json(&named.iter().map(|stage| to_json(stage)).collect::<Vec<_>>())?;
    } else {
        for stage in named {
            output::line(&text(stage))?;
        }
    }
    Ok(Exit::Ok)
}

fn to_json(stage: &PlannedStage) -> Value {
    json!({
        "stage": stage.id,
        "key": stage.key,
        "parts": stage.parts.as_ref().map(hrm_plan::KeyParts::to_json),
        "plan": stage.status,
    })
}

/// The stage, its status, and each part of its key on a line of its own.
fn text(stage: &PlannedStage) -> String {
    let mut lines = vec![stage.id.clone()];
    match &stage.status {
        Status::Cached { content_hash } => {
            lines.push(format!("  status: cached, content {content_hash}"))
        }
        Status::ToRun { reasons } => {
            lines.push("  status: to run".to_owned());
            lines.extend(reasons.iter().map(|reason| format!("    {reason}")));
        }
    }
    match (&stage.key, &stage.parts) {
        (Some(key), Some(parts)) => {
            lines.push(format!("  key: {key}, the hash of"));
            flatten(&parts.to_json(), "", &mut lines);
        }
        _ => lines.push("  key: known when its inputs are complete".to_owned()),
    }
    lines.join("\n")
}

/// Every value below `value` with its path.
fn flatten(value: &Value, path: &str, lines: &mut Vec<String>) {
    match value {
        Value::Object(table) => {
            for (name, value) in table {
                let inner = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(value, &inner, lines);
            }
        }
        Value::Null => {}
        value => lines.push(format!("    {path} = {value}")),
    }
}
