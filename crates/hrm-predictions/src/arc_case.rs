//! Folders of ARC predictions, as the published evaluators save them.
//!
//! ```text
//! inputs.npy               tokens that the model was given [predictions, 900]
//! preds.npy                tokens that it predicted [predictions, 900]
//! q_logits.npy             logits of halting [predictions]
//! puzzle_identifiers.npy   [predictions]; blank ones are padding
//! ds/identifiers.json      the name of every identifier, of either published convention
//! ds/test_puzzles.json     the evaluation tasks with their answers
//! ```
//!
//! Arrays may be of any integer or float type. Where there is no `ds/test_puzzles.json`, which only
//! the TRM builder writes, the tasks come from `raw/*_challenges.json` and `raw/*_solutions.json`
//! or, last, from the unaugmented examples of the dataset's folder `ds/test`.

use crate::PredictionsError;
use crate::arc_tasks::{EvaluationTask, read_tasks};
use hrm_arc::Convention;
use hrm_arc::dataset::PuzzleNames;
use hrm_arc::scoring::{Prediction, Votes};
use hrm_arc::tokens::{SEQ_LEN, Tokens, VOCAB_SIZE};
use hrm_dataset::npy::{ArrayReader, Number};
use std::path::{Path, PathBuf};

const INPUTS: &str = "inputs.npy";
const PREDICTIONS: &str = "preds.npy";
const Q_LOGITS: &str = "q_logits.npy";
const IDENTIFIERS: &str = "puzzle_identifiers.npy";
const NAMES: &str = "ds/identifiers.json";

/// The predictions of one model, of one checkpoint.
#[derive(Debug, Clone)]
pub struct ArcCase {
    folder: PathBuf,
    /// Tokens [predictions × 900].
    inputs: Vec<u8>,
    /// Tokens [predictions × 900].
    outputs: Vec<u8>,
    q_logits: Vec<f64>,
    identifiers: Vec<usize>,
    names: PuzzleNames,
    tasks: Vec<EvaluationTask>,
    /// Every file that was read.
    files: Vec<PathBuf>,
}

impl ArcCase {
    /// Reads a folder.
    ///
    /// # Errors
    /// If a file is missing or malformed, or two contradict each other; the error names it.
    pub fn read(folder: &Path) -> Result<Self, PredictionsError> {
        let path = |name: &str| folder.join(name);
        let inputs = read_tokens(&path(INPUTS))?;
        let names = read_names(&path(NAMES))?;
        let (tasks, task_files) = read_tasks(folder, &names)?;
        let names_path = path(NAMES);
        let convention = Convention::of_names(&names);
        let case = Self {
            outputs: read_tokens(&path(PREDICTIONS))?,
            q_logits: read_vector(&path(Q_LOGITS), float)?,
            identifiers: read_vector(&path(IDENTIFIERS), index)?,
            names: PuzzleNames::new(convention, &names).map_err(|source| {
                PredictionsError::Names {
                    path: names_path,
                    source,
                }
            })?,
            tasks,
            inputs,
            files: [INPUTS, PREDICTIONS, Q_LOGITS, IDENTIFIERS, NAMES]
                .map(path)
                .into_iter()
                .chain(task_files)
                .collect(),
            folder: folder.to_owned(),
        };
        case.check_sizes()?;
        Ok(case)
    }

    /// Every file that decides the scores.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Predictions, those for blank identifiers included.
    pub fn predictions(&self) -> usize {
        self.identifiers.len()
    }

