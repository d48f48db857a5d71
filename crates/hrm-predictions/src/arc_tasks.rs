//! The evaluation tasks that ARC predictions are compared with.

use crate::PredictionsError;
use crate::arc_split::tasks_of_split;
use hrm_arc::scoring::TestPairs;
use hrm_arc::{Pair, Task, TaskError, parse_kaggle, parse_tasks};
use hrm_dataset::SplitData;
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
