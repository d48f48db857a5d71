//! The input of a report: plain data, filled in from stored rows and artifacts.

mod ablation;
mod count;
mod dataset;
mod evaluation;
mod expectation;
mod provenance;
mod scores;
mod trace;
mod training;

pub use ablation::{Ablation, AblationRow, BaseDifference};
pub use count::Count;
pub use dataset::{DatasetInfo, SplitCount};
pub use evaluation::{AdaptiveResult, EvaluationInfo, HiddenStateInfo, SegmentResult};
pub use expectation::{Estimate, ExpectationInfo, ExpectationVerdict, number};
pub use provenance::{Environment, Provenance, StageProvenance};
pub use scores::{ArcScore, FinalScores, MetricCount, RatingScores, TestEvaluation};
pub use trace::{PuzzleTrace, PuzzleView};
pub use training::{Axis, CurvePoint, TrainingInfo};

use serde::{Deserialize, Serialize};

/// Everything a report shows. Lists are shown in the order given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    /// Title of the page.
    pub title: String,
    /// Name of the workflow.
    pub workflow: String,
    /// What the workflow is for, in the author's words.
    pub description: Option<String>,
    /// The size at which it ran, where its file names one: `small` or `full`.
    pub scale: Option<String>,
    /// What it claims of its results, with the verdicts.
    pub expectations: Vec<ExpectationInfo>,
    /// The exact command that runs it again.
    pub command: String,
    /// When the report was made, ready to print. The renderer reads no clock.
    pub generated_at: Option<String>,
    /// The resolved configuration: every key, defaults included.
    pub config_toml: String,
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// The datasets.
    pub datasets: Vec<DatasetInfo>,
    /// The trainings, one per instance (one per seed and sweep value).
    pub trainings: Vec<TrainingInfo>,
    /// The evaluations, one per instance.
    pub evaluations: Vec<EvaluationInfo>,
    /// The evaluations on each set of puzzles side by side, where there are several.
    pub ablations: Vec<Ablation>,
}

impl ReportData {
    /// Whether any evaluation probed puzzles.
    pub(crate) fn has_hidden_states(&self) -> bool {
        let mut evaluations = self.evaluations.iter();
        evaluations.any(|evaluation| !evaluation.hidden_states.is_empty())
    }

    /// The training of an evaluation, unless the data lacks it.
    pub(crate) fn training_of(&self, evaluation: &EvaluationInfo) -> Option<&TrainingInfo> {
        self.trainings
            .iter()
            .find(|training| training.id == evaluation.training)
    }
}
