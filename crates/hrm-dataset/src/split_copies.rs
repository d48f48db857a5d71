//! Between a split of single puzzles and the same puzzles with their copies.

use crate::examples::{Copies, CopyRule, Examples};
use crate::meta::SplitMeta;
use crate::{DatasetError, SplitData};
use std::path::Path;

impl SplitData {
    /// This split with copies of every puzzle. It must have one puzzle in each group and one
    /// example in each puzzle, with stored tokens.
    ///
    /// # Errors
    /// Why the rule cannot be followed for these puzzles.
    pub(crate) fn with_copies(self, rule: CopyRule) -> Result<Self, String> {
        if self.examples() != self.groups() {
            return Err("only groups of one example can have copies".into());
        }
        let SplitMeta {
            vocab_size,
            seq_len,
            ..
        } = self.meta;
        if rule.puzzle.token_sizes() != Some((vocab_size, seq_len)) {
            let puzzle = rule.puzzle;
            return Err(format!(
                "{seq_len} tokens out of {vocab_size} are not a {puzzle}"
            ));
        }
        let Examples::Stored(originals) = self.tokens else {
            return Err("copies of copies".into());
        };
        let copies = Copies::new(rule, originals)?;
        let per_group = rule.copies.saturating_add(1);
        let groups = self.puzzle_identifiers.len();
        let puzzles = groups.saturating_mul(per_group);
        let puzzles_i32 = i32::try_from(puzzles).map_err(|_| {
            format!("{puzzles} examples are more than the format's int32 indices can count")
        })?;
        let repeated = |value: u32| std::iter::repeat_n(value, per_group);
        let identifiers = self.puzzle_identifiers.iter();
        Ok(Self {
            meta: SplitMeta {
                total_puzzles: Some(puzzles),
                ..self.meta
            },
            tokens: Examples::Copies(copies),
            puzzle_identifiers: identifiers
                .flat_map(|&identifier| std::iter::repeat_n(identifier, per_group))
                .collect(),
            puzzle_indices: (0..=puzzles_i32).collect(),
            group_indices: (0..=puzzles_i32).step_by(per_group).collect(),
            difficulty: self
                .difficulty
                .map(|difficulty| difficulty.into_iter().flat_map(repeated).collect()),
        })
    }

    /// The originals behind `copies`, the tokens of this split.
    pub(crate) fn originals(&self, copies: &Copies) -> Result<Self, DatasetError> {
        let per_group = 1 + copies.rule().copies;
        let groups = self.groups();
        // No more than the indices of `self`, which fit.
        let indices: Vec<i32> = (0..=groups as i32).collect();
        let of_groups = |values: &Vec<u32>| values.iter().copied().step_by(per_group).collect();
        Self {
            meta: SplitMeta {
                total_puzzles: Some(groups),
                ..self.meta.clone()
            },
            tokens: Examples::Stored(copies.originals().clone()),
            puzzle_identifiers: self
                .puzzle_identifiers
                .iter()
                .copied()
                .step_by(per_group)
                .collect(),
            puzzle_indices: indices.clone(),
            group_indices: indices,
            difficulty: self.difficulty.as_ref().map(of_groups),
        }
        .checked(Path::new(""))
    }
}
