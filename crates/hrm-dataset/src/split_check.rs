//! The invariants of a split.

use crate::SplitData;
use crate::examples::{Examples, Stored};
use crate::meta::SplitMeta;
use crate::split::mean_examples;

/// An array of a split and what is wrong with it.
pub(crate) struct Fault {
    pub(crate) array: &'static str,
    pub(crate) reason: String,
}

impl Fault {
    fn new(array: &'static str, reason: String) -> Self {
        Self { array, reason }
    }
}

impl SplitData {
    /// Checks every invariant.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let meta = &self.meta;
        meta.check()
            .map_err(|reason| Fault::new("dataset.json", reason))?;
        let examples = match &self.tokens {
            Examples::Stored(stored) => self.check_stored(stored)?,
            Examples::Copies(copies) => {
                self.check_stored(copies.originals())? * (1 + copies.rule().copies)
            }
            Examples::Arc { plan, split } => plan.dataset().split(*split).examples(),
        };
        check_indices("puzzle_indices", &self.puzzle_indices, examples, "examples")?;
        check_indices(
            "group_indices",
            &self.group_indices,
            self.puzzles(),
            "puzzles",
        )?;
        if self.puzzle_indices.len() != self.puzzles() + 1 {
            let (indices, puzzles) = (self.puzzle_indices.len(), self.puzzles());
            let reason =
                format!("{puzzles} identifiers, but `puzzle_indices` has {indices} elements");
            return Err(Fault::new("puzzle_identifiers", reason));
        }
        self.check_identifiers()?;
        self.check_counts()?;
        self.check_difficulty()
    }

    /// Checks stored tokens; returns the number of examples.
    fn check_stored(&self, Stored { inputs, labels }: &Stored) -> Result<usize, Fault> {
        self.check_tokens("inputs", inputs)?;
        self.check_tokens("labels", labels)?;
        if inputs.len() == labels.len() {
            return Ok(inputs.len() / self.meta.seq_len);
        }
        let (inputs, labels) = (inputs.len(), labels.len());
        let reason = format!("{labels} tokens, but {inputs} input tokens");
        Err(Fault::new("labels", reason))
    }

    fn check_tokens(&self, array: &'static str, tokens: &[u8]) -> Result<(), Fault> {
        let SplitMeta {
            seq_len,
            vocab_size,
            ..
        } = self.meta;
        if tokens.is_empty() || !tokens.len().is_multiple_of(seq_len) {
            let reason = format!(
                "{} tokens, expected one or more rows of {seq_len}",
                tokens.len()
            );
            return Err(Fault::new(array, reason));
        }
        match tokens
            .iter()
            .position(|&token| usize::from(token) >= vocab_size)
        {
            None => Ok(()),
            Some(at) => {
                let (row, token) = (at / seq_len, tokens[at]);
                let reason =
                    format!("row {row} has token {token}, but `vocab_size` is {vocab_size}");
                Err(Fault::new(array, reason))
            }
        }
    }

    fn check_identifiers(&self) -> Result<(), Fault> {
        let limit = self.meta.num_puzzle_identifiers;
        for (puzzle, &identifier) in self.puzzle_identifiers.iter().enumerate() {
            if usize::try_from(identifier).map_or(true, |identifier| identifier >= limit) {
                let reason = format!(
                    "puzzle {puzzle} has identifier {identifier}, expected 0 up to `num_puzzle_identifiers` {limit} - 1"
                );
                return Err(Fault::new("puzzle_identifiers", reason));
            }
        }
        Ok(())
    }

    /// Compares the sums of `dataset.json` with the arrays.
    fn check_counts(&self) -> Result<(), Fault> {
        let meta = &self.meta;
        if meta.total_groups != self.groups() {
            let (said, groups) = (meta.total_groups, self.groups());
            let reason = format!("`total_groups` is {said}, but there are {groups} groups");
            return Err(Fault::new("dataset.json", reason));
        }
        let mean = mean_examples(self.examples(), self.puzzles());
        // Not `>`, which a NaN would pass.
        let agrees = (meta.mean_puzzle_examples - mean).abs() <= 1e-6 * mean;
        if !agrees {
            let said = meta.mean_puzzle_examples;
            let reason = format!("`mean_puzzle_examples` is {said}, but the arrays have {mean}");
            return Err(Fault::new("dataset.json", reason));
        }
        Ok(())
    }

    fn check_difficulty(&self) -> Result<(), Fault> {
        let Some(difficulty) = &self.difficulty else {
            return Ok(());
        };
        let examples = self.examples();
        if difficulty.len() != examples {
            let reason = format!("{} numbers for {examples} examples", difficulty.len());
            return Err(Fault::new("difficulty", reason));
        }
        match difficulty
            .iter()
            .find(|&&value| i32::try_from(value).is_err())
        {
            Some(value) => Err(Fault::new(
                "difficulty",
                format!("{value} does not fit into int32"),
            )),
            None => Ok(()),
        }
    }
}

/// Start indices must begin at 0, rise strictly, and end at the number of what they index.
fn check_indices(
    array: &'static str,
    indices: &[i32],
    end: usize,
    what: &str,
) -> Result<(), Fault> {
    if indices.len() < 2 || indices[0] != 0 {
        return Err(Fault::new(
            array,
            "expected two or more elements, the first 0".into(),
        ));
    }
    if let Some(at) = indices.windows(2).position(|pair| pair[0] >= pair[1]) {
        let reason = format!(
            "elements {at} and {} do not rise, so an entry is empty",
            at + 1
        );
        return Err(Fault::new(array, reason));
    }
    match indices.last() {
        Some(&last) if last as usize == end => Ok(()),
        last => {
            let last = last.copied().unwrap_or_default();
            Err(Fault::new(
                array,
                format!("the last element is {last}, but there are {end} {what}"),
            ))
        }
    }
}
