//! What can go wrong in training and evaluation.

use std::path::PathBuf;

/// An error of training or evaluation.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The device cannot be used.
    #[error(transparent)]
    Device(#[from] hrm_model::DeviceError),
    /// The model cannot be built.
    #[error(transparent)]
    Model(#[from] hrm_model::ModelError),
    /// A checkpoint's tensors do not fit the model.
    #[error("checkpoint {}: {source}", path.display())]
    Parameters {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        source: hrm_model::ParametersError,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A checkpoint file is damaged.
    #[error("checkpoint {} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The dataset lacks what the training or evaluation needs.
    #[error("{0}")]
    Dataset(String),
    /// A value that is not finite.
    #[error(
        "step {step}: {what} is not finite; the last good checkpoint is step {checkpoint}. \
         Lower `lr`, raise `lr_warmup_steps`, or look at the batch with puzzles {puzzles:?}"
    )]
    NotFinite {
        /// Optimizer step.
        step: u64,
        /// Loss, or the name of a tensor.
        what: String,
        /// Step of the last checkpoint.
        checkpoint: u64,
        /// Examples in the batch (the first eight).
        puzzles: Vec<u32>,
    },
    /// Numbers could not be read back from the device.
    #[error("reading {what} from the device failed: {reason}")]
    Read {
        /// Which numbers.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A number format that the device does not have.
    #[error(
        "`precision = \"{precision}\"` is not available on device `{device}`; use `precision = \"f32\"`"
    )]
    Precision {
        /// Format asked for.
        precision: &'static str,
        /// Kind of the device.
        device: &'static str,
    },
}

impl TrainError {
    /// An I/O error at `path`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// A damaged file.
    pub(crate) fn damaged(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::Damaged {
            path: path.into(),
            reason: reason.to_string(),
        }
    }
}
