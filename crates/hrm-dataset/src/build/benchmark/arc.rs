//! ARC benchmarks: from the files of tasks to a planned dataset.

use super::RawData;
use super::recipe::{ARC_1D, Tasks, kaggle_files};
use crate::arc::{self, ArcPlan};
use crate::build::Progress;
use crate::build::arc_split::{carve_validation, check_splits, subsample, take_evaluation};
use crate::build::draws::numpy_seed;
use crate::dataset::Names;
use crate::{Dataset, DatasetCard, DatasetError, PuzzleDescription};
use hrm_arc::dataset::{DrawSource, Options, Subset};
use hrm_arc::{
    Collection, Convention, Digest, Role, SIDE_MAX, SubsetSource, Task, canonical_pair,
    parse_kaggle, parse_task,
};
use hrm_config::{DatasetConfig, Draws};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

pub(super) fn build(
    config: &DatasetConfig,
    tasks: &Tasks,
    raw: RawData<'_>,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    let (convention, mut subsets) = match tasks {
        Tasks::Published(recipe) => {
            let subsets = recipe.subsets.iter();
            let subsets = subsets.map(|source| published(source, raw, progress));
            (recipe.convention, subsets.collect::<Result<_, _>>()?)
        }
        Tasks::OneDimensional => (Convention::Hrm, one_dimensional(raw, progress)?),
    };
    if let Some(count) = config.subsample {
        subsample(&mut subsets, count, config.seed)?;
    }
    if let Some(count) = config.test_rows {
        take_evaluation(&mut subsets, count)?;
    }
    carve_validation(&mut subsets, config.validation, config.seed)?;
    let (leakage, guarantee) = check_splits(&subsets, config.allow_leakage.as_deref())?;
    let options = Options {
        convention,
        augmentations: config.augmentations() as usize,
        draws: match config.draws {
            Draws::Own => DrawSource::PerTask { seed: config.seed },
            Draws::Published => DrawSource::Published {
                seed: numpy_seed(config.seed)?,
            },
        },
    };
    progress("augmenting tasks", 0, 1);
    let plan = ArcPlan::new(subsets, options);
    let plan = Arc::new(plan.map_err(|error| DatasetError::Config(error.to_string()))?);
    progress("augmenting tasks", 1, 1);
    let card = DatasetCard {
        puzzle: PuzzleDescription::Arc,
        description: "ARC tasks".into(),
        splits: BTreeMap::new(),
        guarantee,
        difficulty: None,
        leakage,
    };
    let path = Path::new("dataset");
    Dataset::new(arc::splits(&plan, path)?, card, Names::Planned(plan), path)
}

/// The tasks of a published subset.
fn published(
    subset: &SubsetSource,
    raw: RawData<'_>,
    progress: Progress<'_>,
) -> Result<Subset, DatasetError> {
    let name = subset.name;
    let tasks = match subset.collection {
        Collection::ArcAgi1 => folder(raw, "arc-agi-1", &format!("data/{name}"), "", progress),
        Collection::ArcAgi2 => folder(raw, "arc-agi-2", &format!("data/{name}"), "", progress),
        Collection::ConceptArc => {
            folder(raw, "concept-arc", "corpus", &format!("{name}/"), progress)
        }
        Collection::TrmKaggle => kaggle(raw, name, progress),
    };
    Ok(Subset {
        role: subset.role,
        tasks: tasks?,
    })
}

/// The tasks of a source's folder below `prefix`, one file each, in the byte order of their paths.
fn folder(
    raw: RawData<'_>,
    source: &str,
    path: &str,
    prefix: &str,
    progress: Progress<'_>,
) -> Result<Vec<Task>, DatasetError> {
    let files = files(raw, source, path, progress)?.into_iter();
    let files = files.filter(|(below, _)| below.starts_with(prefix));
    files
        .map(|(below, text)| parse(&Path::new(source).join(path).join(below), &text))
        .collect()
}

/// Paths and texts of a source's folder.
fn files(
    raw: RawData<'_>,
    source: &str,
    path: &str,
    progress: Progress<'_>,
) -> Result<Vec<(String, String)>, DatasetError> {
    let located = raw.items(source, &[path], progress)?;
    let files = located.folder(path)?.read()?.into_iter();
    let with_text = |(below, bytes): (String, Vec<u8>)| {
        let text = text(&Path::new(source).join(path).join(&below), bytes)?;
        Ok((below, text))
    };
    files.map(with_text).collect()
}

/// The task of a file, which is named like it.
fn parse(file: &Path, text: &str) -> Result<Task, DatasetError> {
    let name = file.file_stem().map(|stem| stem.to_string_lossy());
    parse_task(&name.unwrap_or_default(), text)
        .map_err(|error| DatasetError::malformed(file, error.to_string()))
}

/// The tasks of a subset in the layout of the competitions.
fn kaggle(
    raw: RawData<'_>,
    subset: &str,
    progress: Progress<'_>,
) -> Result<Vec<Task>, DatasetError> {
    let [challenges, solutions] = kaggle_files(subset);
    let source = raw.items("arc-kaggle", &[&challenges, &solutions], progress)?;
    let read = |path: &str| text(Path::new(path), source.file(path)?.read()?);
    parse_kaggle(&read(&challenges)?, &read(&solutions)?)
        .map_err(|error| DatasetError::malformed(Path::new(&challenges), error.to_string()))
}

fn text(file: &Path, bytes: Vec<u8>) -> Result<String, DatasetError> {
    String::from_utf8(bytes).map_err(|error| DatasetError::malformed(file, error.to_string()))
}

/// The tasks of 1D-ARC that fit into ARC's squares, named like `1d_fill_25`. Every fifth one is
/// evaluated; training tasks that show a test pair of these up to symmetry are left out.
fn one_dimensional(raw: RawData<'_>, progress: Progress<'_>) -> Result<Vec<Subset>, DatasetError> {
    let (source, path) = ARC_1D;
    let mut tasks = Vec::new();
    for (below, text) in files(raw, source, path, progress)? {
        let file = Path::new(source).join(path).join(below);
        if fits(&file, &text)? {
            tasks.push(parse(&file, &text)?);
        }
    }
    let is_fifth = |task: &Task| task.name().ends_with(['0', '5']);
    let (evaluation, mut training): (Vec<Task>, Vec<Task>) = tasks.into_iter().partition(is_fifth);
    let evaluated: HashSet<Digest> = evaluation
        .iter()
        .flat_map(|task| task.test().iter().map(canonical_pair))
        .collect();
    training.retain(|task| {
        let mut pairs = task.pairs().map(canonical_pair);
        !pairs.any(|pair| evaluated.contains(&pair))
    });
    let subset = |role, tasks| Subset { role, tasks };
    Ok(vec![
        subset(Role::Training, training),
        subset(Role::Evaluation, evaluation),
    ])
}

/// Whether no row of a task is longer than the side of ARC's square.
fn fits(file: &Path, text: &str) -> Result<bool, DatasetError> {
    /// The lists of pairs without what the cells hold.
    #[derive(Deserialize)]
    struct Outline {
        train: Vec<BTreeMap<String, Vec<Vec<IgnoredAny>>>>,
        test: Vec<BTreeMap<String, Vec<Vec<IgnoredAny>>>>,
    }
    let Outline { train, test } = serde_json::from_str(text)
        .map_err(|error| DatasetError::malformed(file, error.to_string()))?;
    let pairs = train.iter().chain(&test);
    let mut rows = pairs.flat_map(BTreeMap::values).flatten();
    Ok(rows.all(|row| row.len() <= SIDE_MAX))
}
