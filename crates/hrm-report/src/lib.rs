//! Reports: plots and HTML pages from stored rows and artifacts.
//!
//! [`render`] turns [`ReportData`], which whoever reads the store fills in, into the files of a
//! report: one self-contained page (no network, no second file needed), every plot as SVG and PNG,
//! every table as CSV. It does no I/O and reads no clock: the same data gives the same bytes.

mod ablation;
mod ablation_row;
mod comparison;
mod data;
mod difficulty;
mod error;
mod format;
mod inspect;
mod markdown;
mod page;
mod plot;
mod render;
mod segment_curve;
mod series;
mod tables;
mod warnings;

pub use comparison::{
    AdaptiveAccuracy, ComparedSide, ComparisonData, CostValue, Difference, DifferingKey,
    DifficultyGroup, DisputedPuzzle, Paired, SideCost, Verdict, comparison_page, side_letter,
};
pub use data::{
    Ablation, AblationRow, AdaptiveResult, ArcScore, Axis, BaseDifference, Count, CurvePoint,
    DatasetInfo, Environment, Estimate, EvaluationInfo, ExpectationInfo, ExpectationVerdict,
    FinalScores, HiddenStateInfo, MetricCount, Provenance, PuzzleTrace, PuzzleView, RatingScores,
    ReportData, SegmentResult, SplitCount, StageProvenance, TestEvaluation, TrainingInfo, number,
};
pub use error::ReportError;
pub use format::{p_value, si};
pub use inspect::inspection_page;
pub use render::{Rendered, render};