    /// The votes of all predictions but those for blank identifiers.
    ///
    /// # Errors
    /// If a prediction is for an identifier that does not exist, for a task that is not evaluated or
    /// for an input that is none of its task's, or its logit is not a number.
    pub fn votes(&self) -> Result<Votes<'_>, PredictionsError> {
        let error = PredictionsError::votes(&self.folder);
        let mut votes = Votes::new(&self.tasks).map_err(&error)?;
        let inputs = self.inputs.as_chunks::<SEQ_LEN>().0.iter();
        let outputs = self.outputs.as_chunks::<SEQ_LEN>().0.iter();
        let halting = self.identifiers.iter().zip(&self.q_logits);
        for (row, ((input, output), (&identifier, &q))) in
            inputs.zip(outputs).zip(halting).enumerate()
        {
            if let Some(prediction) = self.prediction(row, identifier, input, output, q)? {
                votes.add(&prediction).map_err(&error)?;
            }
        }
        Ok(votes)
    }

    fn prediction<'a>(
        &'a self,
        row: usize,
        identifier: usize,
        input: &'a Tokens,
        output: &'a Tokens,
        q_halt_logit: f64,
    ) -> Result<Option<Prediction<'a>>, PredictionsError> {
        if identifier >= self.names.len() {
            let known = self.names.len();
            let reason = format!("row {row}: identifier {identifier}, but `{NAMES}` names {known}");
            return Err(PredictionsError::malformed(
                &self.folder.join(IDENTIFIERS),
                reason,
            ));
        }
        let puzzle = self.names.puzzle(identifier);
        Ok(puzzle.map(|puzzle| Prediction {
            row,
            puzzle,
            input,
            output,
            q_halt_logit,
        }))
    }

    /// All arrays must have as many rows.
    fn check_sizes(&self) -> Result<(), PredictionsError> {
        let rows = self.identifiers.len();
        let found = [
            (INPUTS, self.inputs.len() / SEQ_LEN),
            (PREDICTIONS, self.outputs.len() / SEQ_LEN),
            (Q_LOGITS, self.q_logits.len()),
        ];
        match found.into_iter().find(|(_, found)| *found != rows) {
            None => Ok(()),
            Some((name, found)) => Err(PredictionsError::malformed(
                &self.folder.join(name),
                format!("{found} predictions, but `{IDENTIFIERS}` has {rows}"),
            )),
        }
    }
}

fn read_names(path: &Path) -> Result<Vec<String>, PredictionsError> {
    let text = std::fs::read(path).map_err(PredictionsError::io("read", path))?;
    serde_json::from_slice(&text).map_err(|error| {
        PredictionsError::malformed(path, format!("not a JSON list of puzzle names: {error}"))
    })
}

/// Reads tokens: rows of 900, in whatever further dimensions.
fn read_tokens(path: &Path) -> Result<Vec<u8>, PredictionsError> {
    let array = ArrayReader::open(path)?;
    let row_len = array
        .shape()
        .iter()
        .skip(1)
        .try_fold(1usize, |len, size| len.checked_mul(*size));
    if row_len != Some(SEQ_LEN) || array.shape().len() < 2 {
        let reason = format!(
            "shape {:?}, expected [predictions, {SEQ_LEN}]",
            array.shape()
        );
        return Err(PredictionsError::malformed(path, reason));
    }
    Ok(array.read_numbers(token)?)
}

/// Reads one value for each prediction.
fn read_vector<T>(
    path: &Path,
    convert: impl Fn(Number) -> Result<T, String>,
) -> Result<Vec<T>, PredictionsError> {
    let array = ArrayReader::open(path)?;
    if array.shape().is_empty() || array.shape().iter().skip(1).any(|size| *size != 1) {
        let reason = format!("shape {:?}, expected [predictions]", array.shape());
        return Err(PredictionsError::malformed(path, reason));
    }
    Ok(array.read_numbers(convert)?)
}

fn token(number: Number) -> Result<u8, String> {
    let token = index(number)?;
    u8::try_from(token)
        .ok()
        .filter(|&token| usize::from(token) < VOCAB_SIZE)
        .ok_or_else(|| {
            format!(
                "token {token}, but ARC has the tokens 0 to {}",
                VOCAB_SIZE - 1
            )
        })
}

fn index(number: Number) -> Result<usize, String> {
    let refused = |value: &dyn std::fmt::Display| format!("{value} is not a number from 0 on");
    match number {
        Number::Integer(value) => usize::try_from(value).map_err(|_| refused(&value)),
        // Every index that can occur is far below 2⁵³, where floats are exact.
        Number::Float(value) if value >= 0.0 && value.fract() == 0.0 && value < 1e15 => {
            Ok(value as usize)
        }
        Number::Float(value) => Err(refused(&value)),
    }
}

fn float(number: Number) -> Result<f64, String> {
    Ok(match number {
        Number::Integer(value) => value as f64,
        Number::Float(value) => value,
    })
}
