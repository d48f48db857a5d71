//! Finding a run by what a user types.

use super::{Database, DatabaseError};
use crate::rows::RunRow;

/// How many candidates an ambiguous id lists.
const CANDIDATES: usize = 5;

impl Database {
    /// The run that `wanted` stands for: `latest`, an id, or the beginning of one id.
    pub fn run(&self, wanted: &str) -> Result<RunRow, DatabaseError> {
        if wanted == "latest" {
            let latest = self.runs(1)?.pop();
            return latest.ok_or(DatabaseError::NoRuns);
        }
        let mut found = self.runs_beginning_with(wanted)?;
        match (found.pop(), found.is_empty()) {
            (Some(run), true) => Ok(run),
            (Some(last), false) => {
                found.push(last);
                Err(ambiguous(wanted, &found))
            }
            (None, _) => Err(DatabaseError::UnknownRun {
                wanted: wanted.to_owned(),
            }),
        }
    }

    /// The latest runs whose ids begin with `prefix`; one more than are listed, to tell that there are more.
    fn runs_beginning_with(&self, prefix: &str) -> Result<Vec<RunRow>, DatabaseError> {
        let is_hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if prefix.is_empty() || !prefix.bytes().all(is_hexadecimal) {
            return Ok(Vec::new());
        }
        // `g` follows the last hexadecimal digit, so that the range holds exactly what begins with it.
        self.block(
            sqlx::query_as(
                "SELECT id, workflow, file, command, status, started_at, finished_at, environment_id
                 FROM workflow_runs WHERE id >= ?1 AND id < ?1 || 'g'
                 ORDER BY rowid DESC LIMIT ?2",
            )
            .bind(prefix)
            .bind(CANDIDATES as u32 + 1)
            .fetch_all(&self.pool),
        )
    }
}

fn ambiguous(wanted: &str, found: &[RunRow]) -> DatabaseError {
    let describe = |run: &RunRow| format!("`{}` ({}, {})", run.id, run.workflow, run.started_at);
    let mut candidates: Vec<String> = found.iter().take(CANDIDATES).map(describe).collect();
    if found.len() > CANDIDATES {
        candidates.push("and more".to_owned());
    }
    DatabaseError::AmbiguousRun {
        wanted: wanted.to_owned(),
        candidates,
    }
}
