//! How much a stage is: parameters, steps, examples, and the time it may take.

use crate::nodes::segments_trained;
use crate::{RunnerError, Session, WorkflowPlan};
use hrm_config::{DatasetConfig, EvaluateConfig, Split, StageConfig, TrainConfig};
use hrm_dataset::{DatasetCard, SplitMeta, expected_counts, expected_puzzle};
use hrm_model::{Architecture, DeviceKind, Dims};
use hrm_train::{evaluation_memory, training_memory};
use hrm_workflow::{Stage, Workflow};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The size of a stage. What only the data can tell is `None` until the dataset is built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Size {
    /// Examples of each split.
    Dataset {
        /// Training examples with all augmentations.
        train: Option<u64>,
        /// Validation examples.
        validation: Option<u64>,
        /// Test examples.
        test: Option<u64>,
    },
    /// A training.
    Train {
        /// Trained numbers, puzzle embeddings included.
        parameters: Option<u64>,
        /// Optimizer steps.
        steps: Option<u64>,
        /// Puzzles in a batch.
        batch_size: u64,
        /// Memory that it needs on its (first) device, in bytes, by a formula; none for imported
        /// weights.
        memory_bytes: Option<u64>,
    },
    /// An evaluation.
    Evaluate {
        /// Puzzles.
        puzzles: Option<u64>,
        /// Supervision segments.
        segments: u64,
        /// Memory that it needs on its device, in bytes, by a formula.
        memory_bytes: Option<u64>,
    },
    /// A report.
    Report {
        /// Evaluations that it shows.
        evaluations: u64,
    },
}

/// The size of every stage of a planned workflow, in the order of its stages.
pub fn sizes(session: &Session, workflow: &Workflow, plan: &WorkflowPlan) -> Vec<Size> {
    let kind = session.device_kind;
    let size = |(index, stage): (usize, &Stage)| match &stage.config {
        StageConfig::Dataset(config) => facts(plan, index, config).size(),
        StageConfig::Train(config) => train_size(config, &input_facts(workflow, plan, stage), kind),
        StageConfig::Evaluate(config) => {
            let training = stage.inputs.first().map(|&input| &workflow.stages[input]);
            let facts = training.map(|training| input_facts(workflow, plan, training));
            let facts = facts.unwrap_or_default();
            let trained = training.and_then(|training| trained_config(&training.config));
            let memory = trained.and_then(|trained| {
                let architecture = facts.architecture(trained)?;
                let precision = trained.precision;
                Some(evaluation_memory(precision, &architecture, kind, config.batch_size).total())
            });
            let segments = config
                .segments
                .or_else(|| segments_trained(workflow, stage));
            evaluate_size(config, segments, &facts, memory)
        }
        StageConfig::Report(_) => Size::Report {
            evaluations: stage.inputs.len() as u64,
        },
    };
    workflow.stages.iter().enumerate().map(size).collect()
}

/// How many seconds the stage will take if it takes as long as before on this kind of device:
/// the latest duration of the same instance, otherwise of any instance of the stage.
pub fn estimate_seconds(session: &Session, stage: &Stage) -> Result<Option<f64>, RunnerError> {
    let device = session.device_name();
    let mut history = session
        .database
        .stage_history(stage.kind.name(), &stage.name)?;
    history.retain(|past| past.device.as_ref().is_none_or(|past| *past == device));
    let same = history.iter().find(|past| past.instance == stage.id);
    Ok(same.or(history.first()).map(|past| past.seconds))
}

/// What is known of a dataset: from its artifact where it is built, otherwise from its configuration.
#[derive(Debug, Clone, Copy, Default)]
struct DatasetFacts {
    train: Option<u64>,
    validation: Option<u64>,
    test: Option<u64>,
    train_groups: Option<usize>,
    mean_puzzle_examples: Option<f64>,
    dims: Option<Dims>,
}

impl DatasetFacts {
    /// A training's model on this data, as far as its sizes are known.
    fn architecture(&self, config: &TrainConfig) -> Option<Architecture> {
        Architecture::new(&config.model, self.dims?).ok()
    }

    fn size(self) -> Size {
        Size::Dataset {
            train: self.train,
            validation: self.validation,
            test: self.test,
        }
    }
}

