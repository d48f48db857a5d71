//! Building a dataset.

use super::{Executed, Execution};
use crate::{Event, RunnerError};
use hrm_config::DatasetConfig;
use hrm_source::Sources;
use hrm_store::Store;

impl Execution<'_> {
    pub(super) fn build(self, config: &DatasetConfig) -> Result<Executed, RunnerError> {
        let Self {
            job,
            work,
            interrupt,
            events,
            ..
        } = self;
        let sources = Sources::new(Store::raw_data_path(&job.state), job.raw_data.clone())?;
        let mut progress = |what: &str, done, total| {
            events.event(Event::Progress {
                stage: job.stage.clone(),
                what: what.to_owned(),
                done,
                total,
            });
        };
        let dataset = hrm_dataset::build(config, &job.base_dir, &sources, &mut progress)?;
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
