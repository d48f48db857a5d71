//! What a stage reads from outside the workflow, as content hashes.

use crate::RunnerError;
use hrm_config::{DatasetConfig, TrainConfig};
use hrm_train::ModelFolder;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// The content hash of every external file of a dataset, by label. Labels name the role of a file
/// and not its place, so that moving files reruns nothing.
pub(crate) fn external_hashes(
    config: &DatasetConfig,
    base_dir: &Path,
) -> Result<BTreeMap<String, String>, RunnerError> {
    let files = hrm_dataset::external_files(config, base_dir)?;
    let label = |path: &Path| match (&config.csv, &config.folder) {
        (Some(csv), _) if path == base_dir.join(&csv.train) => "csv.train".to_owned(),
        (Some(_), _) => "csv.test".to_owned(),
        (_, Some(folder)) => {
            let inside = path
                .strip_prefix(base_dir.join(&folder.path))
                .unwrap_or(path);
            format!("folder/{}", inside.display())
        }
        (None, None) => path.display().to_string(),
    };
    files
        .iter()
        .map(|path| Ok((label(path), hash_file(path)?)))
        .collect()
}

/// The content hash of the imported weights that a training takes, if it does.
pub(crate) fn weights_hash(
    config: &TrainConfig,
    base_dir: &Path,
) -> Result<BTreeMap<String, String>, RunnerError> {
    let Some(folder) = &config.weights else {
        return Ok(BTreeMap::new());
    };
    let model = ModelFolder::open(&base_dir.join(folder))?;
    Ok([("weights".to_owned(), hash_file(&model.weights())?)].into())
}

pub(crate) fn hash_file(path: &Path) -> Result<String, RunnerError> {
    let mut hasher = blake3::Hasher::new();
    File::open(path)
        .and_then(|file| hasher.update_reader(file).map(|_| ()))
        .map_err(RunnerError::io("read", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}