/// Facts about the dataset of the training `stage`.
fn input_facts(workflow: &Workflow, plan: &WorkflowPlan, stage: &Stage) -> DatasetFacts {
    let dataset = stage
        .inputs
        .first()
        .map(|&index| (index, &workflow.stages[index].config));
    match dataset {
        Some((index, StageConfig::Dataset(config))) => facts(plan, index, config),
        _ => DatasetFacts::default(),
    }
}

fn facts(plan: &WorkflowPlan, index: usize, config: &DatasetConfig) -> DatasetFacts {
    match &plan.artifacts[index] {
        Some(artifact) => built_facts(artifact.path()).unwrap_or_default(),
        None => expected_facts(config),
    }
}

fn built_facts(folder: &Path) -> Option<DatasetFacts> {
    let card: DatasetCard = read(&folder.join("dataset.json"))?;
    let meta: SplitMeta = read(&folder.join(Split::Train.name()).join("dataset.json"))?;
    let examples = |split: Split| Some(card.splits.get(&split)?.examples as u64);
    Some(DatasetFacts {
        train: examples(Split::Train),
        validation: Some(examples(Split::Validation).unwrap_or(0)),
        test: Some(examples(Split::Test).unwrap_or(0)),
        train_groups: Some(meta.total_groups),
        mean_puzzle_examples: Some(meta.mean_puzzle_examples),
        dims: Some(Dims {
            vocab_size: meta.vocab_size,
            seq_len: meta.seq_len,
            num_puzzle_identifiers: meta.num_puzzle_identifiers,
        }),
    })
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn expected_facts(config: &DatasetConfig) -> DatasetFacts {
    let counts = expected_counts(config);
    DatasetFacts {
        train: counts.map(|counts| counts.train_examples as u64),
        validation: counts.map(|counts| counts.validation as u64),
        test: counts
            .and_then(|counts| counts.test)
            .map(|test| test as u64),
        train_groups: counts.map(|counts| counts.train_groups),
        // Generated puzzles and CSV rows have one example each.
        mean_puzzle_examples: counts.map(|_| 1.0),
        dims: expected_dims(config),
    }
}

/// Sizes that puzzles of a known kind give a model.
fn expected_dims(config: &DatasetConfig) -> Option<Dims> {
    let (vocab_size, seq_len) = expected_puzzle(config)?.token_sizes()?;
    Some(Dims {
        vocab_size,
        seq_len,
        num_puzzle_identifiers: 1,
    })
}

fn trained_config(config: &StageConfig) -> Option<&TrainConfig> {
    match config {
        StageConfig::Train(config) => Some(config),
        _ => None,
    }
}

fn train_size(config: &TrainConfig, facts: &DatasetFacts, kind: DeviceKind) -> Size {
    let architecture = facts.architecture(config);
    let trained = architecture.as_ref().filter(|_| config.weights.is_none());
    let steps = match (config.steps, facts.train_groups, facts.mean_puzzle_examples) {
        (Some(steps), ..) => Some(steps),
        (None, Some(groups), Some(mean)) => Some(config.total_steps(groups, mean)),
        _ => None,
    };
    Size::Train {
        parameters: architecture
            .as_ref()
            .map(|model| model.parameter_count() as u64),
        steps,
        batch_size: config.batch_size as u64,
        memory_bytes: trained.map(|model| training_memory(config, model, kind).total()),
    }
}

fn evaluate_size(
    config: &EvaluateConfig,
    segments: Option<usize>,
    facts: &DatasetFacts,
    memory_bytes: Option<u64>,
) -> Size {
    let split = match config.split {
        Split::Train => facts.train,
        Split::Validation => facts.validation,
        Split::Test => facts.test,
    };
    let puzzles = match (config.puzzles.map(|puzzles| puzzles as u64), split) {
        // How many puzzles have augmentations is known when the dataset is read.
        _ if config.augmentations.is_some() => None,
        (Some(limit), Some(split)) => Some(limit.min(split)),
        (limit, split) => limit.or(split),
    };
    Size::Evaluate {
        puzzles,
        segments: segments.unwrap_or(0) as u64,
        memory_bytes,
    }
}
