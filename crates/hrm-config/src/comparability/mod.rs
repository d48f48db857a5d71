//! What two results must agree in before one may be set beside the other.

mod architecture;

pub use architecture::Architecture;

use crate::{Benchmark, CheckpointChoice, DatasetConfig, EvaluateConfig, Split, TrainConfig};
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// What two results must agree in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparabilityKey {
    /// The benchmark, or the content of any other dataset.
    Dataset,
    /// Split of the dataset.
    Split,
    /// Puzzles (ARC: tasks) evaluated.
    Puzzles,
    /// Puzzles trained on, without augmentation.
    TrainingExamples,
    /// The model.
    Architecture,
    /// Supervision segments at inference.
    Segments,
    /// Augmented copies that vote.
    Votes,
    /// How the checkpoint was chosen.
    Selection,
}

impl ComparabilityKey {
    /// All keys.
    pub const ALL: [Self; 8] = [
        Self::Dataset,
        Self::Split,
        Self::Puzzles,
        Self::TrainingExamples,
        Self::Architecture,
        Self::Segments,
        Self::Votes,
        Self::Selection,
    ];

    /// The name in messages and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Split => "split",
            Self::Puzzles => "puzzles",
            Self::TrainingExamples => "training_examples",
            Self::Architecture => "architecture",
            Self::Segments => "segments",
            Self::Votes => "votes",
            Self::Selection => "selection",
        }
    }

    /// The name in a sentence.
    pub fn words(self) -> String {
        self.name().replace('_', " ")
    }
}

/// How a result was made, as far as it decides what it may be compared with. What is not known,
/// for example because a paper does not say it, is `None` and never guessed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Comparability {
    /// The benchmark's name ([`Benchmark::test_set`]), or what identifies another dataset.
    pub dataset: Option<String>,
    /// Split.
    pub split: Option<Split>,
    /// Puzzles (ARC: tasks) evaluated.
    pub puzzles: Option<u64>,
    /// Puzzles trained on, without augmentation.
    pub training_examples: Option<u64>,
    /// The model.
    pub architecture: Architecture,
    /// Supervision segments at inference; the most that are allowed, with learned halting.
    pub segments: Option<u64>,
    /// Augmented copies that vote beside the original; 0 for a single pass.
    pub votes: Option<u64>,
    /// How the checkpoint was chosen.
    pub selection: Option<Selection>,
}

/// How a checkpoint was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// The last one.
    Last,
    /// The best one by the validation split.
    BestOnValidation,
    /// The best one by the test split itself, which no evaluation here does.
    BestOnTest,
    /// The untrained model.
    Initial,
}

/// A key in which two results differ, with its value on each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDifference {
    /// The key.
    pub key: ComparabilityKey,
    /// The values, in the order of the sides.
    pub values: [String; 2],
}

impl Display for KeyDifference {
    /// `segments 16 and 4`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [first, second] = &self.values;
        write!(f, "{} {first} and {second}", self.key.words())
    }
}

impl Comparability {
    /// How an evaluation with these configurations is made. The number of puzzles, and the dataset
    /// where it is no benchmark, are only known from data.
    pub fn of(dataset: &DatasetConfig, train: &TrainConfig, evaluate: &EvaluateConfig) -> Self {
        let test_set = dataset.benchmark.filter(|_| evaluate.split == Split::Test);
        let segments = evaluate.segments.unwrap_or(train.segments);
        Self {
            dataset: test_set.map(|benchmark| benchmark.test_set().to_owned()),
            split: Some(evaluate.split),
            puzzles: None,
            training_examples: training_examples(dataset),
            architecture: Architecture::of(train),
            segments: Some(segments as u64),
            votes: votes(dataset, evaluate),
            selection: Some(match evaluate.checkpoint {
                CheckpointChoice::Last => Selection::Last,
                CheckpointChoice::Best => Selection::BestOnValidation,
                CheckpointChoice::Initial => Selection::Initial,
            }),
        }
    }

    /// The keys in which both are known and differ.
    pub fn differences(&self, other: &Self) -> Vec<KeyDifference> {
        let difference = |key: ComparabilityKey| {
            let values = self.difference(other, key)?;
            Some(KeyDifference { key, values })
        };
        ComparabilityKey::ALL
            .into_iter()
            .filter_map(difference)
            .collect()
    }

    fn difference(&self, other: &Self, key: ComparabilityKey) -> Option<[String; 2]> {
        match key {
            ComparabilityKey::Dataset => differ(self.dataset.as_ref(), other.dataset.as_ref()),
            ComparabilityKey::Split => {
                differ(self.split.map(Split::name), other.split.map(Split::name))
            }
            ComparabilityKey::Puzzles => differ(self.puzzles, other.puzzles),
            ComparabilityKey::TrainingExamples => {
                differ(self.training_examples, other.training_examples)
            }
            ComparabilityKey::Architecture => self.architecture.difference(&other.architecture),
            ComparabilityKey::Segments => differ(self.segments, other.segments),
            ComparabilityKey::Votes => differ(self.votes, other.votes),
            ComparabilityKey::Selection => differ(
                self.selection.map(Selection::words),
                other.selection.map(Selection::words),
            ),
        }
    }
}

impl Selection {
    const fn words(self) -> &'static str {
        match self {
            Self::Last => "last checkpoint",
            Self::BestOnValidation => "best checkpoint by validation",
            Self::BestOnTest => "best checkpoint by test",
            Self::Initial => "untrained model",
        }
    }
}

/// Both texts, where both are known and differ.
fn differ<T: PartialEq + Display>(a: Option<T>, b: Option<T>) -> Option<[String; 2]> {
    let (a, b) = (a?, b?);
    (a != b).then(|| [a.to_string(), b.to_string()])
}

fn training_examples(dataset: &DatasetConfig) -> Option<u64> {
    let generated = |train: usize| Some(train as u64);
    if let Some(sudoku) = &dataset.sudoku {
        return generated(sudoku.train);
    }
    if let Some(maze) = &dataset.maze {
        return generated(maze.train);
    }
    let rows = dataset.benchmark.and_then(Benchmark::rows);
    let validation = rows.map_or(0, |_| dataset.validation);
    let all = dataset.subsample.or(rows.map(|(train, _)| train))?;
    Some(all.saturating_sub(validation) as u64)
}

/// Only copies of ARC tasks vote.
fn votes(dataset: &DatasetConfig, evaluate: &EvaluateConfig) -> Option<u64> {
    let votes = match dataset.benchmark.map(Benchmark::rows) {
        Some(None) => evaluate.augmentations.unwrap_or(dataset.augmentations()),
        // A folder in the published format may hold anything.
        None if dataset.folder.is_some() => return None,
        Some(Some(_)) | None => 0,
    };
    Some(votes.into())
}

#[cfg(test)]
mod tests;
