//! A published value.

use hrm_config::{Comparability, Measure};

/// A number that somebody published.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedValue {
    /// Stable id, for example `trm-table1/sudoku-extreme/trm-no-ema`.
    pub id: String,
    /// Where it was published.
    pub source: Source,
    /// Table, figure or section there.
    pub table: String,
    /// The row: a system, possibly with what is varied.
    pub method: String,
    /// The puzzles, for example `sudoku-extreme`; for what can be measured here a
    /// [`hrm_config::Benchmark::test_set`].
    pub benchmark: String,
    /// What was measured, in this project's words where it has them.
    pub metric: String,
    /// The value: a share (0 to 1), or in `unit`.
    pub value: f64,
    /// Unit of what is no share.
    pub unit: Option<String>,
    /// Standard deviation over seeds, where it is given.
    pub sd: Option<f64>,
    /// Seeds, where their number is given.
    pub seeds: Option<u32>,
    /// Whether the number was seen in its source, and not quoted from elsewhere or read off a plot.
    pub seen: bool,
    /// The measure of ours that would be compared with it; `None` for values that can only be quoted:
    /// of another system, of a test set that is not public, of a measure that its source does not
    /// define, or of a model or number of puzzles that the source does not tell.
    pub measure: Option<Measure>,
    /// How it was made, as far as the source says.
    pub comparability: Comparability,
    /// What else has to be known.
    pub note: Option<String>,
}

/// Where something was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Short id, for example `hrm`.
    pub id: String,
    /// Title.
    pub title: String,
    /// How to find it, for example `arXiv:2506.21734`.
    pub reference: String,
}

impl PublishedValue {
    /// Whether it can only be quoted: there is nothing here that could be set beside it.
    pub const fn is_published_only(&self) -> bool {
        self.measure.is_none()
    }
}
