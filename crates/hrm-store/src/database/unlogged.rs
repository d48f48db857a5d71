//! Logs of runs that have rows and no log: those of versions that wrote none.

use super::{Database, DatabaseError};
use crate::rows::{RunRow, StageCost, StageRunRow};
use crate::run_log::{RunBegan, StageBegan, StageEnded};
use crate::{LogEntry, StageStatus};

impl Database {
    /// Writes the log of the run `id` from its rows.
    pub(super) fn write_log_of(&self, id: &str) -> Result<(), DatabaseError> {
        let run = self.run(id)?;
        let Some(environment) = self.environment(&run.environment_id)? else {
            return Ok(());
        };
        let began = RunBegan {
            at: run.started_at.clone(),
            run: run.id.clone(),
            workflow: run.workflow.clone(),
            file: run.file.clone(),
            command: run.command.clone(),
            config: self.run_config(id)?,
            environment,
        };
        let mut entries = vec![LogEntry::RunBegan(Box::new(began))];
        entries.extend(self.stages_of(id)?.iter().flat_map(stage_entries));
        entries.extend(end(&run));
        Ok(self.store.write_log(id, &entries)?)
    }
}

fn end(run: &RunRow) -> Option<LogEntry> {
    Some(LogEntry::RunEnded {
        at: run.finished_at.clone()?,
        status: run.status,
    })
}

/// How a stage began and, where it did work, ended.
fn stage_entries(row: &StageRunRow) -> Vec<LogEntry> {
    let at_once = matches!(row.status, StageStatus::Cached | StageStatus::Skipped);
    let began = LogEntry::StageBegan(StageBegan {
        at: row.started_at.clone(),
        instance: row.instance.clone(),
        kind: row.kind.clone(),
        name: row.name.clone(),
        key: row.key,
        status: if at_once {
            row.status
        } else {
            StageStatus::Running
        },
        reason: row.reason.clone(),
        device: row.device.clone(),
    });
    let ended = || {
        Some(LogEntry::StageEnded(StageEnded {
            at: row.finished_at.clone()?,
            instance: row.instance.clone(),
            status: row.status,
            cost: StageCost {
                seconds: row.seconds?,
                energy_joules: row.energy_joules,
            },
            error: row.error.clone(),
        }))
    };
    [Some(began), ended()].into_iter().flatten().collect()
}
