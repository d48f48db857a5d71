//! Where a report's numbers come from.

use super::{Made, ReportSource};
use crate::RunnerError;
use hrm_report::{Environment, Provenance, StageProvenance};
use jiff::Timestamp;

impl ReportSource<'_> {
    pub(super) fn provenance(&self, made: &[&Made<'_>]) -> Result<Provenance, RunnerError> {
        let started: Option<Timestamp> = self.run.started_at.parse().ok();
        let finished = self
            .run
            .finished_at
            .as_ref()
            .and_then(|text| text.parse().ok());
        let finished = finished.unwrap_or_else(Timestamp::now);
        Ok(Provenance {
            run_id: self.run.id.clone(),
            started: started.map_or_else(|| self.run.started_at.clone(), readable),
            seconds: started.map_or(0.0, |started| {
                finished.duration_since(started).as_secs_f64()
            }),
            environment: self.environment()?,
            stages: made
                .iter()
                .map(|made| self.stage_provenance(made))
                .collect::<Result<_, _>>()?,
        })
    }

    fn environment(&self) -> Result<Environment, RunnerError> {
        let Some(row) = self.database.environment(&self.run.environment_id)? else {
            return Ok(Environment::default());
        };
        Ok(Environment {
            host: row.host,
            os: row.os,
            cpu: row.cpu,
            cores: u64::from(row.cores),
            memory_bytes: row.memory_bytes,
            device: row.device,
            hrm_version: row.hrm_version,
            burn_version: row.burn_version,
            git_commit: row.git_commit,
            git_dirty: row.git_dirty.unwrap_or(false),
        })
    }

    fn stage_provenance(&self, made: &Made<'_>) -> Result<StageProvenance, RunnerError> {
        let status = self
            .stage_runs
            .get(&made.stage.id)
            .map(|row| row.status.to_string());
        Ok(StageProvenance {
            id: made.stage.id.clone(),
            kind: made.stage.kind.name().to_owned(),
            key: made.key.to_string(),
            content_hash: made.content_hash.clone(),
            status: status.unwrap_or_default(),
            seconds: self.seconds(made)?,
            inputs: self.database.inputs_of(&made.key)?,
        })
    }

    /// Seconds of work behind an artifact.
    pub(super) fn seconds(&self, made: &Made<'_>) -> Result<f64, RunnerError> {
        let cost = self.database.cost_of(&made.key)?;
        Ok(cost.map_or(0.0, |cost| cost.seconds))
    }
}

/// A time to the second, in UTC.
pub(super) fn readable(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
