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
    /// A checkpoint file that cannot be read or written.
    #[error(transparent)]
    Checkpoint(#[from] hrm_checkpoint::CheckpointError),
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
    /// A folder that holds no model.
    #[error(
        "{} holds no `model.json`: name a checkpoint folder (`…/checkpoints/last` or `…/best`) or one that \
         `hrm model import` wrote; a training of an older version has to run again (`hrm run FILE --force STAGE`)",
        path.display()
    )]
    NoModel {
        /// The folder.
        path: PathBuf,
    },
    /// The untrained model of weights that were imported.
    #[error(
        "`{}` holds weights that were imported, so that there is no model before its training; evaluate \
         the `last` checkpoint",
        path.display()
    )]
    ImportedUntrained {
        /// The training's folder.
        path: PathBuf,
    },
    /// A checkpoint whose tensors do not tell how long its puzzles are.
    #[error(
        "{}: the tensors do not tell how many cells a puzzle has; give `--seq-len` (81 for 9×9 Sudoku, \
         900 for 30×30 mazes and ARC)",
        path.display()
    )]
    SequenceLength {
        /// The checkpoint.
        path: PathBuf,
    },
    /// A folder that should be new.
    #[error("{} is not empty; name a new folder", path.display())]
    FolderInUse {
        /// The folder.
        path: PathBuf,
    },
    /// Imported weights of another model than the stage describes.
    #[error(
        "{}: `{key}` is {imported} in the imported model, but {configured} in the workflow; \
         `hrm model info` prints the stage that fits it",
        path.display()
    )]
    ImportedModel {
        /// The imported model.
        path: PathBuf,
        /// Key of the train stage.
        key: String,
        /// Its value in the model's card.
        imported: String,
        /// Its value in the workflow.
        configured: String,
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
    /// A thread cannot be started.
    #[error(
        "a thread that makes batches cannot be started: {0}; end other programs, or raise the limit on threads"
    )]
    Thread(std::io::Error),
    /// The device has too little memory.
    #[error(transparent)]
    OutOfMemory(crate::out_of_memory::MemoryNeed),
    /// A parity fixture that cannot be read.
    #[error("parity fixture {}: {reason}", path.display())]
    Fixture {
        /// The fixture, or its file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
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
