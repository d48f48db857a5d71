//! What can be wrong with a value whose type is known, and where.

use crate::{source::Place, tree::Value};
use serde::de::{self, Unexpected};
use std::fmt;

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// A key that its table does not have.
    UnknownKey {
        key: String,
        allowed: &'static [&'static str],
    },
    /// A word that is not one of a fixed list.
    UnknownWord {
        word: String,
        allowed: &'static [&'static str],
    },
    /// Not a word where one of a fixed list is wanted.
    NotAWord {
        found: String,
        allowed: &'static [&'static str],
    },
    /// Another type, or a number outside of the type; `expected` is in serde's words.
    WrongType { found: String, expected: String },
    /// An array with too few or too many values.
    WrongLength { found: usize, expected: usize },
    /// A key without a default is not there.
    MissingKey { key: &'static str },
    /// Anything else, in serde's words.
    Other(String),
}

/// A mistake and where it was made.
#[derive(Debug)]
pub(crate) struct Fault {
    /// What is wrong.
    pub(crate) mistake: Mistake,
    /// Where it is written; not set for the table that deserialization started with.
    pub(crate) at: Option<Place>,
    /// Keys from the value outwards, the innermost first.
    trail: Vec<String>,
}

impl Fault {
    /// A mistake at a place that is not known yet.
    pub(crate) fn new(mistake: Mistake) -> Self {
        Self {
            mistake,
            at: None,
            trail: Vec::new(),
        }
    }

    /// The same fault, seen from the table that has it at `key`.
    pub(crate) fn inside(mut self, key: &str, at: Place) -> Self {
        self.at.get_or_insert(at);
        self.trail.push(key.to_owned());
        self
    }

    /// Keys from the outermost table to the value (to its table, for a key that is not there).
    pub(crate) fn path(&self) -> Vec<&str> {
        self.trail.iter().rev().map(String::as_str).collect()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.mistake)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Mistake::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(Mistake::WrongType {
            found: describe(found),
            expected: expected.to_string(),
        })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(word: &str, allowed: &'static [&'static str]) -> Self {
        Self::new(Mistake::UnknownWord {
            word: word.to_owned(),
            allowed,
        })
    }

    fn unknown_field(key: &str, allowed: &'static [&'static str]) -> Self {
        Self::new(Mistake::UnknownKey {
            key: key.to_owned(),
            allowed,
        })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Mistake::MissingKey { key })
    }
}

fn describe(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Str(text) => Value::String(text.to_owned()).describe(),
        Unexpected::Unsigned(number) => Value::Integer(number.into()).describe(),
        Unexpected::Signed(number) => Value::Integer(number.into()).describe(),
        Unexpected::Float(number) => Value::Float(number).describe(),
        Unexpected::Bool(truth) => Value::Boolean(truth).describe(),
        Unexpected::Seq => "an array".into(),
        Unexpected::Map => "a table".into(),
        other => other.to_string(),
    }
}
