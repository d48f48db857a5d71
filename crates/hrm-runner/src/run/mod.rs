//! Running a workflow.

mod execute;
mod lock;
mod record;
mod stage;

use crate::expectations::judge_all;
use crate::nodes::base_dir;
use crate::report_files::ReportFolders;
use crate::{
    EvaluationResult, Event, Events, Interrupt, RunDescription, RunEnd, RunnerError, Selection,
    Session, WorkflowPlan, check_raw_data, environment, evaluation_result, plan,
};
use hrm_config::StageKind;
use hrm_report::ExpectationInfo;
use hrm_store::rows::NewRun;
use hrm_store::{Artifact, ArtifactState, Key, RunStatus};
use hrm_workflow::{Stage, Workflow};
use record::Record;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

/// What to run, and how.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The stages.
    pub selection: Selection,
    /// Whether to go on, after a failure, with stages that do not need the failed one.
    pub keep_going: bool,
    /// The command line, to be stored with the run.
    pub command: String,
    /// The folder below which reports are copied: `reports`.
    pub reports: PathBuf,
}

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

/// How one stage ended.
enum StageEnd {
    /// Its artifact is there.
    Complete(Artifact),
    /// It failed, or something that it needs did.
    Failed,
    /// It stopped on request.
    Interrupted,
}

/// A run while it happens.
struct Run<'a> {
    session: &'a Session,
    workflow: &'a Workflow,
    options: &'a RunOptions,
    plan: &'a WorkflowPlan,
    interrupt: &'a Interrupt,
    events: &'a mut dyn Events,
    record: Record<'a>,
    report_folders: ReportFolders,
    /// The artifact of each stage instance, as far as it is known.
    artifacts: Vec<Option<Artifact>>,
    /// Instances whose artifact was read and hashed in this run.
    verified: BTreeSet<usize>,
}

/// Runs what is not cached of `workflow`, in order. A failed stage ends the run unless
/// `keep_going` is set; it is told by an event and by [`RunOutcome::end`], not by an error.
///
/// # Errors
/// When nothing could be run at all: a selector that means nothing, a store or a database that
/// cannot be used.
pub fn run(
    session: &Session,
    workflow: &Workflow,
    options: &RunOptions,
    interrupt: &Interrupt,
    events: &mut dyn Events,
) -> Result<RunOutcome, RunnerError> {
    let plan = plan(session, workflow, &options.selection)?;
    check_raw_data(session, workflow, &plan)?;
    let artifacts = cached_artifacts(session, &plan)?;
    if is_settled(session, workflow, &plan, &artifacts)? {
        let stages = plan.selected.len();
        let reports = restore_reports(workflow, options, &plan, &artifacts)?;
        events.event(Event::NothingToDo {
            workflow: workflow.name.clone(),
            stages,
        });
        return Ok(RunOutcome {
            end: RunEnd::Done,
            results: results(session, workflow, &plan, &artifacts)?,
            reports,
            expectations: judged(session, workflow, &plan, &artifacts, events)?,
        });
    }
    let started = Instant::now();
    let device = session.device_name();
    let id = begin(session, workflow, options, &device)?;
    events.event(Event::RunStarted {
        run: id.clone(),
        workflow: workflow.name.clone(),
        device,
        stages: plan.selected.len(),
        to_run: plan.to_run().count(),
    });
    let mut run = Run {
        session,
        workflow,
        options,
        plan: &plan,
        interrupt,
        events,
        record: Record::new(session, id.clone()),
        report_folders: report_folders(workflow, options),
        artifacts,
        verified: BTreeSet::new(),
    };
    let end = run.all_stages();
    let artifacts = run.artifacts;
    let status = match end {
        RunEnd::Done if plan.to_run().next().is_none() => RunStatus::Cached,
        RunEnd::Done => RunStatus::Done,
        RunEnd::Failed => RunStatus::Failed,
        RunEnd::Interrupted => RunStatus::Interrupted,
    };
    session.database.finish_run(&id, status)?;
    let expectations = judged(session, workflow, &plan, &artifacts, events)?;
    let seconds = started.elapsed().as_secs_f64();
    events.event(Event::RunFinished {
        run: id,
        status: end,
        seconds,
    });
    Ok(RunOutcome {
        end,
        results: results(session, workflow, &plan, &artifacts)?,
        reports: written_reports(workflow, options, &plan, &artifacts),
        expectations,
    })
}

