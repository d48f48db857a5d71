//! A filter as a condition in SQL.

use crate::{Filter, Predicate, Value};

/// A piece of SQL with a `?` for each of its values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql {
    /// The text.
    pub text: String,
    /// The values to bind, in the order of their `?`.
    pub values: Vec<Value>,
}

/// SQL without values.
impl From<&str> for Sql {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }
}

impl Sql {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn bind(&mut self, value: Value) {
        self.push("?");
        self.values.push(value);
    }
}

impl Filter {
    /// The condition in SQL, in parentheses where it has parts. `column` gives the expression that
    /// stands for a name of the schema: a column, or anything else in parentheses of its own.
    pub fn to_sql(&self, column: impl Fn(&str) -> Sql) -> Sql {
        let mut sql = Sql::default();
        self.write(&mut sql, &column);
        sql
    }

    fn write(&self, sql: &mut Sql, column: &impl Fn(&str) -> Sql) {
        match self {
            Filter::And(parts) => write_parts(parts, " AND ", sql, column),
            Filter::Or(parts) => write_parts(parts, " OR ", sql, column),
            Filter::Not(part) => {
                sql.push("NOT (");
                part.write(sql, column);
                sql.push(")");
            }
            Filter::Test { name, predicate } => {
                let column = column(name);
                sql.push(&column.text);
                sql.values.extend(column.values);
                predicate.write(sql);
            }
        }
    }
}

fn write_parts(parts: &[Filter], joint: &str, sql: &mut Sql, column: &impl Fn(&str) -> Sql) {
    for (index, part) in parts.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { joint });
        part.write(sql, column);
    }
    sql.push(")");
}

impl Predicate {
    fn write(&self, sql: &mut Sql) {
        match self {
            Predicate::Compares(comparison, value) => {
                sql.push(&format!(" {} ", comparison.symbol()));
                sql.bind(value.clone());
            }
            Predicate::In(values) => {
                for (index, value) in values.iter().enumerate() {
                    sql.push(if index == 0 { " IN (" } else { ", " });
                    sql.bind(value.clone());
                }
                sql.push(")");
            }
            Predicate::Like(pattern) => {
                sql.push(" LIKE ");
                sql.bind(Value::Text(pattern.clone()));
                sql.push(r" ESCAPE '\'");
            }
            Predicate::IsNull => sql.push(" IS NULL"),
        }
    }
}
