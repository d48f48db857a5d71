//! The filter language of `hrm runs --where`.
//!
//! ```text
//! test.exact_accuracy > 0.5 and (model.arch = "trm" or seed in [1, 2]) and started > "2026-11-01"
//!
//! filter     = all { "or" all }
//! all        = negation { "and" negation }
//! negation   = "not" negation | "(" filter ")" | test
//! test       = name ("=" | "!=" | "<" | "<=" | ">" | ">=") value
//!            | name ["not"] "in" "[" value { "," value } "]"
//!            | name ["not"] "like" string
//!            | name "is" ["not"] "null"
//! value      = number | string | "true" | "false"
//! ```
//!
//! A name begins with a letter or `_` and goes on with letters, digits, `_`, `.`, `/` and `-`. Words
//! such as `and` may be written in upper case too. A string stands between `"` or between `'` and has
//! no escapes. In the pattern of `like`, `%` is any text and `_` any character; `\` before one of
//! them takes that away. SQLite does not tell `a` to `z` from `A` to `Z` there.
//!
//! A time is a string such as `"2026-11-01"`, `"2026-11-01 18:30"` or `"2026-11-01T18:30:00+01:00"`.
//! Without an offset it is in UTC, and a date is its first moment.
//!
//! As in SQL, a test of a missing value is neither true nor false, and neither is its negation: only
//! `is null` finds it.
//!
//! [`parse`] checks every name and value against a [`Schema`]; [`Filter::to_sql`] makes a condition in
//! which every value is bound. Invariants: no I/O; the work is proportional to the length of the text;
//! nothing of the text but names that the schema knows gets into the SQL.

mod error;
mod filter;
mod lexer;
mod literal;
mod parser;
mod schema;
mod sql;

pub use error::FilterError;
pub use filter::{Comparison, Filter, Predicate, Value};
pub use lexer::names_of;
pub use parser::{DEPTH_MAX, TESTS_MAX, parse};
pub use schema::{Schema, Type};
pub use sql::Sql;
