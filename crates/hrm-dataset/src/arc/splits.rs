//! The splits of a planned ARC dataset.

use super::ArcPlan;
use crate::examples::Examples;
use crate::meta::SplitMeta;
use crate::{DatasetError, SplitData};
use hrm_arc::dataset::{Split as ArcSplit, SplitView};
use hrm_config::Split;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const SPLITS: [(Split, ArcSplit); 3] = [
    (Split::Train, ArcSplit::Train),
    (Split::Validation, ArcSplit::Validation),
    (Split::Test, ArcSplit::Test),
];

/// The splits that have examples. `dir` is the folder that errors name.
pub(crate) fn splits(
    plan: &Arc<ArcPlan>,
    dir: &Path,
) -> Result<BTreeMap<Split, SplitData>, DatasetError> {
    let mut splits = BTreeMap::new();
    for (split, arc_split) in SPLITS {
        let view = plan.dataset().split(arc_split);
        if view.examples() > 0 {
            let tokens = Examples::Arc {
                plan: Arc::clone(plan),
                split: arc_split,
            };
            let data = SplitData {
                meta: meta(&view),
                tokens,
                puzzle_identifiers: int32(view.puzzle_identifiers()),
                puzzle_indices: int32(view.puzzle_indices()),
                group_indices: int32(view.group_indices()),
                difficulty: None,
            };
            splits.insert(split, data.checked(&dir.join(split.name()))?);
        }
    }
    Ok(splits)
}

/// The check of the split refuses what does not fit, because it then no longer rises.
fn int32(values: impl Iterator<Item = usize>) -> Vec<i32> {
    values
        .map(|value| i32::try_from(value).unwrap_or(i32::MAX))
        .collect()
}

fn meta(view: &SplitView<'_>) -> SplitMeta {
    let meta = view.meta();
    SplitMeta {
        pad_id: meta.pad_id.into(),
        ignore_label_id: Some(meta.ignore_label_id.into()),
        blank_identifier_id: meta.blank_identifier_id.into(),
        vocab_size: meta.vocab_size,
        seq_len: meta.seq_len,
        num_puzzle_identifiers: meta.num_puzzle_identifiers,
        total_groups: meta.total_groups,
        mean_puzzle_examples: meta.mean_puzzle_examples,
        total_puzzles: meta.total_puzzles,
        sets: meta.sets.map(str::to_owned).to_vec(),
    }
}
