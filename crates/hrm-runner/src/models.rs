//! Finding a trained model by what a user calls it.

use crate::opening::Unheard;
use crate::rescore::complete;
use crate::{RunnerError, open_database};
use hrm_config::{CheckpointChoice, StageKind};
use hrm_store::Store;
use hrm_train::ModelFolder;
use std::path::Path;

/// The model that `name` means: a model folder (a checkpoint, or an imported model), a folder with
/// a training's `checkpoints`, or a train stage that was run: its name or instance id. The latest
/// training of that stage is taken.
///
/// # Errors
/// Where there is no such folder or stage, or its checkpoint is gone.
pub fn find_model(
    state: &Path,
    name: &str,
    checkpoint: CheckpointChoice,
) -> Result<ModelFolder, RunnerError> {
    let path = Path::new(name);
    if path.is_dir() {
        let found = match path.join("checkpoints").is_dir() {
            true => ModelFolder::of_training(path, checkpoint),
            false => ModelFolder::open(path),
        };
        return Ok(found?);
    }
    let unknown = || RunnerError::UnknownModel {
        name: name.to_owned(),
    };
    if !state.is_dir() {
        return Err(unknown());
    }
    let store = Store::open(state)?;
    let kind = StageKind::Train;
    let key = open_database(&store, &mut Unheard)?
        .latest_key(kind.name(), name)?
        .ok_or_else(unknown)?;
    let training = complete(&store, kind, &key, name)?;
    Ok(ModelFolder::of_training(training.path(), checkpoint)?)
}
