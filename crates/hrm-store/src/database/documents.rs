//! Small documents of artifacts, kept as they are.

use super::{Database, DatabaseError};
use crate::Key;

impl Database {
    /// Records the document `name` of the artifact `key`, replacing what was recorded before. `content`
    /// is JSON.
    pub fn record_document(
        &self,
        key: &Key,
        name: &str,
        content: &str,
    ) -> Result<(), DatabaseError> {
        self.block(
            sqlx::query(
                "INSERT INTO documents (key, name, content) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key, name) DO UPDATE SET content = excluded.content",
            )
            .bind(key)
            .bind(name)
            .bind(content)
            .execute(&self.pool),
        )?;
        Ok(())
    }

    /// The document `name` of the artifact `key`, where there is one.
    pub fn document(&self, key: &Key, name: &str) -> Result<Option<String>, DatabaseError> {
        self.block(
            sqlx::query_scalar("SELECT content FROM documents WHERE key = ?1 AND name = ?2")
                .bind(key)
                .bind(name)
                .fetch_optional(&self.pool),
        )
    }
}
