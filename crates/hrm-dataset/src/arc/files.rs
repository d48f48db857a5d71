//! The plan of an ARC dataset on disk: `arc/plan.json`, and the tasks of each subset beside it.

use super::ArcPlan;
use crate::DatasetError;
use crate::meta::{JSON_BYTES_MAX, read_json, read_limited, write_json};
use hrm_arc::dataset::{DrawSource, Options, Subset, tasks_json};
use hrm_arc::{Convention, Role, parse_tasks};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Folder of the plan in a dataset's folder.
const FOLDER: &str = "arc";
/// What is not in the files of tasks.
const PLAN_FILE: &str = "plan.json";
/// Largest file of tasks that is read, bytes; the largest published subset has 6 MB.
const TASKS_BYTES_MAX: u64 = 1 << 30;

/// `arc/plan.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    convention: Convention,
    augmentations: usize,
    draws: Draws,
    seed: u64,
    /// Role of each subset; the tasks of subset `i` are in `tasks-i.json`.
    subsets: Vec<Role>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Draws {
    Own,
    Published,
}

/// Whether a dataset's folder holds a plan.
pub(crate) fn has_plan(dir: &Path) -> bool {
    plan_path(dir).is_file()
}

/// Every file of a plan that is there, the plan first.
pub(crate) fn plan_files(dir: &Path) -> Vec<PathBuf> {
    let tasks = (0..).map(|subset| tasks_path(dir, subset));
    std::iter::once(plan_path(dir))
        .chain(tasks)
        .take_while(|path| path.is_file())
        .collect()
}

fn plan_path(dir: &Path) -> PathBuf {
    dir.join(FOLDER).join(PLAN_FILE)
}

fn tasks_path(dir: &Path, subset: usize) -> PathBuf {
    dir.join(FOLDER).join(format!("tasks-{subset}.json"))
}

/// Writes the plan into a dataset's folder.
pub(crate) fn write_plan(plan: &ArcPlan, dir: &Path) -> Result<(), DatasetError> {
    let folder = dir.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(DatasetError::io("create", &folder))?;
    for (index, subset) in plan.subsets().iter().enumerate() {
        let path = tasks_path(dir, index);
        let text = tasks_json(&subset.tasks);
        std::fs::write(&path, text).map_err(DatasetError::io("write", &path))?;
    }
    let Options {
        convention,
        augmentations,
        draws,
    } = plan.options();
    let (draws, seed) = match draws {
        DrawSource::PerTask { seed } => (Draws::Own, seed),
        DrawSource::Published { seed } => (Draws::Published, seed.into()),
    };
    let subsets = plan.subsets().iter().map(|subset| subset.role);
    let file = PlanFile {
        convention,
        augmentations,
        draws,
        seed,
        subsets: subsets.collect(),
    };
    write_json(&plan_path(dir), &file)
}

/// Reads the plan of a dataset's folder, and plans again what was planned.
pub(crate) fn read_plan(dir: &Path) -> Result<ArcPlan, DatasetError> {
    let path = plan_path(dir);
    let file: PlanFile = read_json(&path, JSON_BYTES_MAX)?;
    let draws = match file.draws {
        Draws::Own => DrawSource::PerTask { seed: file.seed },
        Draws::Published => DrawSource::Published {
            seed: u32::try_from(file.seed).map_err(|_| {
                DatasetError::malformed(&path, "`seed` of published draws is above 2³² - 1")
            })?,
        },
    };
    let subset = |(index, role)| {
        let path = tasks_path(dir, index);
        let text = read_limited(&path, TASKS_BYTES_MAX)?;
        let text = String::from_utf8(text)
            .map_err(|error| DatasetError::malformed(&path, error.to_string()))?;
        let tasks = parse_tasks(&text)
            .map_err(|error| DatasetError::malformed(&path, error.to_string()))?;
        Ok(Subset { role, tasks })
    };
    let subsets = file.subsets.into_iter().enumerate().map(subset);
    let subsets = subsets.collect::<Result<_, DatasetError>>()?;
    let options = Options {
        convention: file.convention,
        augmentations: file.augmentations,
        draws,
    };
    ArcPlan::new(subsets, options)
        .map_err(|error| DatasetError::malformed(&path, error.to_string()))
}
