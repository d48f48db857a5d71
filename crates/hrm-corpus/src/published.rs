//! The puzzles of a dataset's folder: of each group the first puzzle, which is the original.

use crate::{Corpus, CorpusError, fact, tasks};
use hrm_arc::{Pair, PairOrder, Task};
use hrm_audit::{Entry, Place, Puzzle, PuzzleSet};
use hrm_config::Split;
use hrm_dataset::{Dataset, DatasetError, ExampleGrids, PuzzleDescription, SplitData};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Whether a folder is a dataset's, of this program or of the published builders.
pub(crate) fn is_dataset(dir: &Path) -> bool {
    let splits = [Split::Train, Split::Validation, Split::Test];
    let mut metas = splits.map(|split| dir.join(split.name()).join("dataset.json"));
    metas.iter_mut().any(|meta| meta.is_file())
}

pub(crate) fn of_folder(name: &str, dir: &Path) -> Result<Corpus, CorpusError> {
    let dataset = Dataset::read(dir)?;
    let kind = kind(&dataset).ok_or_else(|| DatasetError::Malformed {
        path: dir.to_path_buf(),
        reason: "its tokens are neither Sudoku nor mazes nor ARC grids".to_owned(),
    })?;
    let folder = Folder {
        name,
        dir,
        dataset: &dataset,
        kind,
    };
    let sets = match kind {
        PuzzleDescription::Arc => folder.arc_sets()?,
        _ => folder.grid_sets()?,
    };
    Ok(Corpus {
        name: name.to_owned(),
        facts: facts(&dataset),
        sets,
    })
}

fn facts(dataset: &Dataset) -> Vec<(String, String)> {
    let card = &dataset.card;
    let mut facts = vec![
        fact("About", &card.description),
        fact("Splits", &card.guarantee),
    ];
    for (split, counts) in &card.splits {
        let text = format!(
            "{} groups, {} puzzles, {} examples",
            counts.groups, counts.puzzles, counts.examples
        );
        facts.push(fact(split.name(), text));
    }
    facts.extend(card.difficulty.as_ref().map(|text| fact("Rating", text)));
    facts
}

/// The dataset's kind of puzzle; where its card does not say, the one whose rules the first
/// example of every split obeys.
fn kind(dataset: &Dataset) -> Option<PuzzleDescription> {
    if dataset.card.puzzle != PuzzleDescription::Tokens {
        return Some(dataset.card.puzzle);
    }
    let meta = dataset.splits.values().next()?.meta();
    let obeys = |kind: &PuzzleDescription| {
        let mut splits = dataset.splits.values();
        splits.all(|data| match kind.decode(&data.input(0), &data.label(0)) {
            Ok(grids) => puzzle(grids).is_none_or(|puzzle| puzzle.fault().is_none()),
            Err(_) => false,
        })
    };
    let candidates = PuzzleDescription::candidates(meta.vocab_size, meta.seq_len);
    candidates.into_iter().find(obeys)
}

/// The puzzle of one example; nothing for a pair of an ARC task.
fn puzzle(grids: ExampleGrids) -> Option<Puzzle> {
    match grids {
        ExampleGrids::Sudoku { question, answer } => Some(Puzzle::Sudoku { question, answer }),
        ExampleGrids::Maze { question, answer } => Some(Puzzle::Maze { question, answer }),
        ExampleGrids::Arc(_) => None,
    }
}

/// A dataset's folder whose kind of puzzle is known.
struct Folder<'a> {
    name: &'a str,
    dir: &'a Path,
    dataset: &'a Dataset,
    kind: PuzzleDescription,
}

