//! What decides an ARC dataset, with the plan that follows from it.

use hrm_arc::dataset::{ArcDataset, BuildError, Options, Subset};

/// An ARC dataset and what it was planned from. Planning is a pure function, so the tasks and the
/// options are all that has to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArcPlan {
    subsets: Vec<Subset>,
    options: Options,
    dataset: ArcDataset,
}

impl ArcPlan {
    /// Plans a dataset.
    ///
    /// # Errors
    /// If two tasks have one name, or there are too many examples.
    pub(crate) fn new(subsets: Vec<Subset>, options: Options) -> Result<Self, BuildError> {
        let dataset = ArcDataset::build(subsets.clone(), options)?;
        Ok(Self {
            subsets,
            options,
            dataset,
        })
    }

    pub(crate) fn subsets(&self) -> &[Subset] {
        &self.subsets
    }

    pub(crate) fn options(&self) -> Options {
        self.options
    }

    pub(crate) fn dataset(&self) -> &ArcDataset {
        &self.dataset
    }
}
