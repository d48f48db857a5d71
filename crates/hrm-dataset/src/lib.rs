//! Datasets in the published on-disk format: building, splitting, checking, reading, writing and sampling.
//!
//! A *group* is one original task with all its augmentations, a *puzzle* is one augmentation, and
//! an *example* is one input/output pair of token sequences. [`build()`] makes a [`Dataset`] from a
//! configuration, [`Dataset::read`] and [`Dataset::write`] move it to and from disk, and
//! [`TrainSampler`] and [`eval_batches`] hand out its batches.
//!
//! Invariants: a [`SplitData`] that exists is consistent (every token below the vocabulary size,
//! every index in range, no empty group or puzzle); built splits share no puzzle up to symmetry;
//! the result of a build depends on the configuration and its external files alone, never on the
//! number of threads.

mod arc;
mod batch;
mod build;
mod card;
mod counts;
mod dataset;
mod error;
mod eval;
mod examples;
mod export;
mod meta;
pub mod npy;
mod puzzle;
mod sampler;
mod split;
mod split_check;
mod split_copies;
mod split_files;

pub use batch::{Batch, IGNORED_LABEL};
pub use build::{CsvRow, CsvTable, build, external_files, raw_items};
pub use card::{DatasetCard, Leakage, PuzzleDescription, SplitCounts};
pub use counts::{Counts, expected_counts, expected_puzzle};
pub use dataset::Dataset;
pub use error::DatasetError;
pub use eval::{eval_batches, eval_examples};
pub use meta::SplitMeta;
pub use puzzle::{ExampleGrids, Question};
pub use sampler::{SamplerPosition, TrainSampler};
pub use split::SplitData;
