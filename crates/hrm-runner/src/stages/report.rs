//! Rendering a report: from the database, by the process that has the database open.

use super::Executed;
use crate::report_data::ReportSource;
use crate::{RunnerError, Session};
use std::fs;
use std::path::Path;

/// Renders the report stage `stage` of the run into the folder `work`.
pub(crate) fn render_stage(
    session: &Session,
    run: &str,
    stage: &str,
    work: &Path,
) -> Result<Executed, RunnerError> {
    let source = ReportSource::read(&session.database, run)?;
    for (name, bytes) in hrm_report::render(&source.data(Some(stage))?)? {
        let path = work.join(name);
        fs::write(&path, bytes).map_err(RunnerError::io("write", &path))?;
    }
    Ok(Executed::Done)
}
