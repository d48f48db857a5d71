//! The settings behind an artifact that can have had an effect.

use crate::RunnerError;
use hrm_config::ModelConfig;
use hrm_store::rows::ParameterRow;
use hrm_store::{Database, Key};
use serde_json::{Map, Value};

/// Before the path of a model's setting.
const MODEL: &str = "model.";

/// The resolved configuration behind the artifact `key`, without the settings of a model that it ignores:
/// two models that differ only there are the same.
pub(crate) fn settings(database: &Database, key: &Key) -> Result<Vec<ParameterRow>, RunnerError> {
    let mut rows = database.parameters(key)?;
    let model: Map<String, Value> = rows
        .iter()
        .filter_map(|row| {
            let name = row.path.strip_prefix(MODEL)?;
            Some((name.to_owned(), row.value.clone()))
        })
        .collect();
    // What another version of this program wrote may not be a model of today; then all of it is shown.
    let model: Option<ModelConfig> = serde_json::from_value(Value::Object(model)).ok();
    let ignored = model.map_or_else(Vec::new, |model| model.ignored());
    rows.retain(|row| {
        let name = row.path.strip_prefix(MODEL);
        name.is_none_or(|name| !ignored.contains(&name))
    });
    Ok(rows)
}