impl Run<'_> {
    /// Makes every selected stage, each after its inputs.
    fn all_stages(&mut self) -> RunEnd {
        let mut end = RunEnd::Done;
        for &i in &self.plan.order {
            if !self.plan.selected.contains(&i) {
                continue;
            }
            if self.interrupt.requested() {
                return RunEnd::Interrupted;
            }
            match self.stage(i) {
                StageEnd::Complete(artifact) => self.artifacts[i] = Some(artifact),
                StageEnd::Interrupted => return RunEnd::Interrupted,
                StageEnd::Failed => {
                    self.artifacts[i] = None;
                    end = RunEnd::Failed;
                    if !self.options.keep_going {
                        return end;
                    }
                }
            }
        }
        end
    }

    /// Id of the stage instance `i`.
    fn id(&self, i: usize) -> String {
        self.workflow.stages[i].id.clone()
    }
}

/// The artifacts that the plan found.
fn cached_artifacts(
    session: &Session,
    plan: &WorkflowPlan,
) -> Result<Vec<Option<Artifact>>, RunnerError> {
    let artifact = |stage: &hrm_plan::PlannedStage, kind: &str| {
        let (Some(key), Some(_)) = (&stage.key, stage.status.content_hash()) else {
            return Ok(None);
        };
        Ok(match session.store.artifact(kind, &key.parse()?)? {
            ArtifactState::Complete(artifact) => Some(artifact),
            ArtifactState::Absent | ArtifactState::Damaged { .. } => None,
        })
    };
    plan.stages
        .iter()
        .zip(&plan.nodes)
        .map(|(stage, node)| artifact(stage, &node.kind))
        .collect()
}

/// Whether there is nothing to do, not even to record: everything is cached and in the database,
/// which knows a run of this workflow.
fn is_settled(
    session: &Session,
    workflow: &Workflow,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
) -> Result<bool, RunnerError> {
    for &i in &plan.selected {
        let Some(artifact) = &artifacts[i] else {
            return Ok(false);
        };
        if !session.database.is_indexed(artifact.key())? {
            return Ok(false);
        }
    }
    Ok(session.database.last_run_of(&workflow.name)?.is_some())
}

/// Records the beginning of a run; returns its id.
fn begin(
    session: &Session,
    workflow: &Workflow,
    options: &RunOptions,
    device: &str,
) -> Result<String, RunnerError> {
    let config = serde_json::to_value(RunDescription::of(workflow)?).map_err(RunnerError::Json)?;
    let environment = environment(device, base_dir(workflow));
    Ok(session.database.insert_run(&NewRun {
        workflow: &workflow.name,
        file: &workflow.path.to_string_lossy(),
        command: &options.command,
        config: &config,
        environment: &environment,
    })?)
}

/// The selected instances of one kind that have an artifact.
fn complete<'a>(
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

fn results(
    session: &Session,
    workflow: &Workflow,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
) -> Result<Vec<EvaluationResult>, RunnerError> {
    let result = |(i, artifact): (usize, &Artifact)| {
        evaluation_result(&session.database, &workflow.stages[i].id, artifact.key()).transpose()
    };
    complete(workflow, plan, artifacts, StageKind::Evaluate)
        .filter_map(result)
        .collect()
}

/// Judges what the workflow claims of the selected evaluations, and tells it.
fn judged(
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

fn report_folders(workflow: &Workflow, options: &RunOptions) -> ReportFolders {
    let is_report = |stage: &&Stage| stage.kind == StageKind::Report;
    let several = workflow.stages.iter().filter(is_report).count() > 1;
    ReportFolders::new(&options.reports, &workflow.name, several)
}

/// Copies cached reports to where people look for them, if they are not there.
fn restore_reports(
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

fn written_reports(
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
