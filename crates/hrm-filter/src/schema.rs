//! The names that a filter may use.

use std::collections::BTreeMap;
use std::fmt;

/// The type of the values behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Whole or not.
    Number,
    /// Text.
    Text,
    /// True or false.
    Boolean,
    /// A moment.
    Time,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Number => "a number",
            Type::Text => "text",
            Type::Boolean => "true or false",
            Type::Time => "a time",
        })
    }
}

/// Names with their types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema(BTreeMap<String, Type>);

impl<N: Into<String>> FromIterator<(N, Type)> for Schema {
    fn from_iter<I: IntoIterator<Item = (N, Type)>>(names: I) -> Self {
        let names = names.into_iter().map(|(name, kind)| (name.into(), kind));
        Self(names.collect())
    }
}

/// Names that are listed where none is similar; the rest is counted.
const LISTED_MAX: usize = 20;
/// Longer names are not compared with others: they are no misspelt ones.
const COMPARED_LENGTH_MAX: usize = 64;

impl Schema {
    /// The type of a name; nothing if there is no such name.
    pub fn type_of(&self, name: &str) -> Option<Type> {
        self.0.get(name).copied()
    }

    /// What to say of a name that does not exist: the one that is meant, or those that there are.
    pub(crate) fn suggestion(&self, name: &str) -> String {
        if let Some(similar) = self.similar(name) {
            return format!("did you mean `{similar}`?");
        }
        let listed = self.0.keys().take(LISTED_MAX);
        let listed: Vec<_> = listed.map(|name| format!("`{name}`")).collect();
        match self.0.len().saturating_sub(LISTED_MAX) {
            0 if listed.is_empty() => "there are no names".to_owned(),
            0 => format!("the names are {}", listed.join(", ")),
            more => format!("the names are {} and {more} more", listed.join(", ")),
        }
    }

    /// The name with the fewest letters wrong, missing, added or swapped, if that is at most a third.
    /// What stands before a name's last dot may be left out.
    fn similar(&self, name: &str) -> Option<&str> {
        if name.len() > COMPARED_LENGTH_MAX {
            return None;
        }
        let wanted = name.to_ascii_lowercase();
        let distance = |known: &String| {
            let known = known.to_ascii_lowercase();
            let last = known.rsplit('.').next().unwrap_or_default();
            [known.as_str(), last]
                .map(|known| strsim::damerau_levenshtein(&wanted, known))
                .into_iter()
                .min()
        };
        let distances = self.0.keys().map(|known| (distance(known), known));
        let (distance, known) = distances.min_by_key(|&(distance, _)| distance)?;
        (distance? <= wanted.chars().count() / 3).then_some(known)
    }
}
