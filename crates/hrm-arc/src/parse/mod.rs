//! Tasks from JSON text: single files, and files of many tasks.

mod error;
mod grid;
mod raw;

pub use error::{Place, TaskError};

use crate::{Grid, Pair, PairOrder, Task};
use raw::{Layout, Named, RawTask, TestInput, from_json};
use std::collections::HashMap;

/// One task from its own file, as in the ARC-AGI and ConceptARC repositories:
/// `{"train": [{"input": [[…]], "output": [[…]]}, …], "test": […]}`.
///
/// The task is named `name`, or by the file's own `name` where there is one, as in the published
/// HRM builder. Other keys are ignored.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse_task(name: &str, text: &str) -> Result<Task, TaskError> {
    let raw: RawTask<Pair> = from_json(text, Layout::Task(name))?;
    let name = raw.name.unwrap_or_else(|| name.to_owned());
    task(name, raw.train, raw.test, raw.order)
}

/// Complete tasks by name, in the order of the file: `{"00576224": {"train": […], "test": […]}, …}`,
/// as in `test_puzzles.json` of the published TRM builder.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse_tasks(text: &str) -> Result<Vec<Task>, TaskError> {
    let raw: Named<RawTask<Pair>> = from_json(text, Layout::Tasks)?;
    let named = raw.0.into_iter();
    named
        .map(|(name, raw)| task(name, raw.train, raw.test, raw.order))
        .collect()
}

/// Tasks in the layout of the ARC Prize competitions, in the order of the challenges: the outputs
/// of the test pairs are in a file of their own.
///
/// # Errors
/// The first thing that is wrong, with its place; a task without its solutions or with too few or
/// too many of them.
pub fn parse_kaggle(challenges: &str, solutions: &str) -> Result<Vec<Task>, TaskError> {
    let challenges: Named<RawTask<TestInput>> = from_json(challenges, Layout::Tasks)?;
    let solutions: Named<Vec<Grid>> = from_json(solutions, Layout::Solutions)?;
    let mut solutions: HashMap<String, Vec<Grid>> = solutions.0.into_iter().collect();
    let mut tasks = Vec::with_capacity(challenges.0.len());
    for (name, raw) in challenges.0 {
        let outputs = solutions.remove(&name).unwrap_or_default();
        if outputs.len() != raw.test.len() {
            return Err(TaskError::Solutions {
                task: name,
                inputs: raw.test.len(),
                outputs: outputs.len(),
            });
        }
        let test = raw.test.into_iter().zip(outputs);
        let test = test.map(|(TestInput { input }, output)| Pair { input, output });
        tasks.push(task(name, raw.train, test.collect(), raw.order)?);
    }
    Ok(tasks)
}

fn task(
    name: String,
    train: Vec<Pair>,
    test: Vec<Pair>,
    order: PairOrder,
) -> Result<Task, TaskError> {
    Task::new(name.clone(), train, test, order)
        .map_err(|error| TaskError::Content { task: name, error })
}
