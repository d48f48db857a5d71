//! The resolved configuration of stages, value by value.

use serde_json::Value;
use sqlx::types::Json;

use super::{Database, DatabaseError};
use crate::Key;
use crate::rows::ParameterRow;

impl Database {
    /// Records the resolved configuration of the stage `key`, replacing what was recorded before.
    pub fn record_parameters(&self, key: &Key, config: &Value) -> Result<(), DatabaseError> {
        let mut rows = Vec::new();
        flatten(config, "", &mut rows);
        self.block(async {
            let mut transaction = self.begin().await?;
            sqlx::query("DELETE FROM parameters WHERE key = ?1")
                .bind(key)
                .execute(&mut *transaction)
                .await?;
            for row in &rows {
                sqlx::query("INSERT INTO parameters (key, path, value) VALUES (?1, ?2, ?3)")
                    .bind(key)
                    .bind(&row.path)
                    .bind(Json(&row.value))
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await
        })
    }

    /// The resolved configuration of the stage `key`, sorted by path.
    pub fn parameters(&self, key: &Key) -> Result<Vec<ParameterRow>, DatabaseError> {
        self.block(
            sqlx::query_as("SELECT path, value FROM parameters WHERE key = ?1 ORDER BY path")
                .bind(key)
                .fetch_all(&self.pool),
        )
    }
}

/// Adds the values below `value`, whose own path is `path`. Everything but a table is one value.
fn flatten(value: &Value, path: &str, rows: &mut Vec<ParameterRow>) {
    match value {
        Value::Object(table) => {
            for (name, value) in table {
                let path = match path {
                    "" => name.clone(),
                    parent => format!("{parent}.{name}"),
                };
                flatten(value, &path, rows);
            }
        }
        value => rows.push(ParameterRow {
            path: path.to_owned(),
            value: value.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_are_flattened_and_arrays_are_not() {
        let mut rows = Vec::new();
        let config = json!({
            "lr": 1e-4, "seeds": [0, 1], "model": {"hidden_size": 64, "rope": {"base": null}}, "sweep": {},
        });
        flatten(&config, "", &mut rows);
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        let found: Vec<(&str, &Value)> = rows
            .iter()
            .map(|row| (row.path.as_str(), &row.value))
            .collect();
        assert_eq!(
            found,
            [
                ("lr", &json!(1e-4)),
                ("model.hidden_size", &json!(64)),
                ("model.rope.base", &Value::Null),
                ("seeds", &json!([0, 1])),
            ]
        );
    }
}
