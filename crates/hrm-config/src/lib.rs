//! The typed configuration of every stage: keys, defaults, documentation.
//!
//! These types are the one source of the workflow grammar. The parser (`hrm-workflow`)
//! deserializes them, the JSON Schema and the reference page are generated from them, and the
//! stages receive them. The doc comment of a field is its documentation for users.
//!
//! Invariants: no I/O, no knowledge of TOML syntax or of tensors. Every struct denies unknown keys.

mod benchmark;
mod bounds;
mod check;
mod comparability;
mod dataset;
mod evaluate;
mod expect;
mod hidden_state;
mod measure;
mod metric;
mod model;
mod problem;
mod published;
mod report;
mod scale;
mod stage;
mod train;

pub use benchmark::{Benchmark, Draws};
pub use comparability::{Architecture, Comparability, ComparabilityKey, KeyDifference, Selection};
pub use dataset::{CsvSource, DatasetConfig, FolderSource, MazeSource, PuzzleKind, SudokuSource};
pub use evaluate::{CheckpointChoice, EvaluateConfig, Split};
pub use expect::ExpectConfig;
pub use hidden_state::HiddenState;
pub use measure::{Measure, PassRule, UnknownMeasure};
pub use metric::{Metric, ScoredPuzzle};
pub use model::{
    Arch, GradientSpan, Mixer, ModelConfig, Networks, PositionEncoding, ResolvedModel,
};
pub use problem::Problem;
pub use published::{PublishedArch, PublishedConfig, PublishedConfigError, PublishedTrain};
pub use report::ReportConfig;
pub use scale::Scale;
pub use stage::{StageConfig, StageKind};
pub use train::{EarlyStopping, Loss, Precision, TrainConfig};
