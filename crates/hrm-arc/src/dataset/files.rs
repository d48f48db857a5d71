//! The text files of a dataset, as the published builders write them.

use super::{ArcDataset, SplitView};
use crate::json::python_json;
use crate::tokens::{PAD, SEQ_LEN, VOCAB_SIZE};
use crate::{Convention, Pair, PairOrder, Task};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// `dataset.json` of a split.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SplitMeta {
    /// Token of padding cells.
    pub pad_id: u8,
    /// Label token that is not counted.
    pub ignore_label_id: u8,
    /// Puzzle identifier of padding puzzles.
    pub blank_identifier_id: u8,
    /// Number of tokens.
    pub vocab_size: usize,
    /// Tokens of an example.
    pub seq_len: usize,
    /// Puzzle identifiers of the dataset, the blank one included.
    pub num_puzzle_identifiers: usize,
    /// Groups of the split.
    pub total_groups: usize,
    /// Examples of the split per puzzle.
    pub mean_puzzle_examples: f64,
    /// Puzzles of the split; TRM only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_puzzles: Option<usize>,
    /// Names of the sets of examples.
    pub sets: [&'static str; 1],
}

impl SplitView<'_> {
    /// What `dataset.json` says about the split.
    pub fn meta(&self) -> SplitMeta {
        let total_puzzles = match self.dataset.convention {
            Convention::Hrm => None,
            Convention::Trm => Some(self.puzzles()),
        };
        SplitMeta {
            pad_id: PAD,
            ignore_label_id: PAD,
            blank_identifier_id: 0,
            vocab_size: VOCAB_SIZE,
            seq_len: SEQ_LEN,
            num_puzzle_identifiers: self.dataset.identifiers(),
            total_groups: self.groups(),
            mean_puzzle_examples: self.examples() as f64 / self.puzzles().max(1) as f64,
            total_puzzles,
            sets: ["all"],
        }
    }

    /// The text of `dataset.json`.
    pub fn dataset_json(&self) -> String {
        python_json(&self.meta())
    }
}

impl ArcDataset {
    /// The names of the puzzles by identifier; the blank identifier is named `<blank>`.
    pub fn puzzle_names(&self, convention: Convention) -> impl Iterator<Item = String> {
        let names = self.groups.iter().flat_map(move |group| {
            let augmentations = self.augmentations[group.puzzles.clone()].iter();
            let task = group.task.name();
            augmentations.map(move |augmentation| convention.puzzle_name(task, augmentation))
        });
        std::iter::once(BLANK.to_owned()).chain(names)
    }

    /// The text of `identifiers.json`: the names of the puzzles by identifier.
    pub fn identifiers_json(&self, convention: Convention) -> String {
        python_json(&self.puzzle_names(convention).collect::<Vec<_>>())
    }

    /// The text of `test_puzzles.json`: the evaluation tasks by name, with their answers. The
    /// published HRM builder does not write this file.
    pub fn test_puzzles_json(&self) -> String {
        tasks_json(self.evaluation_tasks())
    }
}

/// Tasks by name, in the order given: what [`crate::parse_tasks`] reads.
pub fn tasks_json<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> String {
    python_json(&TasksByName(tasks.into_iter().collect()))
}

/// The name of the blank identifier.
pub(crate) const BLANK: &str = "<blank>";

struct TasksByName<'a>(Vec<&'a Task>);

impl Serialize for TasksByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|&task| (task.name(), PairLists(task))))
    }
}

/// The pairs of a task, in the order of its file.
struct PairLists<'a>(&'a Task);

impl Serialize for PairLists<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut lists: [(&str, &[Pair]); 2] = [("train", self.0.train()), ("test", self.0.test())];
        if self.0.order() == PairOrder::TestFirst {
            lists.reverse();
        }
        let mut map = serializer.serialize_map(Some(2))?;
        for (name, pairs) in lists {
            map.serialize_entry(name, pairs)?;
        }
        map.end()
    }
}
