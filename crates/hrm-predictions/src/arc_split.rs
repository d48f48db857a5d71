//! The evaluation tasks of a split, read back from its unaugmented examples.

use crate::PredictionsError;
use crate::arc_tasks::EvaluationTask;
use hrm_arc::tokens::{PAD, Tokens, crop};
use hrm_arc::{Augmentation, Convention, Pair};
use hrm_dataset::{SplitData, eval_batches, eval_examples};
use std::path::Path;

/// Examples that are encoded at once.
const BATCH_SIZE: usize = 64;

/// The tasks behind the first `examples` examples of a split (all where `None`), in the order of the
/// groups; a task of which one example is among them counts whole. `names` are those of the
/// identifiers; `source` is named in errors.
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
    originals.retain(|&example| split.puzzle_examples(split.puzzle_of(example)).start < end);
    let mut last = None;
    let mut tasks: Vec<EvaluationTask> = Vec::new();
    for batch in eval_batches(split, BATCH_SIZE, &originals) {
        let inputs = batch.inputs.chunks(batch.seq_len);
        let pairs = inputs.zip(batch.labels.chunks(batch.seq_len));
        let slots = pairs.zip(&batch.puzzle_identifiers);
        for (((input, label), &identifier), example) in slots.zip(batch.examples.iter().flatten()) {
            let pair = pair(input, label)
                .ok_or_else(|| malformed(format!("example {example} is no pair of ARC grids")))?;
            match tasks.last_mut().filter(|_| last == Some(identifier)) {
                Some(task) => task.pairs.push(pair),
                None => tasks.push(EvaluationTask {
                    name: task_name(convention, names, identifier).map_err(malformed)?,
                    pairs: vec![pair],
                }),
            }
            last = Some(identifier);
        }
    }
    Ok(tasks)
}

/// The name of the task whose original puzzle has this identifier.
fn task_name(convention: Convention, names: &[String], identifier: i32) -> Result<String, String> {
    let place = usize::try_from(identifier).ok();
    let name = place.and_then(|place| names.get(place));
    let name = name.ok_or_else(|| format!("identifier {identifier} has no name"))?;
    match convention.parse_name(name) {
        Ok((task, Augmentation::IDENTITY)) => Ok(task.to_owned()),
        _ => Err(format!(
            "the first puzzle of a group, `{name}`, is augmented: the task's own grids are unknown"
        )),
    }
}

/// The grids of an unshifted example; labels that are not counted are padding.
fn pair(input: &[i32], label: &[i32]) -> Option<Pair> {
    Some(Pair {
        input: crop(&square(input)?),
        output: crop(&square(label)?),
    })
}

/// The token square of model tokens, in which everything that is no token is padding.
pub(crate) fn square(tokens: &[i32]) -> Option<Tokens> {
    let token = |&token: &i32| u8::try_from(token).unwrap_or(PAD);
    let bytes: Vec<u8> = tokens.iter().map(token).collect();
    bytes.try_into().ok()
}
