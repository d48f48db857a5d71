//! Watching a step from part to part.

use hrm_model::SegmentPart;

/// A part of a training step, or of the evaluation of a batch, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StepPart {
    /// Puzzles are drawn.
    Input,
    /// Weights in the number format of the computation, tokens to vectors, carried states.
    Embedding,
    /// Updates of z_L.
    LowLevel,
    /// Updates of z_H.
    HighLevel,
    /// Logits of cells and of halting.
    Heads,
    /// The segment that gives the target of q_continue.
    Target,
    /// Predictions, losses and metrics, read back.
    Losses,
    /// Gradients, and their sum over the parts of the batch.
    Backward,
    /// Both optimizers and the moving average.
    Optimizers,
}

impl StepPart {
    /// As it is shown.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Embedding => "embedding",
            Self::LowLevel => "low level",
            Self::HighLevel => "high level",
            Self::Heads => "heads",
            Self::Target => "target of q_continue",
            Self::Losses => "losses",
            Self::Backward => "backward",
            Self::Optimizers => "optimizers",
        }
    }
}

impl From<SegmentPart> for StepPart {
    fn from(part: SegmentPart) -> Self {
        match part {
            SegmentPart::LowLevel => Self::LowLevel,
            SegmentPart::HighLevel => Self::HighLevel,
            SegmentPart::Heads => Self::Heads,
        }
    }
}

/// What is told when a part is done; none where nobody watches.
pub(crate) type Watch<'a> = Option<&'a (dyn Fn(StepPart) + Sync)>;

/// Tells that a part is done.
pub(crate) fn done(watch: Watch<'_>, part: impl Into<StepPart>) {
    if let Some(watch) = watch {
        watch(part.into());
    }
}
