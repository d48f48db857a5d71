//! The published ARC training sets, as data.

use crate::Convention;
use serde::{Deserialize, Serialize};

/// What a set of tasks is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// All pairs are trained on.
    Training,
    /// The demonstrations are trained on, the test pairs choose between models. No published set
    /// has such tasks.
    Validation,
    /// The demonstrations are trained on, the test pairs are evaluated.
    Evaluation,
}

/// Where tasks are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Collection {
    /// `data` of github.com/fchollet/ARC-AGI: one file a task.
    ArcAgi1,
    /// `data` of github.com/arcprize/ARC-AGI-2: one file a task.
    ArcAgi2,
    /// `corpus` of github.com/victorvikram/ConceptARC: one file a task.
    ConceptArc,
    /// `kaggle/combined` of github.com/SamsungSAILMontreal/TinyRecursiveModels: a subset `x` is
    /// the two files `arc-agi_x_challenges.json` and `arc-agi_x_solutions.json`.
    TrmKaggle,
}

/// One named set of tasks of a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubsetSource {
    /// Where it is.
    pub collection: Collection,
    /// The folder of the collection, or the subset's name in the file names.
    pub name: &'static str,
    /// What it is for.
    pub role: Role,
}

/// A published training set: its tasks, in the order in which the builder takes the subsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// Whose builder.
    pub convention: Convention,
    /// The subsets in order. The published HRM builder takes folders and files as the file system
    /// lists them, which can not be reproduced; here both are sorted by name.
    pub subsets: &'static [SubsetSource],
}

impl Recipe {
    /// HRM's ARC-AGI-1: ARC-AGI-1 and ConceptARC, 960 tasks.
    pub const HRM_ARC_1: Self = Self {
        convention: Convention::Hrm,
        subsets: &HRM_ARC_1,
    };

    /// HRM's ARC-AGI-2: ARC-AGI-2 alone, 1,120 tasks.
    pub const HRM_ARC_2: Self = Self {
        convention: Convention::Hrm,
        subsets: &[
            source(Collection::ArcAgi2, "evaluation", Role::Evaluation),
            source(Collection::ArcAgi2, "training", Role::Training),
        ],
    };

    /// TRM's ARC-AGI-1: ARC-AGI-1 and ConceptARC, 960 tasks.
    pub const TRM_ARC_1: Self = Self {
        convention: Convention::Trm,
        subsets: &[
            source(Collection::TrmKaggle, "training", Role::Training),
            source(Collection::TrmKaggle, "evaluation", Role::Evaluation),
            source(Collection::TrmKaggle, "concept", Role::Training),
        ],
    };

    /// TRM's ARC-AGI-2: ARC-AGI-2 and ConceptARC, 1,280 tasks. Its evaluation tasks are an older
    /// version of ARC-AGI-2's: 6 tasks differ, 172 test inputs.
    pub const TRM_ARC_2: Self = Self {
        convention: Convention::Trm,
        subsets: &[
            source(Collection::TrmKaggle, "training2", Role::Training),
            source(Collection::TrmKaggle, "evaluation2", Role::Evaluation),
            source(Collection::TrmKaggle, "concept", Role::Training),
        ],
    };
}

const fn source(collection: Collection, name: &'static str, role: Role) -> SubsetSource {
    SubsetSource {
        collection,
        name,
        role,
    }
}

const fn concept(name: &'static str) -> SubsetSource {
    source(Collection::ConceptArc, name, Role::Training)
}

const HRM_ARC_1: [SubsetSource; 18] = [
    source(Collection::ArcAgi1, "evaluation", Role::Evaluation),
    source(Collection::ArcAgi1, "training", Role::Training),
    concept("AboveBelow"),
    concept("Center"),
    concept("CleanUp"),
    concept("CompleteShape"),
    concept("Copy"),
    concept("Count"),
    concept("ExtendToBoundary"),
    concept("ExtractObjects"),
    concept("FilledNotFilled"),
    concept("HorizontalVertical"),
    concept("InsideOutside"),
    concept("MoveToBoundary"),
    concept("Order"),
    concept("SameDifferent"),
    concept("TopBottom2D"),
    concept("TopBottom3D"),
];