impl Folder<'_> {
    fn set(&self, split: Split, entries: Vec<Entry>) -> PuzzleSet {
        PuzzleSet {
            dataset: self.name.to_owned(),
            name: split.name().to_owned(),
            split,
            entries,
        }
    }

    fn group_error(&self, split: Split, group: usize, reason: String) -> CorpusError {
        CorpusError::Group {
            path: self.dir.to_path_buf(),
            split: split.name(),
            group,
            reason,
        }
    }

    /// Sudoku and mazes: one example for each puzzle.
    fn grid_sets(&self) -> Result<Vec<PuzzleSet>, CorpusError> {
        let mut sets = Vec::new();
        for (&split, data) in &self.dataset.splits {
            let entry = |group: usize| {
                let example = data.puzzle_examples(data.group_puzzles(group).start).start;
                let grids = self.kind.decode(&data.input(example), &data.label(example));
                let grids = grids.map_err(|reason| self.group_error(split, group, reason))?;
                Ok(puzzle(grids).map(|puzzle| Entry {
                    place: Place::Group(group),
                    difficulty: data.difficulty(example),
                    puzzle,
                }))
            };
            let entries = (0..data.groups()).into_par_iter().map(entry);
            let entries: Result<Vec<_>, CorpusError> = entries.collect();
            sets.push(self.set(split, entries?.into_iter().flatten().collect()));
        }
        Ok(sets)
    }

    /// ARC tasks, put together again: those with test pairs in another split than train belong to
    /// that split, though their demonstrations are trained on.
    fn arc_sets(&self) -> Result<Vec<PuzzleSet>, CorpusError> {
        let mut demonstrations = BTreeMap::new();
        if let Some(train) = self.dataset.splits.get(&Split::Train) {
            for group in 0..train.groups() {
                let pairs = self.pairs(Split::Train, train, group)?;
                demonstrations.insert(self.task_name(train, group), (group, pairs));
            }
        }
        let mut sets = Vec::new();
        let evaluated = self.dataset.splits.iter();
        for (&split, data) in evaluated.filter(|(split, _)| **split != Split::Train) {
            let mut entries = Vec::new();
            for group in 0..data.groups() {
                let name = self.task_name(data, group);
                let test = self.pairs(split, data, group)?;
                let (_, train) = demonstrations.remove(&name).unwrap_or_default();
                entries.push(self.task((split, group), name, train, test)?);
            }
            sets.push(self.set(split, entries));
        }
        let trained = demonstrations
            .into_iter()
            .map(|(name, (group, mut pairs))| {
                // Which of the pairs were test pairs is not stored, and makes no difference here.
                let test = pairs.pop().into_iter().collect();
                self.task((Split::Train, group), name, pairs, test)
            });
        let trained = trained.collect::<Result<_, _>>()?;
        sets.insert(0, self.set(Split::Train, trained));
        Ok(sets)
    }

    fn task(
        &self,
        (split, group): (Split, usize),
        name: String,
        train: Vec<Pair>,
        test: Vec<Pair>,
    ) -> Result<Entry, CorpusError> {
        let task = Task::new(name, train, test, PairOrder::TrainFirst);
        let task = task.map_err(|error| self.group_error(split, group, error.to_string()));
        Ok(tasks::entry(task?))
    }

    /// The pairs of a group's first puzzle.
    fn pairs(
        &self,
        split: Split,
        data: &SplitData,
        group: usize,
    ) -> Result<Vec<Pair>, CorpusError> {
        let examples = data.puzzle_examples(data.group_puzzles(group).start);
        let pair = |example| match self.kind.decode(&data.input(example), &data.label(example)) {
            Ok(ExampleGrids::Arc(pair)) => Ok(pair),
            Ok(_) => Err("not an ARC grid".to_owned()),
            Err(reason) => Err(reason),
        };
        let pairs: Result<_, String> = examples.map(pair).collect();
        pairs.map_err(|reason| self.group_error(split, group, reason))
    }

    /// The name of a group's task, or its number where names are not stored.
    fn task_name(&self, data: &SplitData, group: usize) -> String {
        let identifier = data.puzzle_identifier(data.group_puzzles(group).start);
        let names = self.dataset.identifiers();
        let name = usize::try_from(identifier)
            .ok()
            .and_then(|index| names.get(index));
        name.cloned()
            .unwrap_or_else(|| format!("identifier {identifier}"))
    }
}
