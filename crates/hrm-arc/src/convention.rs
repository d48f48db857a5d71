//! Where the two published builders differ: the names of augmented puzzles and the files.

use crate::{Augmentation, ColourPermutation, Dihedral};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Whose names and files a dataset has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convention {
    /// `name_t3_0391827465`; no `total_puzzles` in `dataset.json`, no `test_puzzles.json`.
    Hrm,
    /// `name|||t3|||0391827465`; `total_puzzles` in `dataset.json`, and `test_puzzles.json`.
    Trm,
}

/// A puzzle name whose augmentation cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the puzzle name `{name}` has no valid augmentation: expected `TASK{separator}tD{separator}C` \
     with a transform D of 0 to 7 and C the digits 0 to 9 in some order that starts with 0"
)]
pub struct NameError {
    /// The name.
    pub name: String,
    /// What separates its parts.
    pub separator: &'static str,
}

impl Convention {
    /// The convention of a dataset's puzzle names. Names without any augmentation mean the same by
    /// both.
    pub fn of_names(names: &[String]) -> Self {
        let separator = Self::Trm.separator();
        if names.iter().any(|name| name.contains(separator)) {
            Self::Trm
        } else {
            Self::Hrm
        }
    }

    /// What separates the parts of an augmented puzzle's name.
    pub fn separator(self) -> &'static str {
        match self {
            Self::Hrm => "_",
            Self::Trm => "|||",
        }
    }

    /// The name of an augmented puzzle; the original keeps the task's name.
    pub fn puzzle_name(self, task: &str, augmentation: &Augmentation) -> String {
        if *augmentation == Augmentation::IDENTITY {
            return task.to_owned();
        }
        let separator = self.separator();
        let Augmentation { dihedral, colours } = augmentation;
        format!(
            "{task}{separator}t{}{separator}{colours}",
            dihedral.number()
        )
    }

    /// The task and the augmentation of a puzzle name: the inverse of [`Self::puzzle_name`].
    ///
    /// Names may contain HRM's separator: only an ending of the form `_tD_C` of the right lengths
    /// counts as an augmentation, where the published code would split at any `_`.
    ///
    /// # Errors
    /// If the name has an augmentation that does not exist.
    pub fn parse_name(self, name: &str) -> Result<(&str, Augmentation), NameError> {
        let separator = self.separator();
        let mut parts = name.rsplitn(3, separator);
        let (colours, dihedral, task) = (parts.next(), parts.next(), parts.next());
        let augmented = match self {
            Self::Hrm => {
                colours.is_some_and(is_ten_digits)
                    && dihedral.is_some_and(|part| transform_number(part).is_some())
            }
            Self::Trm => dihedral.is_some(),
        };
        if !augmented {
            return Ok((name, Augmentation::IDENTITY));
        }
        let parse = || {
            let number = transform_number(dihedral?)?;
            let augmentation = Augmentation {
                dihedral: Dihedral::from_number(number)?,
                colours: ColourPermutation::parse(colours?)?,
            };
            Some((task?, augmentation))
        };
        parse().ok_or_else(|| NameError {
            name: name.to_owned(),
            separator,
        })
    }
}

fn is_ten_digits(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digit of `t3`.
fn transform_number(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b't', digit] if digit.is_ascii_digit() => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn augmentation() -> Augmentation {
        Augmentation {
            dihedral: Dihedral::ALL[3],
            colours: ColourPermutation::parse("0391827465").unwrap(),
        }
    }

    #[test]
    fn the_names_tell_the_convention() {
        let names = |augmented: &str| ["a_b".to_owned(), augmented.to_owned()];
        for convention in [Convention::Hrm, Convention::Trm] {
            let augmented = convention.puzzle_name("a_b", &augmentation());
            assert_eq!(Convention::of_names(&names(&augmented)), convention);
        }
        assert_eq!(Convention::of_names(&[]), Convention::Hrm);
    }

    #[test]
    fn names_round_trip() {
        let cases = [
            (Convention::Hrm, "1d_fill", "1d_fill_t3_0391827465"),
            (Convention::Trm, "1d_fill", "1d_fill|||t3|||0391827465"),
        ];
        for (convention, task, name) in cases {
            assert_eq!(convention.puzzle_name(task, &augmentation()), name);
            assert_eq!(convention.parse_name(name), Ok((task, augmentation())));
            let original = convention.puzzle_name(task, &Augmentation::IDENTITY);
            assert_eq!(original, task);
            assert_eq!(
                convention.parse_name(task),
                Ok((task, Augmentation::IDENTITY))
            );
        }
    }

    #[test]
    fn an_impossible_augmentation_is_an_error() {
        let cases = [
            (Convention::Hrm, "x_t8_0123456789"),
            (Convention::Hrm, "x_t1_0123456788"),
            (Convention::Trm, "x|||t1"),
            (Convention::Trm, "x|||1|||0123456789"),
            (Convention::Trm, "x|||t1|||1023456789"),
        ];
        for (convention, name) in cases {
            let error = convention.parse_name(name).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
