//! What a stage reads from outside the workflow, as content hashes.

use crate::{RunnerError, Session, WorkflowPlan};
use hrm_config::{Benchmark, DatasetConfig, StageConfig, TrainConfig};
use hrm_source::Sources;
use hrm_train::ModelFolder;
use hrm_workflow::Workflow;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// The content hash of every external file of a dataset, by label. Labels name the role of a file
/// and not its place, so that moving files reruns nothing.
pub(crate) fn external_hashes(
    config: &DatasetConfig,
    base_dir: &Path,
    sources: &Sources,
) -> Result<BTreeMap<String, String>, RunnerError> {
    if let Some(benchmark) = config.benchmark {
        return raw_hashes(benchmark, sources);
    }
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

/// The hashes of a benchmark's raw data, from its manifests: a build takes no other bytes, so the
/// data, which may be gigabytes, need not be read, and not even be there, to know the key.
fn raw_hashes(
    benchmark: Benchmark,
    sources: &Sources,
) -> Result<BTreeMap<String, String>, RunnerError> {
    let mut hashes = BTreeMap::new();
    for (source, path) in hrm_dataset::raw_items(benchmark) {
        let manifest = sources.manifest(source).map_err(Box::new)?;
        let hash = manifest.sha256(&path).map(|hash| hash.to_string());
        hashes.insert(format!("{source}/{path}"), hash.unwrap_or_default());
    }
    Ok(hashes)
}

/// Fails where a dataset that has to be built needs raw data of which nothing is there.
pub fn check_raw_data(
    session: &Session,
    workflow: &Workflow,
    plan: &WorkflowPlan,
) -> Result<(), RunnerError> {
    for stage in plan.to_run().map(|index| &workflow.stages[index]) {
        let StageConfig::Dataset(config) = &stage.config else {
            continue;
        };
        for (source, path) in config
            .benchmark
            .map(hrm_dataset::raw_items)
            .unwrap_or_default()
        {
            session.sources.glance(source, &[&path]).map_err(Box::new)?;
        }
    }
    Ok(())
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

fn hash_file(path: &Path) -> Result<String, RunnerError> {
    let mut hasher = blake3::Hasher::new();
    File::open(path)
        .and_then(|file| hasher.update_reader(file).map(|_| ()))
        .map_err(RunnerError::io("read", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}
