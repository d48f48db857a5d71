//! Building a dataset.

use super::{Executed, Execution};
use crate::nodes::base_dir;
use crate::{Event, RunnerError};
use hrm_config::DatasetConfig;

impl Execution<'_> {
    pub(super) fn build(self, config: &DatasetConfig) -> Result<Executed, RunnerError> {
        let Self {
            session,
            workflow,
            stage,
            work,
            interrupt,
            events,
            ..
        } = self;
        let mut progress = |what: &str, done, total| {
            events.event(Event::Progress {
                stage: stage.id.clone(),
                what: what.to_owned(),
                done,
                total,
            });
        };
        let dataset =
            hrm_dataset::build(config, base_dir(workflow), &session.sources, &mut progress)?;
        if interrupt.requested() {
            return Ok(Executed::Interrupted { step: None });
        }
        if config.materialize {
            dataset.write_materialized(work)?;
        } else {
            dataset.write(work)?;
        }
        Ok(Executed::Done)
    }
}
