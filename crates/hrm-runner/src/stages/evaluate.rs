//! Evaluating a trained model.

use super::{Executed, Execution, compiling_kernels};
use crate::{Event, RunnerError, evaluation_files};
use hrm_config::EvaluateConfig;
use hrm_dataset::eval_examples;
use hrm_predictions::{Predictions, check_evaluation, score_evaluation, scored_puzzle};
use hrm_train::EvaluateJob;
use std::ops::ControlFlow;

impl Execution<'_> {
    pub(super) fn evaluate(mut self, config: &EvaluateConfig) -> Result<Executed, RunnerError> {
        let (training, dataset, device) = (self.input("train")?, self.dataset()?, self.device()?);
        let split = dataset.split(config.split)?;
        let metrics = config
            .metrics_of(scored_puzzle(dataset.card.puzzle, config.split))
            .map_err(|problem| RunnerError::Metric {
                stage: self.job.stage.clone(),
                problem,
            })?;
        let examples = examples(config, split);
        let scores_puzzles = metrics.iter().any(|metric| metric.puzzle().is_some());
        if scores_puzzles {
            check_evaluation(&dataset, config.split, &examples)?;
        }
        let job = EvaluateJob {
            config,
            train_dir: training.path(),
            dataset: &dataset,
            examples: &examples,
            probed: &eval_examples(split, Some(config.probes), Some(0)),
            device,
        };
        self.check_memory(|available| job.memory_need(available))?;
        let Self {
            job: stage_job,
            work,
            interrupt,
            events,
            ..
        } = self;
        let total = (examples.len() + job.probed.len()) as u64;
        if let Some(event) = compiling_kernels(&stage_job.stage, device, total) {
            events.event(event);
        }
        let mut progress = |done, total| {
            let what = "evaluating puzzles".to_owned();
            events.event(Event::Progress {
                stage: stage_job.stage.clone(),
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
        let Some(mut evaluation) = hrm_train::evaluate(&job, &mut progress)? else {
            return Ok(Executed::Interrupted { step: None });
        };
        let predictions = Predictions {
            seq_len: split.meta().seq_len,
            tokens: std::mem::take(&mut evaluation.final_tokens),
            q_halt: std::mem::take(&mut evaluation.final_q_halt),
        };
        predictions.write(work)?;
        let scored = if scores_puzzles {
            score_evaluation(&dataset, config.split, &examples, &predictions)?
        } else {
            None
        };
        let outcomes = evaluation_files::outcomes(&evaluation, scored.as_ref(), |example| {
            split.difficulty(example)
        });
        evaluation_files::write(work, &evaluation, &metrics, &outcomes)?;
        if let Some(scored) = &scored {
            evaluation_files::write_scores(work, scored)?;
        }
        Ok(Executed::Done)
    }
}

/// The examples that an evaluation looks at.
pub(crate) fn examples(config: &EvaluateConfig, split: &hrm_dataset::SplitData) -> Vec<usize> {
    let augmentations = config.augmentations.map(|count| count as usize);
    eval_examples(split, config.puzzles, augmentations)
}
