//! Loading a workflow: what comes out, and the order of the steps.

use crate::{
    chain,
    diagnostics::{Diagnostic, Diagnostics},
    document, expand, expect, overrides, scale,
    source::Sources,
    tree,
};
use hrm_config::{ExpectConfig, Scale, StageConfig, StageKind};
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
    /// The size that was chosen, where the file names one.
    pub scale: Option<Scale>,
    /// What it claims of its results, in the order of the file.
    pub expectations: Vec<Expectation>,
    /// The document after `extends`, the chosen scale and overrides, without defaults.
    pub resolved: serde_json::Value,
}

/// One instance of a stage: one combination of its axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Unique in the workflow: `train.hrm`, or `train.hrm[lr=0.001,seed=1]` where there are axes.
    pub id: String,
    /// The id without the training's seed: what its repetitions have in common.
    pub group: String,
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

/// One claim about a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Its name: the cell of a table that it stands for.
    pub name: String,
    /// What is claimed.
    pub config: ExpectConfig,
    /// Indices in [`Workflow::stages`] of the evaluations that it is about: one for each seed.
    pub evaluations: Vec<usize>,
    /// Those of the evaluation that is to be exceeded.
    pub above: Vec<usize>,
}

impl Stage {
    /// [`Stage::group`] without the kind, as references name it: `test[segments=4]`.
    pub fn group_name(&self) -> &str {
        let kind = self.kind.name().len() + ".".len();
        self.group.get(kind..).unwrap_or(&self.group)
    }
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

/// The order of the steps: files, scale, overrides, then what all of it says.
fn assemble(
    sources: &mut Sources,
    path: &Path,
    overrides: &[String],
) -> Result<Workflow, Vec<Diagnostic>> {
    let mut merged = chain::load(sources, path)?;
    let mut found = Vec::new();
    let mut layers = Vec::new();
    for text in overrides {
        match overrides::read(sources, text) {
            Ok(layer) => layers.push(layer),
            Err(diagnostic) => found.push(diagnostic),
        }
    }
    let scale = match scale::apply(&mut merged, &mut layers) {
        Ok(scale) => scale,
        Err(in_scale) => {
            found.extend(in_scale);
            return Err(found);
        }
    };
    let layers = layers.into_iter();
    found.extend(layers.filter_map(|layer| overrides::apply(&mut merged, layer).err()));
    let (document, in_document) = document::read(&merged);
    found.extend(in_document);
    let (stages, in_stages) = expand::expand(&document);
    found.extend(in_stages);
    let (expectations, in_expectations) = expect::read(&document, &stages, found.is_empty());
    found.extend(in_expectations);
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Workflow {
        name: document.name,
        description: document.description,
        path: path.to_owned(),
        stages,
        scale,
        expectations,
        resolved: tree::to_json(&merged),
    })
}
