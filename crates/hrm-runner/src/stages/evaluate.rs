//! Evaluating a trained model.

use super::{Executed, Execution};
use crate::{Event, RunnerError, evaluation_files};
use hrm_config::EvaluateConfig;
use hrm_train::EvaluateJob;
use std::ops::ControlFlow;

impl Execution<'_> {
    pub(super) fn evaluate(self, config: &EvaluateConfig) -> Result<Executed, RunnerError> {
        let (training, artifact) = self.input(self.stage)?;
        let dataset = self.dataset_of(training)?;
        let job = EvaluateJob {
            config,
            train_dir: artifact.path(),
            dataset: &dataset,
            device: self.session.device,
        };
        let Self {
            stage,
            work,
            interrupt,
            events,
            ..
        } = self;
        let mut progress = |done, total| {
            let what = "evaluating puzzles".to_owned();
            events.event(Event::Progress {
                stage: stage.id.clone(),
                what,
                done,
                total,
            });
            if interrupt.requested() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let Some(evaluation) = hrm_train::evaluate(&job, &mut progress)? else {
            return Ok(Executed::Interrupted { step: None });
        };
        let split = dataset.split(config.split)?;
        evaluation_files::write(work, &evaluation, &config.metrics, |example| {
            split.difficulty(example)
        })?;
        Ok(Executed::Done)
    }
}
