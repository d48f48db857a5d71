//! What is wrong with the combinations of a stage's axes, without saying the same thing for each.

use crate::{diagnostics::Diagnostic, source::Place};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A combination that something is wrong with.
pub(crate) struct Failed {
    /// The values of the axes that have more than one.
    pub(crate) chosen: Vec<(String, Value)>,
    /// What is wrong.
    pub(crate) found: Vec<Diagnostic>,
}

/// What was found in the combinations of one stage. A place that several of them complain about
/// is reported once.
#[derive(Default)]
pub(crate) struct Findings {
    /// In the order in which they were found: the message, and the values it was found with.
    found: Vec<(Diagnostic, String)>,
    /// For each place, the combinations that complained about it: the first, and how many.
    places: BTreeMap<Option<Place>, (usize, usize)>,
}

impl Findings {
    /// Takes in what was found in one combination.
    pub(crate) fn add(&mut self, combination: usize, Failed { chosen, found }: Failed) {
        let values: Vec<_> = chosen
            .iter()
            .map(|(label, value)| format!("`{label} = {value}`"))
            .collect();
        let places: BTreeSet<_> = found.iter().map(Diagnostic::place).collect();
        for place in places {
            self.places.entry(place).or_insert((combination, 0)).1 += 1;
        }
        for diagnostic in found {
            let first = self
                .places
                .get(&diagnostic.place())
                .map(|(first, _)| *first);
            if first == Some(combination) {
                self.found.push((diagnostic, values.join(", ")));
            }
        }
    }

    /// The messages; those that not every combination has say in which they are.
    pub(crate) fn finish(self, combinations: usize) -> Vec<Diagnostic> {
        let Self { found, places } = self;
        let noted = |(diagnostic, values): (Diagnostic, String)| {
            let (_, count) = places.get(&diagnostic.place()).copied().unwrap_or_default();
            if count < combinations && !values.is_empty() {
                diagnostic.note(format!("with {values}"))
            } else {
                diagnostic
            }
        };
        found.into_iter().map(noted).collect()
    }
}
