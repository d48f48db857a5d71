//! Rendering a report.

use super::{Executed, Execution};
use crate::RunnerError;
use crate::report_data::ReportSource;
use std::fs;

impl Execution<'_> {
    pub(super) fn report(self) -> Result<Executed, RunnerError> {
        let Self {
            session,
            stage,
            work,
            run,
            ..
        } = self;
        let source = ReportSource::read(&session.store, &session.database, run)?;
        for (name, bytes) in hrm_report::render(&source.data(Some(&stage.id))?)? {
            let path = work.join(name);
            fs::write(&path, bytes).map_err(RunnerError::io("write", &path))?;
        }
        Ok(Executed::Done)
    }
}
