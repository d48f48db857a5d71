//! Loading a workflow: what comes out, and the order of the steps.

use crate::{
    chain,
    diagnostics::{Diagnostic, Diagnostics},
    document, expand, overrides,
    source::Sources,
    tree,
};
use hrm_config::{StageConfig, StageKind};
use std::path::{Path, PathBuf};

/// A workflow in which everything that can be checked beforehand is right.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Name: lower-case letters, digits, `_` and `-`.
    pub name: String,
    /// What question it answers.
    pub description: Option<String>,
    /// The file it was loaded from. Relative paths of datasets are relative to its folder.
    pub path: PathBuf,
    /// All instances of all stages; each comes after its inputs.
    pub stages: Vec<Stage>,
    /// The document after `extends` and overrides, without defaults.
    pub resolved: serde_json::Value,
}

/// One instance of a stage: one combination of its axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Unique in the workflow: `train.hrm`, or `train.hrm[lr=0.001,seed=1]` where there are axes.
    pub id: String,
    /// Kind of stage.
    pub kind: StageKind,
    /// Name of the stage; its instances share it.
    pub name: String,
    /// The axes with more than one value and this instance's values: those of the inputs first,
    /// then the stage's own in the order of the file, then the seed.
    pub axes: Vec<(String, serde_json::Value)>,
    /// Seed of a training.
    pub seed: Option<u64>,
    /// The configuration; a training's `seeds` holds its seed alone.
    pub config: StageConfig,
    /// Indices in [`Workflow::stages`] of the instances that this one takes its data from.
    pub inputs: Vec<usize>,
}

/// Loads a workflow file with everything it extends, applies the overrides (`KEY=VALUE`) in
/// order, checks it, and expands its sweeps and seeds.
///
/// # Errors
///
/// Everything that is wrong, as far as one mistake does not hide another.
pub fn load(path: &Path, overrides: &[String]) -> Result<Workflow, Box<Diagnostics>> {
    let mut sources = Sources::default();
    assemble(&mut sources, path, overrides).map_err(|found| Diagnostics::new(sources, found))
}

fn assemble(
    sources: &mut Sources,
    path: &Path,
    overrides: &[String],
) -> Result<Workflow, Vec<Diagnostic>> {
    let mut merged = chain::load(sources, path)?;
    let mut found: Vec<_> = overrides
        .iter()
        .filter_map(|text| overrides::apply(sources, &mut merged, text).err())
        .collect();
    let (document, in_document) = document::read(&merged);
    found.extend(in_document);
    let (stages, in_stages) = expand::expand(&document);
    found.extend(in_stages);
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Workflow {
        name: document.name,
        description: document.description,
        path: path.to_owned(),
        stages,
        resolved: tree::to_json(&merged),
    })
}
