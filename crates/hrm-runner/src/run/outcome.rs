//! What a run made or found.

use super::RunOptions;
use crate::expectations::judge_all;
use crate::report_files::ReportFolders;
use crate::{
    EvaluationResult, Event, Events, RunDescription, RunEnd, RunnerError, Session, WorkflowPlan,
    evaluation_results,
};
use hrm_config::StageKind;
use hrm_report::ExpectationInfo;
use hrm_store::{Artifact, Key};
use hrm_workflow::{Stage, Workflow};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How a run ended, and what it made or found.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOutcome {
    /// How it ended.
    pub end: RunEnd,
    /// Results of the selected evaluations.
    pub results: Vec<EvaluationResult>,
    /// Pages of the selected reports.
    pub reports: Vec<PathBuf>,
    /// What the workflow claims of the selected evaluations, with the verdicts.
    pub expectations: Vec<ExpectationInfo>,
}

/// The selected instances of one kind that have an artifact.
pub(super) fn complete<'a>(
    workflow: &'a Workflow,
    plan: &'a WorkflowPlan,
    artifacts: &'a [Option<Artifact>],
    kind: StageKind,
) -> impl Iterator<Item = (usize, &'a Artifact)> {
    let of_kind = plan
        .selected
        .iter()
        .copied()
        .filter(move |&i| workflow.stages[i].kind == kind);
    of_kind.filter_map(|i| Some((i, artifacts[i].as_ref()?)))
}

pub(super) fn results(
    session: &Session,
    workflow: &Workflow,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
) -> Result<Vec<EvaluationResult>, RunnerError> {
    let evaluation =
        |(i, artifact): (usize, &Artifact)| (workflow.stages[i].id.as_str(), *artifact.key());
    let evaluations = complete(workflow, plan, artifacts, StageKind::Evaluate).map(evaluation);
    evaluation_results(&session.database, &evaluations.collect::<Vec<_>>())
}

/// Judges what the workflow claims of the selected evaluations, and tells it.
pub(super) fn judged(
    session: &Session,
    workflow: &Workflow,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
    events: &mut dyn Events,
) -> Result<Vec<ExpectationInfo>, RunnerError> {
    let keys: BTreeMap<String, Key> = complete(workflow, plan, artifacts, StageKind::Evaluate)
        .map(|(i, artifact)| (workflow.stages[i].id.clone(), *artifact.key()))
        .collect();
    let selected: BTreeSet<&str> = plan
        .selected
        .iter()
        .map(|&i| workflow.stages[i].id.as_str())
        .collect();
    let description = RunDescription::of(workflow)?;
    let judged = judge_all(&session.database, &description, &keys, |id| {
        selected.contains(id)
    })?;
    for expectation in &judged {
        events.event(Event::Judged {
            expectation: expectation.clone(),
        });
    }
    Ok(judged)
}

pub(super) fn report_folders(workflow: &Workflow, options: &RunOptions) -> ReportFolders {
    let is_report = |stage: &&Stage| stage.kind == StageKind::Report;
    let several = workflow.stages.iter().filter(is_report).count() > 1;
    ReportFolders::new(&options.reports, &workflow.name, several)
}

/// Copies cached reports to where people look for them, if they are not there.
pub(super) fn restore_reports(
    workflow: &Workflow,
    options: &RunOptions,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
) -> Result<Vec<PathBuf>, RunnerError> {
    let folders = report_folders(workflow, options);
    let restore =
        |(i, artifact): (usize, &Artifact)| folders.copy(&workflow.stages[i].name, artifact);
    complete(workflow, plan, artifacts, StageKind::Report)
        .map(restore)
        .collect()
}

pub(super) fn written_reports(
    workflow: &Workflow,
    options: &RunOptions,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
) -> Vec<PathBuf> {
    let folders = report_folders(workflow, options);
    let page = |(i, _): (usize, &Artifact)| folders.page(&workflow.stages[i].name);
    complete(workflow, plan, artifacts, StageKind::Report)
        .map(page)
        .collect()
}
