//! Executing one stage under its lock, and publishing what it made.

use super::record::warn_unrecorded;
use super::stage::StageKey;
use super::{Run, StageEnd};
use crate::index::index;
use crate::planning::previous_parts;
use crate::stages::{Executed, Execution};
use crate::{Event, RunnerError};
use hrm_config::StageKind;
use hrm_plan::{KeyParts, Reason, changes};
use hrm_store::{Artifact, InputRef, Key, PublishInfo, StageLock, StageStatus};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

impl Run<'_> {
    /// Does the stage's work and publishes it.
    pub(super) fn execute(
        &mut self,
        i: usize,
        key: &StageKey,
        lock: &StageLock,
        reasons: Vec<Reason>,
    ) -> Result<StageEnd, RunnerError> {
        let stage = &self.workflow.stages[i];
        let forced = self.plan.forced.contains(&i);
        let text: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        self.record.start(
            self.events,
            stage,
            Some(&key.key),
            StageStatus::Running,
            Some(&text.join(", ")),
        );
        self.events.event(Event::StageStarted {
            stage: stage.id.clone(),
            key: key.key.to_string(),
            reasons,
        });
        let started = Instant::now();
        if forced {
            self.session.store.discard(lock)?;
        }
        let work = self.session.store.work_dir(lock)?;
        if forced || stage.kind != StageKind::Train {
            // Only a training goes on with what an earlier process left.
            clear(&work)?;
        }
        let executed = self.execution(i, &key.key, &work).execute()?;
        let seconds = started.elapsed().as_secs_f64();
        if let Executed::Interrupted { step } = executed {
            self.record
                .finish(self.events, stage, StageStatus::Interrupted, seconds, None);
            self.events.event(Event::StageInterrupted {
                stage: stage.id.clone(),
                step,
            });
            return Ok(StageEnd::Interrupted);
        }
        let artifact = self.publish(i, key, lock, &work)?;
        self.finished(i, &artifact, started.elapsed().as_secs_f64())?;
        Ok(StageEnd::Complete(artifact))
    }

    /// Why the stage runs. The plan may have waited for inputs, which are complete now.
    pub(super) fn reasons(&self, i: usize, parts: &KeyParts) -> Vec<Reason> {
        let is_final = |reason: &&Reason| !matches!(reason, Reason::InputToRun { .. });
        let planned = self.plan.stages[i].status.reasons();
        let mut reasons: Vec<Reason> = planned.iter().filter(is_final).cloned().collect();
        if reasons.len() < planned.len() {
            // Reasons only explain: a database that cannot be read now is no reason to stop.
            let previous = previous_parts(self.session, self.workflow, &self.plan.nodes[i])
                .ok()
                .flatten();
            let found = previous
                .map(|previous| changes(&previous, parts, &BTreeSet::new()))
                .unwrap_or_default();
            reasons.extend(found.into_iter().filter(|reason| !planned.contains(reason)));
        }
        if reasons.is_empty() {
            vec![Reason::ArtifactMissing]
        } else {
            reasons
        }
    }

    fn execution<'b>(&'b mut self, i: usize, key: &'b Key, work: &'b Path) -> Execution<'b> {
        Execution {
            session: self.session,
            workflow: self.workflow,
            stage: &self.workflow.stages[i],
            key,
            work,
            artifacts: &self.artifacts,
            run: self.record.run(),
            interrupt: self.interrupt,
            events: &mut *self.events,
        }
    }

    fn publish(
        &self,
        i: usize,
        key: &StageKey,
        lock: &StageLock,
        work: &Path,
    ) -> Result<Artifact, RunnerError> {
        let inputs = self.plan.nodes[i].inputs.iter().filter_map(|input| {
            let artifact = self.artifacts[input.node].as_ref()?;
            Some(InputRef {
                instance: self.id(input.node),
                key: *artifact.key(),
            })
        });
        let info = PublishInfo {
            workflow: self.workflow.name.clone(),
            instance: self.id(i),
            inputs: inputs.collect(),
            key_parts: key.parts.to_json(),
        };
        Ok(self.session.store.publish(lock, work, info)?)
    }

    /// Records and tells that the stage is done.
    fn finished(&mut self, i: usize, artifact: &Artifact, seconds: f64) -> Result<(), RunnerError> {
        let stage = &self.workflow.stages[i];
        if let Err(error) = index(self.session, artifact, self.record.row(stage)) {
            warn_unrecorded(self.events, &stage.id, &error);
        }
        self.record
            .finish(self.events, stage, StageStatus::Done, seconds, None);
        // What was just written and read back need not be read once more in this run.
        self.verified.insert(i);
        self.events.event(Event::StageFinished {
            stage: stage.id.clone(),
            key: artifact.key().to_string(),
            content_hash: artifact.content_hash().to_owned(),
            seconds,
        });
        self.show_report(i, artifact)
    }

    /// Copies a report to where people look for it.
    pub(super) fn show_report(&mut self, i: usize, artifact: &Artifact) -> Result<(), RunnerError> {
        let stage = &self.workflow.stages[i];
        if stage.kind == StageKind::Report {
            let path = self.report_folders.copy(&stage.name, artifact)?;
            self.events.event(Event::ReportWritten {
                stage: stage.id.clone(),
                path,
            });
        }
        Ok(())
    }
}

/// Empties a folder.
fn clear(folder: &Path) -> Result<(), RunnerError> {
    fs::remove_dir_all(folder).map_err(RunnerError::io("remove", folder))?;
    fs::create_dir_all(folder).map_err(RunnerError::io("create", folder))
}
