//! The evaluation tasks that ARC predictions are compared with.

use crate::PredictionsError;
use hrm_arc::scoring::TestPairs;
use hrm_arc::tokens::{Tokens, crop};
use hrm_arc::{Augmentation, Convention, Pair, Task, TaskError, parse_kaggle, parse_tasks};
use hrm_dataset::{SplitData, eval_batches, eval_examples};
use std::fs;
use std::path::{Path, PathBuf};

/// The test pairs of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvaluationTask {
    pub(crate) name: String,
    pub(crate) pairs: Vec<Pair>,
}

impl<'t> From<&'t EvaluationTask> for TestPairs<'t> {
    fn from(task: &'t EvaluationTask) -> Self {
        Self {
            task: &task.name,
            pairs: &task.pairs,
        }
    }
}

impl From<Task> for EvaluationTask {
    fn from(task: Task) -> Self {
        Self {
            name: task.name().to_owned(),
            pairs: task.test().to_vec(),
        }
    }
}

/// The tasks of a folder of predictions, and the files that they were read from. `names` are those of
/// the dataset's identifiers.
pub(crate) fn read_tasks(
    folder: &Path,
    names: &[String],
) -> Result<(Vec<EvaluationTask>, Vec<PathBuf>), PredictionsError> {
    let of_builder = folder.join("ds/test_puzzles.json");
    if of_builder.exists() {
        let tasks = parse(&of_builder, parse_tasks)?;
        return Ok((evaluation_tasks(tasks), vec![of_builder]));
    }
    if let Some([challenges, solutions]) = raw_files(&folder.join("raw"))? {
        let outputs = read_text(&solutions)?;
        let tasks = parse(&challenges, |text| parse_kaggle(text, &outputs))?;
        return Ok((evaluation_tasks(tasks), vec![challenges, solutions]));
    }
    let test = folder.join("ds/test");
    if !test.is_dir() {
        let reason = "the evaluation tasks are missing: put `test_puzzles.json` or the dataset's \
                      folder `test` into `ds`, or the files `*_challenges.json` and \
                      `*_solutions.json` into `raw`";
        return Err(PredictionsError::malformed(folder, reason));
    }
    let tasks = tasks_of_split(&SplitData::read(&test)?, None, names, &test)?;
    let arrays = [
        "inputs",
        "labels",
        "puzzle_identifiers",
        "puzzle_indices",
        "group_indices",
    ];
    let files = arrays.map(|array| test.join(format!("all__{array}.npy")));
    Ok((tasks, files.to_vec()))
}

fn evaluation_tasks(tasks: Vec<Task>) -> Vec<EvaluationTask> {
    tasks.into_iter().map(EvaluationTask::from).collect()
}

fn parse(
    path: &Path,
    parse: impl FnOnce(&str) -> Result<Vec<Task>, TaskError>,
) -> Result<Vec<Task>, PredictionsError> {
    parse(&read_text(path)?).map_err(|source| PredictionsError::Tasks {
        path: path.to_owned(),
        source,
    })
}

fn read_text(path: &Path) -> Result<String, PredictionsError> {
    fs::read_to_string(path).map_err(PredictionsError::io("read", path))
}

/// The challenges and the solutions in a folder, if both are there: the first pair by name.
fn raw_files(folder: &Path) -> Result<Option<[PathBuf; 2]>, PredictionsError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let error = || PredictionsError::io("read", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(error())? {
        names.push(
            entry
                .map_err(error())?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    let pair = |name: &String| {
        let solutions = format!("{}_solutions.json", name.strip_suffix("_challenges.json")?);
        let both = [folder.join(name), folder.join(&solutions)];
        names.contains(&solutions).then_some(both)
    };
    Ok(names.iter().find_map(pair))
}

/// The tasks of the first `examples` examples of a split (all where `None`), read back from the
/// unaugmented puzzles, in the order of the groups. `names` are those of the identifiers; `source`
/// is named in errors.
pub(crate) fn tasks_of_split(
    split: &SplitData,
    examples: Option<usize>,
    names: &[String],
    source: &Path,
) -> Result<Vec<EvaluationTask>, PredictionsError> {
    let convention = Convention::of_names(names);
    let malformed = |reason: String| PredictionsError::malformed(source, reason);
    let end = examples.unwrap_or(split.examples());
    let mut originals = eval_examples(split, None, Some(0));
    originals.retain(|&example| {
        // A task whose first example is looked at counts whole.
        split.puzzle_examples(split.puzzle_of(example)).start < end
    });
    let mut tasks: Vec<(i32, EvaluationTask)> = Vec::new();
    for batch in eval_batches(split, BATCH_SIZE, &originals) {
        let rows = batch
            .inputs
            .chunks(batch.seq_len)
            .zip(batch.labels.chunks(batch.seq_len));
        let slots = rows.zip(&batch.puzzle_identifiers).zip(&batch.examples);
        for (((input, label), &identifier), example) in slots {
            let Some(example) = example else { continue };
            let pair = pair(input, label)
                .ok_or_else(|| malformed(format!("example {example} is no pair of ARC grids")))?;
            if let Some((last, task)) = tasks.last_mut()
                && *last == identifier
            {
                task.pairs.push(pair);
                continue;
            }
            let name = usize::try_from(identifier)
                .ok()
                .and_then(|index| names.get(index));
            let name =
                name.ok_or_else(|| malformed(format!("identifier {identifier} has no name")))?;
            let parsed = convention.parse_name(name);
            if !matches!(parsed, Ok((_, Augmentation::IDENTITY))) {
                let reason = format!(
                    "the first puzzle of a group, `{name}`, is augmented: the task's own grids are unknown"
                );
                return Err(malformed(reason));
            }
            let (name, pairs) = (name.clone(), vec![pair]);
            tasks.push((identifier, EvaluationTask { name, pairs }));
        }
    }
    Ok(tasks.into_iter().map(|(_, task)| task).collect())
}

/// Examples that are encoded at once.
const BATCH_SIZE: usize = 64;

/// The grids of an unshifted example; labels that are not counted are padding.
fn pair(input: &[i32], label: &[i32]) -> Option<Pair> {
    Some(Pair {
        input: crop(&square(input)?),
        output: crop(&square(label)?),
    })
}

/// The token square of model tokens, in which everything that is no token is padding.
pub(crate) fn square(tokens: &[i32]) -> Option<Tokens> {
    let bytes: Vec<u8> = tokens
        .iter()
        .map(|&token| u8::try_from(token).unwrap_or(hrm_arc::tokens::PAD))
        .collect();
    bytes.try_into().ok()
}
