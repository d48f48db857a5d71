//! What two results must agree in before one may be set beside the other.

use crate::{
    Arch, Benchmark, CheckpointChoice, DatasetConfig, EvaluateConfig, GradientSpan, Mixer,
    Networks, Split, TrainConfig,
};
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

/// The parts of a training that make it another model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Architecture {
    /// See [`crate::ModelConfig::arch`].
    pub arch: Option<Arch>,
    /// See [`crate::ModelConfig::mixer`].
    pub mixer: Option<Mixer>,
    /// See [`crate::ModelConfig::networks`].
    pub networks: Option<Networks>,
    /// See [`crate::ModelConfig::gradient`].
    pub gradient: Option<GradientSpan>,
    /// See [`crate::ModelConfig::hidden_size`].
    pub hidden_size: Option<usize>,
    /// See [`crate::ModelConfig::h_layers`].
    pub h_layers: Option<usize>,
    /// See [`crate::ModelConfig::l_layers`].
    pub l_layers: Option<usize>,
    /// See [`crate::ModelConfig::h_cycles`].
    pub h_cycles: Option<usize>,
    /// See [`crate::ModelConfig::l_cycles`].
    pub l_cycles: Option<usize>,
    /// Whether the average of the weights is evaluated.
    pub ema: Option<bool>,
    /// See [`TrainConfig::continue_loss`].
    pub continue_loss: Option<bool>,
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

impl Architecture {
    fn of(train: &TrainConfig) -> Self {
        let (model, resolved) = (&train.model, train.model.resolve());
        // The baseline has one module, which runs once per segment: the rest of it is not used.
        let levels = |value: usize| (model.arch != Arch::Transformer).then_some(value);
        Self {
            arch: Some(model.arch),
            mixer: Some(model.mixer),
            networks: (model.arch != Arch::Transformer).then_some(resolved.networks),
            gradient: (model.arch != Arch::Transformer).then_some(resolved.gradient),
            hidden_size: Some(model.hidden_size),
            h_layers: (resolved.networks == Networks::Separate || model.arch == Arch::Transformer)
                .then_some(model.h_layers),
            l_layers: levels(model.l_layers),
            h_cycles: levels(model.h_cycles),
            l_cycles: levels(model.l_cycles),
            ema: Some(train.ema.is_some()),
            continue_loss: Some(train.trains_continue()),
        }
    }

    fn difference(&self, other: &Self) -> Option<[String; 2]> {
        let size = |name, a: Option<usize>, b| differ(a, b).map(|values| (name, values));
        let flag = |name, a: Option<bool>, b| differ(a, b).map(|values| (name, values));
        let word = |name, a, b| differ(a, b).map(|values| (name, values));
        let parts = [
            word("", self.arch.map(Arch::name), other.arch.map(Arch::name)),
            word(
                "mixer ",
                self.mixer.map(Mixer::name),
                other.mixer.map(Mixer::name),
            ),
            word(
                "networks ",
                self.networks.map(Networks::name),
                other.networks.map(Networks::name),
            ),
            word(
                "gradient ",
                self.gradient.map(GradientSpan::name),
                other.gradient.map(GradientSpan::name),
            ),
            size("hidden_size ", self.hidden_size, other.hidden_size),
            size("h_layers ", self.h_layers, other.h_layers),
            size("l_layers ", self.l_layers, other.l_layers),
            size("h_cycles ", self.h_cycles, other.h_cycles),
            size("l_cycles ", self.l_cycles, other.l_cycles),
            flag("ema ", self.ema, other.ema),
            flag("continue_loss ", self.continue_loss, other.continue_loss),
        ];
        let parts: Vec<(&str, [String; 2])> = parts.into_iter().flatten().collect();
        let side = |side: usize| {
            let texts = parts
                .iter()
                .map(|(name, values)| format!("{name}{}", values[side]));
            texts.collect::<Vec<_>>().join(", ")
        };
        (!parts.is_empty()).then(|| [side(0), side(1)])
    }
}

impl Selection {
    const fn words(self) -> &'static str {
        match self {
            Self::Last => "last checkpoint",
            Self::BestOnValidation => "best checkpoint by validation",
            Self::BestOnTest => "best checkpoint by test",
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
mod tests {
    use super::*;

    fn ours(edit: impl FnOnce(&mut DatasetConfig, &mut TrainConfig)) -> Comparability {
        let mut dataset = DatasetConfig {
            benchmark: Some(Benchmark::SudokuExtreme1k),
            ..DatasetConfig::default()
        };
        let mut train = TrainConfig::for_dataset("sudoku");
        edit(&mut dataset, &mut train);
        let evaluate = serde_json::from_str(r#"{"train": "hrm"}"#).unwrap();
        Comparability::of(&dataset, &train, &evaluate)
    }

    fn texts(a: &Comparability, b: &Comparability) -> Vec<String> {
        a.differences(b).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_not_known_does_not_differ() {
        let ours = ours(|_, _| ());
        assert_eq!(texts(&ours, &ours), [""; 0]);
        assert_eq!(texts(&ours, &Comparability::default()), [""; 0]);
    }

    #[test]
    fn every_key_is_told_with_both_values() {
        let published = Comparability {
            dataset: Some("maze-hard".to_owned()),
            split: Some(Split::Validation),
            puzzles: Some(10),
            training_examples: Some(1000),
            architecture: Architecture {
                arch: Some(Arch::Trm),
                l_cycles: Some(6),
                ema: Some(true),
                ..Architecture::default()
            },
            segments: Some(8),
            votes: Some(1000),
            selection: Some(Selection::BestOnTest),
        };
        let mut ours = ours(|dataset, _| dataset.validation = 100);
        ours.puzzles = Some(422_786);
        assert_eq!(
            texts(&ours, &published),
            [
                "dataset sudoku-extreme and maze-hard",
                "split test and validation",
                "puzzles 422786 and 10",
                "training examples 900 and 1000",
                "architecture hrm, l_cycles 2, ema false and trm, l_cycles 6, ema true",
                "segments 16 and 8",
                "votes 0 and 1000",
                "selection last checkpoint and best checkpoint by test",
            ]
        );
    }

    #[test]
    fn copies_of_arc_tasks_vote() {
        let arc = ours(|dataset, _| dataset.benchmark = Some(Benchmark::HrmArc1));
        assert_eq!((arc.votes, arc.training_examples), (Some(1000), None));
        assert_eq!(arc.dataset.as_deref(), Some("arc-agi-1"));
    }

    #[test]
    fn parts_that_a_model_does_not_use_are_not_known() {
        let transformer = ours(|_, train| train.model.arch = Arch::Transformer).architecture;
        assert_eq!(
            (transformer.l_cycles, transformer.h_layers),
            (None, Some(4))
        );
        let trm = ours(|_, train| train.model.arch = Arch::Trm).architecture;
        assert_eq!((trm.l_layers, trm.h_layers), (Some(4), None));
    }
}
