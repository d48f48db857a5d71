//! Which artifacts go: pure, over what is known of them.

use hrm_store::Key;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What the artifacts of a state folder are limited to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// Those that were not used for longer go.
    pub older_than: Option<Duration>,
    /// The ones that were not used for the longest time go until the rest is no larger, in bytes.
    pub max_bytes: Option<u64>,
    /// What is not among these goes.
    pub reachable: Option<BTreeSet<Key>>,
}

/// What is known of an artifact.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) bytes: u64,
    pub(super) used_at: Timestamp,
    pub(super) inputs: Vec<Key>,
    /// Whether it stays whatever the limits say.
    pub(super) is_kept: bool,
}

impl Limits {
    /// Whether anything is limited.
    pub fn is_unlimited(&self) -> bool {
        *self == Self::default()
    }

    /// The artifacts that go, each after those that were made from it. With several limits only those
    /// go that each of them allows to go.
    pub(super) fn choose(
        &self,
        mut candidates: BTreeMap<Key, Candidate>,
        now: Timestamp,
    ) -> Vec<Key> {
        if self.is_unlimited() {
            return Vec::new();
        }
        let total = candidates.values().map(|candidate| candidate.bytes).sum();
        keep_inputs(&mut candidates, self.reachable.as_ref());
        let mut going: Vec<(&Key, &Candidate)> = candidates
            .iter()
            .filter(|(_, candidate)| !candidate.is_kept && self.is_old(candidate, now))
            .collect();
        going.sort_by_key(|(key, candidate)| (candidate.used_at, depth(&candidates, key)));
        let bytes = going.iter().map(|(_, candidate)| candidate.bytes);
        let count = match self.max_bytes {
            Some(max) => enough(bytes, total, max),
            None => going.len(),
        };
        going.iter().take(count).map(|(key, _)| **key).collect()
    }

    fn is_old(&self, candidate: &Candidate, now: Timestamp) -> bool {
        let age = now.duration_since(candidate.used_at).unsigned_abs();
        candidate.used_at <= now && self.older_than.is_none_or(|limit| age > limit)
    }
}

/// What a kept artifact was made from is kept, and counts as used whenever what was made from it was.
fn keep_inputs(candidates: &mut BTreeMap<Key, Candidate>, reachable: Option<&BTreeSet<Key>>) {
    for (key, candidate) in candidates.iter_mut() {
        candidate.is_kept |= reachable.is_some_and(|reachable| reachable.contains(key));
    }
    let mut todo: Vec<Key> = candidates.keys().copied().collect();
    while let Some(key) = todo.pop() {
        let Some(user) = candidates.get(&key).cloned() else {
            continue;
        };
        for input in user.inputs {
            let Some(candidate) = candidates.get_mut(&input) else {
                continue;
            };
            let is_new = candidate.used_at < user.used_at || (user.is_kept && !candidate.is_kept);
            candidate.used_at = candidate.used_at.max(user.used_at);
            candidate.is_kept |= user.is_kept;
            if is_new {
                todo.push(input);
            }
        }
    }
}

/// Length of the longest way from an artifact to one that was made from it: what nothing was made from
/// comes first.
fn depth(candidates: &BTreeMap<Key, Candidate>, key: &Key) -> usize {
    let users = candidates
        .iter()
        .filter(|(user, candidate)| *user != key && candidate.inputs.contains(key));
    users
        .map(|(user, _)| 1 + depth(candidates, user))
        .max()
        .unwrap_or(0)
}

/// How many of `bytes` have to go until what is left of `total` is no more than `max`.
fn enough(bytes: impl Iterator<Item = u64>, total: u64, max: u64) -> usize {
    let mut left = total;
    bytes
        .take_while(|bytes| {
            let goes = left > max;
            left = left.saturating_sub(*bytes);
            goes
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86400;

    fn key(name: &str) -> Key {
        Key::of(name.as_bytes())
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1000 * DAY).unwrap()
    }

    /// Artifacts by name, age in days, size, inputs and whether they are kept anyway.
    fn chosen(
        limits: &Limits,
        artifacts: &[(&'static str, i64, u64, &[&str], bool)],
    ) -> Vec<&'static str> {
        let candidate = |(name, age, bytes, inputs, is_kept): &(&str, i64, u64, &[&str], bool)| {
            let candidate = Candidate {
                bytes: *bytes,
                used_at: Timestamp::from_second((1000 - age) * DAY).unwrap(),
                inputs: inputs.iter().map(|name| key(name)).collect(),
                is_kept: *is_kept,
            };
            (key(name), candidate)
        };
        let chosen = limits.choose(artifacts.iter().map(candidate).collect(), now());
        let name = |key_of: &Key| {
            let mut artifacts = artifacts.iter();
            artifacts.find(|(name, ..)| key(name) == *key_of).unwrap().0
        };
        chosen.iter().map(name).collect()
    }

    fn days(days: u64) -> Option<Duration> {
        Some(Duration::from_secs(days * DAY as u64))
    }

    #[test]
    fn without_a_limit_nothing_goes() {
        let artifacts = [("data", 900, 10, &[][..], false)];
        assert!(chosen(&Limits::default(), &artifacts).is_empty());
    }

    #[test]
    fn what_was_not_used_for_long_goes_unless_something_younger_was_made_from_it() {
        let limits = Limits {
            older_than: days(30),
            ..Limits::default()
        };
        let artifacts = [
            ("data", 40, 10, &[][..], false),
            ("model", 20, 10, &["data"][..], false),
            ("other data", 50, 10, &[][..], false),
            ("other model", 35, 10, &["other data"][..], false),
        ];
        assert_eq!(chosen(&limits, &artifacts), ["other model", "other data"]);
    }

    #[test]
    fn what_a_kept_artifact_was_made_from_is_kept() {
        let limits = Limits {
            older_than: days(1),
            ..Limits::default()
        };
        let artifacts = [
            ("data", 40, 10, &[][..], false),
            ("model", 40, 10, &["data"][..], false),
            ("scores", 40, 10, &["model", "data"][..], true),
            ("other", 40, 10, &["data"][..], false),
        ];
        assert_eq!(chosen(&limits, &artifacts), ["other"]);
    }

    #[test]
    fn the_oldest_go_until_the_rest_is_small_enough() {
        let artifacts = [
            ("data", 40, 10, &[][..], false),
            ("old", 30, 10, &["data"][..], false),
            ("kept", 35, 100, &[][..], true),
            ("new", 3, 10, &["data"][..], false),
        ];
        let with = |max: u64| Limits {
            max_bytes: Some(max),
            ..Limits::default()
        };
        assert!(chosen(&with(130), &artifacts).is_empty());
        assert_eq!(chosen(&with(129), &artifacts), ["old"]);
        assert_eq!(chosen(&with(115), &artifacts), ["old", "new"]);
        assert_eq!(chosen(&with(0), &artifacts), ["old", "new", "data"]);
    }

    #[test]
    fn several_limits_have_to_agree() {
        let limits = Limits {
            older_than: days(30),
            reachable: Some([key("model")].into()),
            max_bytes: None,
        };
        let artifacts = [
            ("data", 90, 10, &[][..], false),
            ("model", 90, 10, &["data"][..], false),
            ("young", 3, 10, &[][..], false),
            ("old", 90, 10, &[][..], false),
        ];
        assert_eq!(chosen(&limits, &artifacts), ["old"]);
    }
}
