//! Finding a built dataset by what a user calls it.

use crate::opening::Unheard;
use crate::rescore::complete;
use crate::{RunnerError, open_database};
use hrm_config::StageKind;
use hrm_store::Store;
use std::path::{Path, PathBuf};

/// The folder of the dataset that a stage made, by the stage's name or instance id, as it was last
/// run; nothing where no such dataset stage was ever run here.
///
/// # Errors
/// Where the state folder cannot be used, or the dataset is gone.
pub fn find_dataset(state: &Path, name: &str) -> Result<Option<PathBuf>, RunnerError> {
    if !state.is_dir() {
        return Ok(None);
    }
    let store = Store::open(state)?;
    let kind = StageKind::Dataset;
    let Some(key) = open_database(&store, &mut Unheard)?.latest_key(kind.name(), name)? else {
        return Ok(None);
    };
    let dataset = complete(&store, kind, &key, name)?;
    Ok(Some(dataset.path().to_path_buf()))
}
