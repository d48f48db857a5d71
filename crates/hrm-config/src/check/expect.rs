//! Checks of `[expect.NAME]`.

use super::check_text;
use crate::{ExpectConfig, Problem, bounds};

impl ExpectConfig {
    /// Everything that can be found wrong without knowing the evaluations and published values.
    pub fn check(&self) -> Vec<Problem> {
        let above = self.above.as_deref();
        [
            check_text("evaluation", &self.evaluation),
            above.and_then(|name| check_text("above", name)),
            self.tolerance
                .and_then(|t| bounds::TOLERANCE.check("tolerance", t)),
            bounds::SEEDS.check("min_seeds", self.min_seeds),
            self.check_claim(),
            self.check_tolerance(),
            self.check_numbers(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The keys that claim something, with whether each is set.
    fn claims(&self) -> [(&'static str, bool); 5] {
        [
            ("published", self.published.is_some()),
            ("value", self.value.is_some()),
            ("at_least", self.at_least.is_some()),
            ("at_most", self.at_most.is_some()),
            ("above", self.above.is_some()),
        ]
    }

    fn check_claim(&self) -> Option<Problem> {
        let set: Vec<&str> = self
            .claims()
            .into_iter()
            .filter_map(|(name, is_set)| is_set.then_some(name))
            .collect();
        match set.as_slice() {
            [_] => None,
            [] => Some(
                Problem::new("", "nothing is claimed")
                    .help("set one of `published`, `value`, `at_least`, `at_most` and `above`"),
            ),
            [first, second, ..] => Some(
                Problem::new(*second, format!("both `{first}` and `{second}` are set"))
                    .related(*first)
                    .help("make two expectations of it"),
            ),
        }
    }

    fn check_tolerance(&self) -> Option<Problem> {
        let published = self.published.as_ref().map(|_| "published");
        let value = published.or(self.value.map(|_| "value"));
        match (value, self.tolerance) {
            (Some(value), None) => Some(
                Problem::new(value, format!("`{value}` needs a `tolerance`"))
                    .help("for example `tolerance = 0.02`, two points of a share"),
            ),
            (None, Some(_)) => Some(
                Problem::new("tolerance", "`tolerance` belongs to `published` or `value`")
                    .help("remove it"),
            ),
            _ => None,
        }
    }

    /// A share is 0 to 1: percent are a common mistake.
    fn check_numbers(&self) -> Option<Problem> {
        let numbers = [
            ("value", self.value),
            ("at_least", self.at_least),
            ("at_most", self.at_most),
        ];
        numbers.into_iter().find_map(|(path, number)| {
            let number = number?;
            let share = self.metric.is_share();
            let is_possible = number.is_finite() && number >= 0.0 && (!share || number <= 1.0);
            let range = if share { "from 0 to 1" } else { "of 0 or more" };
            let message = format!("`{path}` must be a number {range}, not {number}");
            (!is_possible).then(|| Problem::new(path, message))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::ExpectConfig;
    use serde_json::{Value, json};

    fn problems(keys: Value) -> Vec<(String, String)> {
        let mut all = json!({ "evaluation": "test" });
        all.as_object_mut()
            .unwrap()
            .extend(keys.as_object().unwrap().clone());
        let config: ExpectConfig = serde_json::from_value(all).unwrap();
        let problems = config.check().into_iter();
        problems
            .map(|problem| (problem.path, problem.message))
            .collect()
    }

    #[test]
    fn one_claim_with_what_it_needs_is_right() {
        for keys in [
            json!({ "published": "hrm-fig1/maze-hard/hrm", "tolerance": 0.02 }),
            json!({ "value": 1.6, "tolerance": 0.2, "metric": "mean_segments" }),
            json!({ "at_least": 0.5, "min_seeds": 3 }),
            json!({ "at_most": 80.0, "metric": "participation_ratio.z_l" }),
            json!({ "above": "other" }),
        ] {
            assert_eq!(problems(keys.clone()), [], "{keys}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (keys, path, message) in [
            (json!({}), "", "nothing is claimed"),
            (
                json!({ "at_least": 0.5, "above": "other" }),
                "above",
                "both `at_least` and `above` are set",
            ),
            (
                json!({ "value": 0.5 }),
                "value",
                "`value` needs a `tolerance`",
            ),
            (
                json!({ "at_least": 0.5, "tolerance": 0.1 }),
                "tolerance",
                "`tolerance` belongs to `published` or `value`",
            ),
            (
                json!({ "at_least": 55.0 }),
                "at_least",
                "`at_least` must be a number from 0 to 1, not 55",
            ),
            (
                json!({ "at_most": 1.5 }),
                "at_most",
                "`at_most` must be a number from 0 to 1, not 1.5",
            ),
            (
                json!({ "above": "x", "min_seeds": 0 }),
                "min_seeds",
                "`min_seeds` is 0, but must be at least 1",
            ),
        ] {
            let found = problems(keys.clone());
            assert_eq!(found, [(path.to_owned(), message.to_owned())], "{keys}");
        }
    }
}
