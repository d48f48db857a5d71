//! The work of one stage, done in a process of its own: a crash, a lack of memory or a fault of a GPU
//! ends that stage only.
//!
//! The coordinating process writes a [`StageJob`] as one line of JSON to the worker's standard input
//! and keeps it open; the worker answers with one [`WorkerMessage`] a line on its standard output. A
//! standard input that ends means: stop at the next safe point. So a worker whose coordinator was
//! killed saves a checkpoint and ends. A worker never touches the database.

mod job;
mod message;

pub use job::StageJob;
pub(crate) use job::{InputArtifact, OpenInputs};
pub use message::{WorkerEnd, WorkerMessage};

use crate::energy::EnergyMeter;
use crate::planning::damages;
use crate::stages::{Executed, Execution};
use crate::{Event, Events, Interrupt, RunnerError};
use hrm_config::StageKind;
use hrm_model::DeviceChoice;
use hrm_plan::Reason;
use hrm_store::rows::StageCost;
use hrm_store::{ArtifactState, PublishInfo, StageLock, Store};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Time between two attempts to take a lock.
const POLL: Duration = Duration::from_millis(100);

/// Does a stage's work under its lock and publishes its artifact, unless another process has made it
/// meanwhile.
///
/// # Errors
/// Where the work cannot be done.
pub fn work(
    job: &StageJob,
    interrupt: &Interrupt,
    events: &mut dyn Events,
) -> Result<WorkerEnd, RunnerError> {
    let store = Store::open(&job.state)?;
    let inputs = job.open_inputs(&store)?;
    work_under_lock(job, &store, interrupt, events, |work, events| {
        let execution = Execution {
            job,
            inputs: &inputs,
            work,
            interrupt,
            events,
        };
        execution.execute()
    })
}

/// Takes the stage's lock, lets `execute` fill its work folder and publishes that.
pub(crate) fn work_under_lock(
    job: &StageJob,
    store: &Store,
    interrupt: &Interrupt,
    events: &mut dyn Events,
    execute: impl FnOnce(&Path, &mut dyn Events) -> Result<Executed, RunnerError>,
) -> Result<WorkerEnd, RunnerError> {
    let Some(lock) = lock(job, store, interrupt, events)? else {
        return Ok(WorkerEnd::Interrupted {
            step: None,
            cost: StageCost::default(),
        });
    };
    lock.tell_loss(interrupt.flag());
    // Another process may have made it while this one waited.
    let reasons = match store.artifact(lock.kind(), lock.key())? {
        ArtifactState::Complete(_) if !job.replace => return Ok(WorkerEnd::Found),
        ArtifactState::Damaged { reasons } if !job.replace => {
            let what = damages(&reasons);
            events.event(Event::ArtifactDamaged {
                stage: job.stage.clone(),
                what: what.clone(),
            });
            vec![Reason::Damaged { what }]
        }
        // Whatever is there is known, and to be replaced.
        _ => job.reasons.clone(),
    };
    events.event(Event::StageStarted {
        stage: job.stage.clone(),
        key: job.key.to_string(),
        reasons,
    });
    let clock = WorkClock::start(job);
    if job.replace {
        store.discard(&lock)?;
    }
    let work = store.work_dir(&lock)?;
    // Only a training goes on with what an earlier process left.
    if job.afresh || job.config.kind() != StageKind::Train {
        clear(&work)?;
    }
    if let Executed::Interrupted { step } = execute(&work, events)? {
        return Ok(WorkerEnd::Interrupted {
            step,
            cost: clock.stop(),
        });
    }
    publish(job, store, &lock, &work)?;
    Ok(WorkerEnd::Published { cost: clock.stop() })
}

/// Measures what the work of a stage costs.
struct WorkClock {
    started: Instant,
    energy: Option<EnergyMeter>,
}

impl WorkClock {
    fn start(job: &StageJob) -> Self {
        let device = match job.config.kind().depends_on_device() {
            true => job.device.parse().ok(),
            false => Some(DeviceChoice::Cpu),
        };
        Self {
            started: Instant::now(),
            energy: device.and_then(EnergyMeter::start),
        }
    }

    fn stop(self) -> StageCost {
        StageCost {
            seconds: self.started.elapsed().as_secs_f64(),
            energy_joules: self.energy.and_then(EnergyMeter::finish),
        }
    }
}

/// Takes the lock of the stage, waiting while another process works on it. `None` when this one was
/// asked to stop meanwhile.
fn lock(
    job: &StageJob,
    store: &Store,
    interrupt: &Interrupt,
    events: &mut dyn Events,
) -> Result<Option<StageLock>, RunnerError> {
    let kind = job.config.kind().name();
    if let Some(lock) = store.try_lock(kind, &job.key)? {
        return Ok(Some(lock));
    }
    let holder = store.lock_holder(kind, &job.key);
    // This process itself has the file lock where the lease of another machine is in the way.
    let holder = holder.filter(|holder| holder.pid != std::process::id());
    events.event(Event::StageWaiting {
        stage: job.stage.clone(),
        pid: holder.map(|holder| holder.pid),
    });
    while !interrupt.requested() {
        sleep(POLL);
        if let Some(lock) = store.try_lock(kind, &job.key)? {
            return Ok(Some(lock));
        }
    }
    Ok(None)
}

fn publish(
    job: &StageJob,
    store: &Store,
    lock: &StageLock,
    work: &Path,
) -> Result<(), RunnerError> {
    let info = PublishInfo {
        workflow: job.workflow.clone(),
        instance: job.stage.clone(),
        inputs: job.inputs.iter().map(InputArtifact::reference).collect(),
        key_parts: job.key_parts.clone(),
    };
    store.publish(lock, work, info)?;
    Ok(())
}

/// Empties a folder.
fn clear(folder: &Path) -> Result<(), RunnerError> {
    fs::remove_dir_all(folder).map_err(RunnerError::io("remove", folder))?;
    fs::create_dir_all(folder).map_err(RunnerError::io("create", folder))
}
