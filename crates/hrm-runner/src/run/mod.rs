//! Running a workflow.

mod cluster;
mod drive;
mod ends;
mod jobs;
mod journal;
mod outcome;
mod prepare;
mod record;
mod schedule;
mod worker;
mod worker_process;

use crate::index::ensure_indexed;
use crate::nodes::base_dir;
use crate::opening::patiently;
use crate::report_files::ReportFolders;
use crate::worker::WorkerEnd;
use crate::{
    Event, Events, Interrupt, RunDescription, RunEnd, RunnerError, Selection, Session,
    WorkflowPlan, check_raw_data, environment, estimate_seconds, plan,
};
use cluster::Cluster;
use hrm_config::{StageConfig, StageKind};
use hrm_model::DeviceKind;
use hrm_plan::Reason;
use hrm_slurm::Settings;
use hrm_store::rows::NewRun;
use hrm_store::{Artifact, Key, RunStatus};
use hrm_workflow::{Stage, Workflow};
use journal::Journal;
pub use outcome::RunOutcome;
use outcome::{complete, judged, report_folders, restore_reports, results, written_reports};
use record::Record;
use schedule::Schedule;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use worker::{Report, Worker};

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
    /// The processes that do the work.
    pub workers: Workers,
    /// Where they run.
    pub executor: Executor,
    /// Times that a stage is tried again whose worker was killed.
    pub retries: u32,
    /// Time after which a stage is stopped and counts as failed.
    pub timeout: Option<Duration>,
}

/// What does the work of stages. Reports are always made by the coordinating process.
#[derive(Debug, Clone)]
pub enum Executor {
    /// Processes on this machine.
    Local,
    /// Jobs of a SLURM cluster, by what a site says of it. This process only follows them.
    Slurm(Box<Settings>),
}

/// How the processes are started that do the work of stages.
#[derive(Debug, Clone)]
pub struct Workers {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Stages that are worked on at a time; on each GPU only one of them computes.
    pub jobs: usize,
}

impl Workers {
    /// Threads of each worker, where several of them share the machine.
    fn threads_each(&self) -> Option<usize> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        (self.jobs > 1).then(|| (cores / self.jobs).max(1))
    }
}

/// A run while it happens.
struct Run<'a> {
    session: &'a Session,
    workflow: &'a Workflow,
    options: &'a RunOptions,
    plan: &'a WorkflowPlan,
    interrupt: &'a Interrupt,
    journal: Journal<'a>,
    report_folders: ReportFolders,
    schedule: Schedule,
    /// The artifact of each stage instance, as far as it is known.
    artifacts: Vec<Option<Artifact>>,
    /// Keys of the stages whose work was started.
    keys: BTreeMap<usize, Key>,
    /// Stages that a run with `--force` has started already.
    started: BTreeSet<usize>,
    /// Instances whose artifact was read and hashed in this run.
    verified: BTreeSet<usize>,
    /// Instances whose artifact is damaged and has to be made again.
    remade: BTreeMap<usize, Reason>,
    workers: BTreeMap<usize, Worker>,
    /// Where work is done that is not done here.
    cluster: Option<Cluster>,
    /// What workers told about their end, until they have ended.
    ends: BTreeMap<usize, WorkerEnd>,
    /// Attempts to work on a stage again.
    attempts: BTreeMap<usize, u32>,
    /// Steps of the checkpoints with which stages had to make room.
    reached: BTreeMap<usize, u64>,
    inbox: Receiver<(usize, Report)>,
    outbox: Sender<(usize, Report)>,
    /// Whether nothing starts any more.
    stopping: bool,
    /// Stages that were made.
    done: usize,
    /// Stages that lack an input.
    skipped: usize,
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
    let artifacts = plan.cached();
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
    let id = patiently(events, || begin(session, workflow, options, &device))?;
    events.event(Event::RunStarted {
        run: id.clone(),
        workflow: workflow.name.clone(),
        device,
        stages: plan.selected.len(),
        to_run: plan.to_run().count(),
    });
    let record = Record::new(session, id.clone());
    let mut run = Run::new(session, workflow, options, &plan, interrupt, events, record)?;
    run.artifacts = artifacts;
    let end = run.all_stages();
    let counts = run.counts();
    let status = match end {
        RunEnd::Done if plan.to_run().next().is_none() => RunStatus::Cached,
        RunEnd::Done => RunStatus::Done,
        RunEnd::Failed => RunStatus::Failed,
        RunEnd::Interrupted => RunStatus::Interrupted,
    };
    let recorded = run.record_end(status);
    let artifacts = run.artifacts;
    let expectations = recorded.and_then(|()| judged(session, workflow, &plan, &artifacts, events));
    let seconds = started.elapsed().as_secs_f64();
    events.event(Event::RunFinished {
        run: id,
        status: end,
        seconds,
        counts,
    });
    Ok(RunOutcome {
        end,
        results: results(session, workflow, &plan, &artifacts)?,
        reports: written_reports(workflow, options, &plan, &artifacts),
        expectations: expectations?,
    })
}

