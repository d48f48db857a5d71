//! A stored evaluation: where it comes from, and what it may be compared with.

use crate::RunnerError;
use hrm_config::{Comparability, DatasetConfig, EvaluateConfig, TrainConfig};
use hrm_store::{Database, Key, QueryResult, QueryValue};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An evaluation of a training, as the database has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredEvaluation {
    /// Instance of the evaluate stage.
    pub(crate) stage: String,
    /// Instance of the training.
    pub(crate) training: String,
    /// Key of the training.
    pub(crate) training_key: Key,
    /// Seed of the training.
    pub(crate) seed: Value,
    /// What it may be compared with; the number of puzzles is left open.
    pub(crate) comparability: Comparability,
}

/// An evaluation's row and those of the training and the dataset behind it.
const ORIGIN: &str = "SELECT e.stage, e.training, e.training_key, d.content_hash,
        json_extract(t.key_parts, '$.seed') || '',
        json_extract(a.key_parts, '$.config'), json_extract(t.key_parts, '$.config'),
        json_extract(d.key_parts, '$.config')
     FROM v1_evaluations AS e
     JOIN artifacts AS a ON a.key = e.key
     JOIN artifacts AS t ON t.key = e.training_key
     JOIN artifact_inputs AS i ON i.key = e.key
     JOIN artifacts AS d ON d.key = i.input_key AND d.kind = 'dataset'
     WHERE e.key = ?";

impl StoredEvaluation {
    /// The evaluation with this key; `None` where it has no training, as predictions of another
    /// program, or where the rows behind it are gone.
    pub(crate) fn read(database: &Database, key: &Key) -> Result<Option<Self>, RunnerError> {
        let found = database.query(ORIGIN, &[QueryValue::Text(key.to_string())])?;
        let Some(
            [
                stage,
                training,
                training_key,
                content,
                seed,
                evaluate,
                train,
                dataset,
            ],
        ) = texts(&found)
        else {
            return Ok(None);
        };
        let what = |kind: &str| format!("the stored configuration of the {kind} behind `{stage}`");
        let evaluate: EvaluateConfig = config(&evaluate, &["/train"], what("evaluation"))?;
        let train: TrainConfig = config(&train, &["/dataset"], what("training"))?;
        let paths = ["/csv/train", "/csv/test", "/folder/path"];
        let dataset: DatasetConfig = config(&dataset, &paths, what("dataset"))?;
        let mut comparability = Comparability::of(&dataset, &train, &evaluate);
        // As much of the hash as people can tell apart.
        let content = || content.chars().take(12).collect();
        comparability.dataset.get_or_insert_with(content);
        Ok(Some(Self {
            training_key: training_key.parse()?,
            seed: serde_json::from_str(&seed).unwrap_or(Value::Null),
            comparability,
            stage,
            training,
        }))
    }
}

/// The texts of the first row, if all its columns are texts.
fn texts<const COLUMNS: usize>(found: &QueryResult) -> Option<[String; COLUMNS]> {
    let text = |value: &QueryValue| match value {
        QueryValue::Text(text) => Some(text.clone()),
        _ => None,
    };
    let row: Option<Vec<String>> = found.rows.first()?.iter().map(text).collect();
    row?.try_into().ok()
}

/// The typed configuration of a stage from its part of the cache key, in which names of other
/// stages and paths are left out: `left_out` has their places.
fn config<T: DeserializeOwned>(
    text: &str,
    left_out: &[&str],
    what: String,
) -> Result<T, RunnerError> {
    let mut value: Value =
        serde_json::from_str(text).map_err(RunnerError::malformed(what.clone()))?;
    for place in left_out {
        let (table, key) = place.rsplit_once('/').unwrap_or_default();
        if let Some(Value::Object(table)) = value.pointer_mut(table) {
            table.insert(key.to_owned(), Value::String(String::new()));
        }
    }
    serde_json::from_value(value).map_err(RunnerError::malformed(what))
}
