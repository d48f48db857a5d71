//! Curves of trainings as rows.

use crate::RunnerError;
use hrm_store::{Database, QueryResult, QueryValue};

/// The seed is part of an artifact: a training that still runs has none here.
const CURVES: &str = "WITH trainings AS MATERIALIZED (
        SELECT s.id, s.run_id, s.instance, s.key, json_extract(a.key_parts, '$.seed') AS seed
        FROM stage_runs AS s LEFT JOIN artifacts AS a ON a.key = s.key
        WHERE s.run_id = ? AND s.kind = 'train')
    SELECT t.run_id AS run, t.instance AS training, t.seed, m.name AS metric, m.step, m.value
    FROM trainings AS t JOIN metrics AS m ON m.key = t.key
    ORDER BY t.id, m.name, m.step";

/// What the trainings of the run with this full id measured: one row for each point, with the columns
/// `run`, `training`, `seed`, `metric`, `step` and `value` (NULL where it is not a number).
///
/// # Errors
/// Where the database cannot be read.
pub fn curves(database: &Database, run: &str) -> Result<QueryResult, RunnerError> {
    Ok(database.query(CURVES, &[QueryValue::Text(run.to_owned())])?)
}