impl<'a> Run<'a> {
    fn new(
        session: &'a Session,
        workflow: &'a Workflow,
        options: &'a RunOptions,
        plan: &'a WorkflowPlan,
        interrupt: &'a Interrupt,
        events: &'a mut dyn Events,
        record: Record<'a>,
    ) -> Result<Self, RunnerError> {
        let (outbox, inbox) = channel();
        Ok(Self {
            session,
            workflow,
            options,
            plan,
            interrupt,
            journal: Journal::new(record, workflow, events),
            report_folders: report_folders(workflow, options),
            schedule: schedule(session, workflow, options, plan)?,
            artifacts: vec![None; workflow.stages.len()],
            keys: BTreeMap::new(),
            started: BTreeSet::new(),
            verified: BTreeSet::new(),
            remade: BTreeMap::new(),
            workers: BTreeMap::new(),
            cluster: cluster(session, options)?,
            ends: BTreeMap::new(),
            attempts: BTreeMap::new(),
            reached: BTreeMap::new(),
            inbox,
            outbox,
            stopping: false,
            done: 0,
            skipped: 0,
        })
    }

    /// Writes the rows that could not be written before: reports and results are made from them.
    fn complete_rows(&mut self) -> Result<(), RunnerError> {
        let database = &self.session.database;
        let (run, artifacts) = (self.journal.record.run().to_owned(), &self.artifacts);
        patiently(&mut self.journal, || {
            database.write_missed(&run)?;
            ensure_indexed(database, artifacts.iter().flatten())
        })
    }

    /// Records how the run ended, after everything else.
    fn record_end(&mut self, status: RunStatus) -> Result<(), RunnerError> {
        let database = &self.session.database;
        let run = self.journal.record.run().to_owned();
        let ended = database.finish_run(&run, status);
        self.complete_rows()?;
        if ended.is_err() {
            database.finish_run(&run, status)?;
        }
        Ok(())
    }

    /// Id of the stage instance `i`.
    fn id(&self, i: usize) -> String {
        self.workflow.stages[i].id.clone()
    }
}

fn cluster(session: &Session, options: &RunOptions) -> Result<Option<Cluster>, RunnerError> {
    match &options.executor {
        Executor::Local => Ok(None),
        Executor::Slurm(settings) => {
            Cluster::new(settings, &options.workers, &session.store).map(Some)
        }
    }
}

/// Seconds that a stage counts as before it was ever run.
const fn guessed_seconds(kind: StageKind) -> f64 {
    match kind {
        StageKind::Dataset => 5.0,
        StageKind::Train => 600.0,
        StageKind::Evaluate => 10.0,
        StageKind::Report => 1.0,
    }
}

fn schedule(
    session: &Session,
    workflow: &Workflow,
    options: &RunOptions,
    plan: &WorkflowPlan,
) -> Result<Schedule, RunnerError> {
    let stages = &workflow.stages;
    let inputs = plan.nodes.iter();
    let inputs = inputs.map(|node| node.inputs.iter().map(|input| input.node).collect());
    // Each job of a cluster has a device of its own.
    let on_gpu =
        session.device_kind != DeviceKind::Cpu && matches!(options.executor, Executor::Local);
    let devices = |stage: &Stage| match &stage.config {
        StageConfig::Train(config) if on_gpu => config.devices,
        StageConfig::Evaluate(_) if on_gpu => 1,
        _ => 0,
    };
    let mut schedule = Schedule::new(
        plan.selected.clone(),
        inputs.collect(),
        plan.order.clone(),
        stages.iter().map(devices).collect(),
        session.gpus().len(),
        options.workers.jobs,
    );
    if options.workers.jobs > 1 {
        let seconds = |stage: &Stage| {
            let known = estimate_seconds(session, stage)?;
            Ok(known.unwrap_or(guessed_seconds(stage.kind)))
        };
        let seconds: Result<Vec<f64>, RunnerError> = stages.iter().map(seconds).collect();
        schedule.longest_way_first(&seconds?);
    }
    Ok(schedule)
}

/// Whether there is nothing to do, not even to record: everything is cached and in the database,
/// which knows a run of this workflow.
fn is_settled(
    session: &Session,
    workflow: &Workflow,
    plan: &WorkflowPlan,
    artifacts: &[Option<Artifact>],
) -> Result<bool, RunnerError> {
    let key = |&i: &usize| artifacts[i].as_ref().map(|artifact| *artifact.key());
    let keys: Option<Vec<Key>> = plan.selected.iter().map(key).collect();
    let Some(keys) = keys else {
        return Ok(false);
    };
    for (_, report) in complete(workflow, plan, artifacts, StageKind::Report) {
        if !session.store.verify(report)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(session.database.not_indexed(&keys)?.is_empty()
        && session.database.last_run_of(&workflow.name)?.is_some())
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
