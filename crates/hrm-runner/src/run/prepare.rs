//! What a stage needs before its work can start: its cache entry, its verified inputs, its key.

use super::Run;
use crate::nodes::base_dir;
use crate::planning::{damages, previous_parts};
use crate::worker::{InputArtifact, StageJob};
use crate::{Event, Events, RunnerError};
use hrm_config::StageKind;
use hrm_model::DeviceChoice;
use hrm_plan::{KeyParts, Reason, changes};
use hrm_store::{Artifact, ArtifactState};
use std::collections::BTreeSet;

/// What is to be done for a stage.
pub(super) enum Prepared {
    /// Nothing: its artifact is there.
    Found(Artifact),
    /// Its work.
    Work(Box<StageJob>),
    /// It or an input is damaged and has to be made again first.
    Damaged {
        /// The damaged one.
        stage: usize,
        /// What is wrong with it.
        reason: Reason,
    },
}

impl Run<'_> {
    /// Looks at the stage instance `i`, whose inputs are complete.
    pub(super) fn prepare(&mut self, i: usize) -> Result<Prepared, RunnerError> {
        let parts = self.key_parts(i)?;
        let damaged = self.remade.get(&i).cloned();
        let forced = self.plan.forced.contains(&i) && !self.started.contains(&i);
        let replace = forced || damaged.is_some();
        if !replace && let Some(artifact) = self.cached(i, &parts)? {
            // A report's files are read now, to be copied to where people look for them.
            let damage = match self.workflow.stages[i].kind {
                StageKind::Report => self.damage(i, &artifact)?,
                _ => None,
            };
            return Ok(match damage {
                Some(reason) => Prepared::Damaged { stage: i, reason },
                None => Prepared::Found(artifact),
            });
        }
        if let Some((stage, reason)) = self.damaged_input(i)? {
            return Ok(Prepared::Damaged { stage, reason });
        }
        self.started.insert(i);
        let reasons = match damaged {
            Some(reason) => vec![reason],
            None => self.reasons(i, &parts),
        };
        let job = self.job(i, &parts, reasons, replace, forced)?;
        self.keys.insert(i, job.key);
        Ok(Prepared::Work(Box::new(job)))
    }

    fn key_parts(&self, i: usize) -> Result<KeyParts, RunnerError> {
        let content_hash =
            |input: usize| self.artifacts[input].as_ref().map(Artifact::content_hash);
        let parts = KeyParts::complete(&self.plan.nodes[i], content_hash);
        parts.ok_or_else(|| RunnerError::Incomplete {
            stage: self.id(i),
            what: "input",
        })
    }

    fn cached(&self, i: usize, parts: &KeyParts) -> Result<Option<Artifact>, RunnerError> {
        let kind = &self.plan.nodes[i].kind;
        let state = self.session.store.artifact(kind, &parts.key().parse()?)?;
        Ok(match state {
            ArtifactState::Complete(artifact) => Some(artifact),
            ArtifactState::Absent | ArtifactState::Damaged { .. } => None,
        })
    }

    /// The first damaged one of the artifacts that the stage is about to use.
    fn damaged_input(&mut self, i: usize) -> Result<Option<(usize, Reason)>, RunnerError> {
        let plan = self.plan;
        for input in plan.nodes[i].inputs.iter().map(|input| input.node) {
            if let Some(artifact) = self.artifacts[input].clone()
                && let Some(reason) = self.damage(input, &artifact)?
            {
                return Ok(Some((input, reason)));
            }
        }
        Ok(None)
    }

    /// Reads and hashes the artifact of the stage instance `i`, unless this run has done so, and tells
    /// what is wrong with it.
    fn damage(&mut self, i: usize, artifact: &Artifact) -> Result<Option<Reason>, RunnerError> {
        if self.verified.contains(&i) {
            return Ok(None);
        }
        let reasons = self.session.store.verify(artifact)?;
        if reasons.is_empty() {
            self.verified.insert(i);
            return Ok(None);
        }
        let what = damages(&reasons);
        self.journal.event(Event::ArtifactDamaged {
            stage: self.id(i),
            what: what.clone(),
        });
        Ok(Some(Reason::Damaged { what }))
    }

    /// Why the stage runs. The plan may have waited for inputs, which are complete now.
    fn reasons(&self, i: usize, parts: &KeyParts) -> Vec<Reason> {
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

    /// The device for a stage that starts now: the first of the GPUs that it gets, where it needs any.
    fn device_of(&self, i: usize) -> String {
        let place = self.schedule.place(i);
        let gpu = place.and_then(|place| self.session.gpus().get(place).copied());
        match gpu {
            Some(index) => DeviceChoice::Cuda(index).to_string(),
            None => self.session.device_name(),
        }
    }

    fn job(
        &self,
        i: usize,
        parts: &KeyParts,
        reasons: Vec<Reason>,
        replace: bool,
        afresh: bool,
    ) -> Result<StageJob, RunnerError> {
        let stage = &self.workflow.stages[i];
        let inputs = self.plan.nodes[i].inputs.iter().filter_map(|input| {
            let artifact = self.artifacts[input.node].as_ref()?;
            Some(InputArtifact {
                role: input.role.clone(),
                instance: self.id(input.node),
                kind: artifact.kind().to_owned(),
                key: *artifact.key(),
            })
        });
        Ok(StageJob {
            workflow: self.workflow.name.clone(),
            base_dir: base_dir(self.workflow).to_owned(),
            stage: stage.id.clone(),
            config: stage.config.clone(),
            seed: stage.seed,
            key: parts.key().parse()?,
            key_parts: parts.to_json(),
            inputs: inputs.collect(),
            reasons,
            replace,
            afresh,
            state: self.session.store.root().to_owned(),
            raw_data: self.session.raw_data.clone(),
            device: self.device_of(i),
        })
    }
}
