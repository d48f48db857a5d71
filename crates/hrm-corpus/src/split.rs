//! Which split puzzles are for, as far as their path says.

use hrm_config::Split;
use std::path::Path;

/// What the beginning of a word in a path says.
const WORDS: [(&str, Split); 4] = [
    ("train", Split::Train),
    ("valid", Split::Validation),
    ("test", Split::Test),
    ("eval", Split::Test),
];

/// The split of a file, and the part of its path that says so: the last part that has a word
/// beginning with `train`, `valid`, `test` or `eval`. Without one it is for training.
pub(crate) fn split_of(path: &Path) -> (Split, Option<String>) {
    let parts = path.iter().rev().map(|part| part.to_string_lossy());
    let said = parts.into_iter().find_map(|part| {
        let split = split_of_part(&part)?;
        Some((split, part.into_owned()))
    });
    match said {
        Some((split, part)) => (split, Some(part)),
        None => (Split::Train, None),
    }
}

fn split_of_part(part: &str) -> Option<Split> {
    let lower = part.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let said = |word: &str| WORDS.iter().find(|(start, _)| word.starts_with(start));
    words.into_iter().find_map(said).map(|&(_, split)| split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_that_says_something_decides() {
        let cases = [
            ("train.csv", Split::Train, Some("train.csv")),
            (
                "test_sudoku_bench.csv",
                Split::Test,
                Some("test_sudoku_bench.csv"),
            ),
            (
                "sudoku4x4_test.csv",
                Split::Test,
                Some("sudoku4x4_test.csv"),
            ),
            ("data/evaluation/0a.json", Split::Test, Some("evaluation")),
            ("tests/training/0a.json", Split::Train, Some("training")),
            (
                "arc-agi_evaluation2_challenges.json",
                Split::Test,
                Some("arc-agi_evaluation2_challenges.json"),
            ),
            ("validation/rows.csv", Split::Validation, Some("validation")),
            ("corpus/Copy/Copy1.json", Split::Train, None),
            ("latest.csv", Split::Train, None),
        ];
        for (path, split, part) in cases {
            let expected = (split, part.map(str::to_owned));
            assert_eq!(split_of(Path::new(path)), expected, "{path}");
        }
    }
}
