//! Messages for mistakes in stages and expectations.

use crate::{
    diagnostics::Diagnostic,
    fault::{Fault, Mistake},
    keys::{self, Section},
    source::Place,
    suggest,
    tree::{Table, Value, find},
};
use hrm_config::Problem;

/// A stage or an expectation as messages talk about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The section that it is in.
    pub(crate) kind: Section,
    /// Its name.
    pub(crate) name: &'a str,
    /// Where the name is written.
    pub(crate) key: Place,
    /// Its table, with one value for each axis.
    pub(crate) table: &'a Table,
}

impl Subject<'_> {
    /// `train.hrm`, or `train.hrm.model` for a path inside.
    pub(crate) fn path(&self, inside: &[&str]) -> String {
        let mut path = format!("{}.{}", self.kind, self.name);
        for step in inside {
            if !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        path
    }

    /// Where the value at a dotted path is written; for a table, where its name is.
    pub(crate) fn locate(&self, path: &str) -> Option<Place> {
        let steps: Vec<_> = path.split('.').collect();
        find(self.table, &steps).map(|entry| {
            if entry.node.value.as_table().is_some() {
                entry.key
            } else {
                entry.node.at
            }
        })
    }

    /// Where an item of the array at a dotted path is written.
    pub(crate) fn locate_item(&self, path: &str, index: usize) -> Option<Place> {
        let steps: Vec<_> = path.split('.').collect();
        match &find(self.table, &steps)?.node.value {
            Value::Array(items) => items.get(index).map(|item| item.at),
            _ => None,
        }
    }

    /// Where the innermost table around a dotted path is named.
    fn locate_around(&self, path: &str) -> Place {
        let outer = path.rsplit_once('.').map(|(outer, _)| outer);
        outer.map_or(self.key, |outer| {
            self.locate(outer)
                .unwrap_or_else(|| self.locate_around(outer))
        })
    }

    /// The message for a value that a check refused.
    pub(crate) fn problem(&self, problem: &Problem) -> Diagnostic {
        let written = |path: &String| self.locate(path).map(|place| (path.clone(), place));
        let mut places: Vec<_> = [&problem.path]
            .into_iter()
            .chain(&problem.related)
            .filter_map(written)
            .collect();
        let diagnostic = Diagnostic::new(problem.message.clone()).maybe_help(problem.help.clone());
        let blamed = if places.is_empty() {
            None
        } else {
            Some(places.remove(0))
        };
        let place = blamed.as_ref().map(|(_, place)| *place);
        let mut diagnostic =
            diagnostic.at(place.unwrap_or_else(|| self.locate_around(&problem.path)));
        if blamed.is_none_or(|(path, _)| path != problem.path) && !problem.path.is_empty() {
            diagnostic = diagnostic.note(format!(
                "`{}` is not set, so it has its default",
                problem.path
            ));
        }
        for (path, place) in places {
            diagnostic = diagnostic.context(place, format!("`{path}` is set here"));
        }
        diagnostic
    }

    /// The message for a value that is not what its key takes.
    pub(crate) fn fault(&self, fault: &Fault) -> Diagnostic {
        let at = fault.at.unwrap_or(self.key);
        let inside = fault.path();
        let path = self.path(&inside);
        match &fault.mistake {
            Mistake::UnknownKey { key, allowed } => {
                Diagnostic::new(format!("unknown key `{key}` in `{path}`"))
                    .at(at)
                    .maybe_help(self.help_for_key(key, &inside, allowed))
            }
            Mistake::UnknownWord { word, allowed } => {
                let title = format!("`{path}` cannot be `{}`", crate::tree::shortened(word));
                Diagnostic::new(title).at(at).maybe_help(suggest::help(
                    word,
                    allowed.iter().copied(),
                    "choice",
                ))
            }
            Mistake::NotAWord { found, allowed } => {
                let words: Vec<_> = allowed.iter().map(|word| format!("`\"{word}\"`")).collect();
                Diagnostic::new(format!(
                    "`{path}` must be {}, not {found}",
                    words.join(" or ")
                ))
                .at(at)
            }
            Mistake::WrongType { found, expected } => {
                let wanted = wanted(expected);
                Diagnostic::new(format!("`{path}` must be {wanted}, not {found}"))
                    .label(at, format!("expected {wanted}"))
                    .maybe_help(self.help_for_type(&inside, expected))
            }
            Mistake::WrongLength { found, expected } => {
                Diagnostic::new(format!("`{path}` must have {expected} values, not {found}")).at(at)
            }
            Mistake::MissingKey { key } => Diagnostic::new(format!("`{path}` has no `{key}`"))
                .label(at, format!("`{key}` is missing"))
                .maybe_help(self.help_for_missing(&inside, key)),
            Mistake::Other(message) => Diagnostic::new(format!("`{path}`: {message}")).at(at),
        }
    }

    /// Where a misplaced key belongs, or which key was meant, or which there are.
    fn help_for_key(&self, key: &str, inside: &[&str], allowed: &[&str]) -> Option<String> {
        let sweep = inside.is_empty() && self.kind.can_be_swept();
        let candidates = allowed
            .iter()
            .copied()
            .chain(sweep.then_some(crate::schema::SWEEP));
        if let Some(meant) = suggest::suggest(key, candidates.clone()) {
            return Some(format!("did you mean `{meant}`?"));
        }
        let homes = keys::of(self.kind)
            .iter()
            .map(keys::Key::split)
            .filter(|(_, name)| *name == key);
        // A dataset has several tables with the same keys: the one that is there is meant.
        let home = homes.min_by_key(|(table, _)| !table.is_empty() && self.locate(table).is_none());
        if let Some((home, _)) = home {
            let steps: Vec<_> = home.split('.').filter(|step| !step.is_empty()).collect();
            return Some(format!("`{key}` belongs in `[{}]`", self.path(&steps)));
        }
        if let Some(meant) = keys::meant(self.kind, key) {
            return Some(format!("did you mean `{}.{}`?", self.path(&[]), meant.path));
        }
        suggest::help(key, candidates, "key")
    }

    /// What a key that is missing is for.
    fn help_for_missing(&self, inside: &[&str], key: &str) -> Option<String> {
        let path = inside
            .iter()
            .copied()
            .chain([key])
            .collect::<Vec<_>>()
            .join(".");
        let known = keys::of(self.kind)
            .iter()
            .find(|known| known.path == path)?;
        let meaning = known.description.trim_end_matches('.');
        Some(format!("add `{key}`: {meaning}"))
    }

    /// How to write a value of the wrong type, where it is clear what was meant.
    fn help_for_type(&self, inside: &[&str], expected: &str) -> Option<String> {
        let number = matches!(expected, "usize" | "u64" | "u32" | "f64" | "a boolean");
        match &find(self.table, inside)?.node.value {
            Value::String(text)
                if number && (text.parse::<f64>().is_ok() || text == "true" || text == "false") =>
            {
                Some(format!("write it without quotes: `{text}`"))
            }
            Value::Float(value)
                if number && value.fract() == 0.0 && (0.0..1e15).contains(value) =>
            {
                Some(format!("write it without a fraction: `{value}`"))
            }
            value @ (Value::Integer(_) | Value::String(_)) if expected == "a sequence" => {
                Some(format!("write it in brackets: `[{}]`", value.to_json()))
            }
            Value::Array(_) if number && self.kind.can_be_swept() => {
                let path = inside.join(".");
                Some(format!(
                    "to try several values, use `[{}]` with `\"{path}\" = [..]`",
                    self.path(&[crate::schema::SWEEP])
                ))
            }
            _ => None,
        }
    }
}

/// serde's word for what it expected, in ours.
fn wanted(expected: &str) -> String {
    match expected {
        "usize" | "u64" => "a whole number of 0 or more".into(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "f64" => "a number".into(),
        "a boolean" => "`true` or `false`".into(),
        "a sequence" => "an array".into(),
        other => match (
            other.strip_prefix("struct "),
            other.strip_prefix("an array of length "),
        ) {
            (Some(_), _) => "a table".into(),
            (_, Some(length)) => format!("an array of {length} numbers"),
            _ => other.to_owned(),
        },
    }
}
