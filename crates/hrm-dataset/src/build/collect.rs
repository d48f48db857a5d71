//! Distinct puzzles from a numbered sequence of candidates, made in parallel.

use crate::build::Progress;
use crate::puzzle::Class;
use rayon::prelude::*;
use std::collections::HashSet;

/// A puzzle on its way into a dataset, with its class.
pub(crate) struct Candidate<T> {
    pub(crate) puzzle: T,
    pub(crate) class: Class,
}

/// Why the search for new puzzles ended early.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// So many candidates in a row were equivalent to earlier ones.
    Repeats(usize),
    /// So many candidates in a row came to nothing; the last one for this reason.
    Failures(usize, String),
}

/// Fewer puzzles than wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    pub(crate) found: usize,
    pub(crate) tried: u64,
    pub(crate) cause: Cause,
}

/// Failed candidates in a row after which the search ends.
const FAILURES_MAX: usize = 100;

/// Repeated candidates in a row after which the search ends, having found so many. Each further
/// class is rarer than those found, so patience grows with them.
fn repeats_max(found: usize) -> usize {
    10_000 + 10 * found
}

/// The first `wanted` candidates of pairwise different classes, in the order of their numbers.
///
/// `make` is a function of the candidate's number, and candidates are judged in order, so the
/// result is the same for any number of threads.
pub(crate) fn collect_distinct<T: Send>(
    wanted: usize,
    what: &str,
    make: impl Fn(u64) -> Result<Candidate<T>, String> + Sync,
    progress: Progress<'_>,
) -> Result<Vec<T>, Shortage> {
    let mut classes = HashSet::new();
    let mut puzzles = Vec::with_capacity(wanted);
    let (mut next, mut repeats, mut failures) = (0u64, 0, 0);
    while puzzles.len() < wanted {
        progress(what, puzzles.len(), wanted);
        // More than are missing, because some will repeat; not many more, because each may be slow.
        let chunk = (wanted - puzzles.len()).clamp(8, 256) as u64;
        let candidates: Vec<_> = (next..next + chunk).into_par_iter().map(&make).collect();
        for candidate in candidates {
            if puzzles.len() == wanted {
                break;
            }
            next += 1;
            let shortage = |cause| Shortage {
                found: puzzles.len(),
                tried: next,
                cause,
            };
            match candidate {
                Ok(candidate) if classes.insert(candidate.class.clone()) => {
                    (repeats, failures) = (0, 0);
                    puzzles.push(candidate.puzzle);
                }
                Ok(_) => {
                    repeats += 1;
                    failures = 0;
                    if repeats >= repeats_max(puzzles.len()) {
                        return Err(shortage(Cause::Repeats(repeats)));
                    }
                }
                Err(reason) => {
                    failures += 1;
                    if failures >= FAILURES_MAX {
                        return Err(shortage(Cause::Failures(failures, reason)));
                    }
                }
            }
        }
    }
    progress(what, wanted, wanted);
    Ok(puzzles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_puzzle::maze::{Cell, Maze};

    /// A class that stands for a number.
    fn class(number: usize) -> Class {
        Class::Maze(Maze::new(1, number, vec![Cell::Wall; number]).unwrap())
    }

    fn collect(
        wanted: usize,
        make: impl Fn(u64) -> Result<usize, String> + Sync,
    ) -> Result<Vec<usize>, Shortage> {
        let make = |number| {
            make(number).map(|puzzle| Candidate {
                puzzle,
                class: class(puzzle),
            })
        };
        collect_distinct(wanted, "", make, &mut |_, _, _| {})
    }

    #[test]
    fn the_first_of_each_class_is_taken_in_order() {
        let puzzles = collect(5, |number| match number % 3 {
            0 => Err("no".into()),
            _ => Ok((number / 4) as usize),
        });
        assert_eq!(puzzles, Ok(vec![0, 1, 2, 3, 4]));
        assert_eq!(collect(0, |_| Err("no".into())), Ok(vec![]));
    }

    #[test]
    fn the_search_ends_when_nothing_new_comes() {
        let shortage = collect(5, |number| Ok(number.min(2) as usize)).unwrap_err();
        let repeats = repeats_max(3);
        assert_eq!(shortage.cause, Cause::Repeats(repeats));
        assert_eq!((shortage.found, shortage.tried), (3, 3 + repeats as u64));
    }

    #[test]
    fn the_search_ends_when_candidates_fail() {
        let fail = |number| {
            if number < 2 {
                Ok(number as usize)
            } else {
                Err("why".to_owned())
            }
        };
        let shortage = collect(5, fail).unwrap_err();
        assert_eq!(shortage.cause, Cause::Failures(FAILURES_MAX, "why".into()));
        assert_eq!(
            (shortage.found, shortage.tried),
            (2, 2 + FAILURES_MAX as u64)
        );
    }
}
