//! Making one stage: its cache entry, lock and inputs.

use super::record::warn_unrecorded;
use super::{Run, StageEnd};
use crate::Event;
use crate::RunnerError;
use crate::index::ensure_indexed;
use crate::planning::damages;
use hrm_plan::{KeyParts, Reason};
use hrm_store::{Artifact, ArtifactState, Damage, Key, StageStatus};
use std::time::Instant;

/// The stage's key with what it is made of.
pub(super) struct StageKey {
    pub(super) key: Key,
    pub(super) parts: KeyParts,
}

impl Run<'_> {
    /// Makes the stage instance `i`, whose inputs were tried before.
    pub(super) fn stage(&mut self, i: usize) -> StageEnd {
        let missing = self.plan.nodes[i]
            .inputs
            .iter()
            .find(|input| self.artifacts[input.node].is_none());
        if let Some(missing) = missing {
            return self.skip(i, missing.node);
        }
        let started = Instant::now();
        match self.make(i) {
            Ok(end) => end,
            Err(error) => self.fail(i, &error, started),
        }
    }

    fn skip(&mut self, i: usize, because: usize) -> StageEnd {
        let stage = &self.workflow.stages[i];
        let because = self.id(because);
        self.record.start(
            self.events,
            stage,
            None,
            StageStatus::Skipped,
            Some(&format!("it needs `{because}`")),
        );
        self.events.event(Event::StageSkipped {
            stage: stage.id.clone(),
            because,
        });
        StageEnd::Failed
    }

    fn fail(&mut self, i: usize, error: &RunnerError, started: Instant) -> StageEnd {
        let stage = &self.workflow.stages[i];
        let message = error.to_string();
        // Makes a row for a stage that failed before it began.
        self.record
            .start(self.events, stage, None, StageStatus::Running, None);
        let seconds = started.elapsed().as_secs_f64();
        self.record.finish(
            self.events,
            stage,
            StageStatus::Failed,
            seconds,
            Some(&message),
        );
        self.events.event(Event::StageFailed {
            stage: stage.id.clone(),
            error: message,
            help: error.help(),
        });
        StageEnd::Failed
    }

    /// Finds the stage's artifact or makes it.
    fn make(&mut self, i: usize) -> Result<StageEnd, RunnerError> {
        let forced = self.plan.forced.contains(&i);
        if !forced && let Some(artifact) = self.cached(i)? {
            return self.found(i, artifact);
        }
        if self.verify_inputs(i)?.is_none() {
            return Ok(StageEnd::Interrupted);
        }
        let key = self.key(i)?;
        let Some(lock) = self.lock(i, &key.key)? else {
            return Ok(StageEnd::Interrupted);
        };
        // Another process may have made it while this one waited.
        let reasons = match self.session.store.artifact(lock.kind(), lock.key())? {
            ArtifactState::Complete(artifact) if !forced => return self.found(i, artifact),
            ArtifactState::Damaged { reasons } => vec![self.damaged(i, &reasons)],
            ArtifactState::Complete(_) | ArtifactState::Absent => self.reasons(i, &key.parts),
        };
        self.execute(i, &key, &lock, reasons)
    }

    /// The key of the stage, all of whose inputs are complete.
    fn key(&self, i: usize) -> Result<StageKey, RunnerError> {
        let content_hash =
            |input: usize| self.artifacts[input].as_ref().map(Artifact::content_hash);
        let parts = KeyParts::complete(&self.plan.nodes[i], content_hash);
        let parts = parts.ok_or_else(|| RunnerError::Incomplete {
            stage: self.id(i),
            what: "input",
        })?;
        Ok(StageKey {
            key: parts.key().parse()?,
            parts,
        })
    }

    fn cached(&self, i: usize) -> Result<Option<Artifact>, RunnerError> {
        let state = self
            .session
            .store
            .artifact(&self.plan.nodes[i].kind, &self.key(i)?.key)?;
        Ok(match state {
            ArtifactState::Complete(artifact) => Some(artifact),
            ArtifactState::Absent | ArtifactState::Damaged { .. } => None,
        })
    }

    /// The stage's artifact was there.
    fn found(&mut self, i: usize, artifact: Artifact) -> Result<StageEnd, RunnerError> {
        let stage = &self.workflow.stages[i];
        if let Err(error) = ensure_indexed(self.session, &artifact) {
            warn_unrecorded(self.events, &stage.id, &error);
        }
        self.record.start(
            self.events,
            stage,
            Some(artifact.key()),
            StageStatus::Cached,
            None,
        );
        self.events.event(Event::StageCached {
            stage: stage.id.clone(),
            key: artifact.key().to_string(),
        });
        self.show_report(i, &artifact)?;
        Ok(StageEnd::Complete(artifact))
    }

    /// Reads and hashes the artifacts that the stage is about to use, and makes damaged ones again.
    /// `None` when the run was asked to stop meanwhile.
    fn verify_inputs(&mut self, i: usize) -> Result<Option<()>, RunnerError> {
        for input in self.plan.nodes[i].inputs.iter().map(|input| input.node) {
            let Some(artifact) = self.artifacts[input]
                .as_ref()
                .filter(|_| !self.verified.contains(&input))
            else {
                continue;
            };
            let reasons = self.session.store.verify(artifact)?;
            if !reasons.is_empty() {
                let reason = self.damaged(input, &reasons);
                match self.make_again(input, reason)? {
                    Some(artifact) => self.artifacts[input] = Some(artifact),
                    None => return Ok(None),
                }
            }
            self.verified.insert(input);
        }
        Ok(Some(()))
    }

    /// Tells of a damaged artifact; returns the reason to make it again.
    fn damaged(&mut self, i: usize, reasons: &[Damage]) -> Reason {
        let what = damages(reasons);
        self.events.event(Event::ArtifactDamaged {
            stage: self.id(i),
            what: what.clone(),
        });
        Reason::Damaged { what }
    }

    /// Makes a damaged artifact again. `None` when the run was asked to stop meanwhile.
    fn make_again(&mut self, i: usize, reason: Reason) -> Result<Option<Artifact>, RunnerError> {
        if self.verify_inputs(i)?.is_none() {
            return Ok(None);
        }
        let key = self.key(i)?;
        let Some(lock) = self.lock(i, &key.key)? else {
            return Ok(None);
        };
        self.session.store.discard(&lock)?;
        Ok(match self.execute(i, &key, &lock, vec![reason])? {
            StageEnd::Complete(artifact) => Some(artifact),
            StageEnd::Failed | StageEnd::Interrupted => None,
        })
    }
}
