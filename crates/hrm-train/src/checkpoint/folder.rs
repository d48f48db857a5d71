//! The `checkpoints` folder of a training.

use super::progress::Progress;
use super::state;
use crate::error::TrainError;
use crate::model::Model;
use crate::model_folder::{ModelCard, WEIGHTS};
use crate::trainer::Trainer;
use hrm_config::CheckpointChoice;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

const PROGRESS: &str = "progress.json";
const LAST: &str = "last";
const BEST: &str = "best";
const WRITING: &str = ".writing";
const REPLACED: &str = ".replaced";

/// The checkpoints of one training.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    dir: PathBuf,
    card: ModelCard,
}

impl Checkpoints {
    /// The folder below the training's work folder; made if it is not there.
    pub(crate) fn open(work_dir: &Path, card: ModelCard) -> Result<Self, TrainError> {
        let dir = work_dir.join("checkpoints");
        fs::create_dir_all(&dir).map_err(TrainError::io(&dir))?;
        Ok(Self { dir, card })
    }

    /// Saves the state as the latest checkpoint and removes the ones before it.
    pub(crate) fn save(
        &self,
        trainer: &Trainer<'_>,
        progress: &Progress,
    ) -> Result<(), TrainError> {
        let name = format!("step-{:08}", progress.step);
        self.publish(&name, |folder| self.write_state(folder, trainer, progress))?;
        self.remove_steps_except(Some(&name))
    }

    /// Saves the state as the last checkpoint of a finished training, unless a killed process has
    /// done so already, and leaves nothing beside it that this process or a killed one did not need
    /// to the end.
    pub(crate) fn save_last(
        &self,
        trainer: &Trainer<'_>,
        progress: &Progress,
    ) -> Result<(), TrainError> {
        if !self.dir.join(LAST).is_dir() {
            self.publish(LAST, |folder| self.write_state(folder, trainer, progress))?;
        }
        self.remove_steps_except(None)?;
        remove(&self.dir.join(WRITING))?;
        remove(&self.dir.join(REPLACED))
    }

    /// Saves a model as the best one by validation.
    pub(crate) fn save_best(&self, model: &Model) -> Result<(), TrainError> {
        self.publish(BEST, |folder| self.write_model(folder, model))
    }

    /// Saves an imported model as the last checkpoint of a training that trains nothing.
    pub(crate) fn save_imported(&self, model: &Model) -> Result<(), TrainError> {
        self.publish(LAST, |folder| self.write_model(folder, model))
    }

    fn write_model(&self, folder: &Path, model: &Model) -> Result<(), TrainError> {
        self.card.write(folder)?;
        model.write(&folder.join(WEIGHTS))
    }

    fn write_state(
        &self,
        folder: &Path,
        trainer: &Trainer<'_>,
        progress: &Progress,
    ) -> Result<(), TrainError> {
        self.card.write(folder)?;
        state::write(folder, trainer)?;
        let path = folder.join(PROGRESS);
        let text =
            serde_json::to_string(progress).map_err(|error| TrainError::damaged(&path, error))?;
        fs::write(&path, text).map_err(TrainError::io(&path))
    }

    /// Restores the latest complete checkpoint, if there is one.
    pub(crate) fn restore(
        &self,
        trainer: &mut Trainer<'_>,
    ) -> Result<Option<Progress>, TrainError> {
        let Some(folder) = self.latest()? else {
            return Ok(None);
        };
        let path = folder.join(PROGRESS);
        let text = fs::read_to_string(&path).map_err(TrainError::io(&path))?;
        let progress: Progress =
            serde_json::from_str(&text).map_err(|error| TrainError::damaged(&path, error))?;
        state::read(&folder, trainer, progress.slots.as_ref())?;
        trainer.step = progress.step;
        Ok(Some(progress))
    }

    fn latest(&self) -> Result<Option<PathBuf>, TrainError> {
        let last = self.dir.join(LAST);
        if last.is_dir() {
            return Ok(Some(last));
        }
        Ok(self.steps()?.pop().map(|name| self.dir.join(name)))
    }

    /// Names of the checkpoints of an unfinished training, oldest first.
    fn steps(&self) -> Result<Vec<String>, TrainError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(TrainError::io(&self.dir))? {
            let name = entry.map_err(TrainError::io(&self.dir))?.file_name();
            if let Some(name) = name.to_str().filter(|name| name.starts_with("step-")) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn remove_steps_except(&self, keep: Option<&str>) -> Result<(), TrainError> {
        for name in self
            .steps()?
            .into_iter()
            .filter(|name| Some(name.as_str()) != keep)
        {
            remove(&self.dir.join(name))?;
        }
        Ok(())
    }

    /// Lets `write` fill a folder and gives it its name when it is complete and on disk.
    fn publish(
        &self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<(), TrainError>,
    ) -> Result<(), TrainError> {
        let writing = self.dir.join(WRITING);
        remove(&writing)?;
        fs::create_dir(&writing).map_err(TrainError::io(&writing))?;
        write(&writing)?;
        sync_folder(&writing)?;
        let (target, replaced) = (self.dir.join(name), self.dir.join(REPLACED));
        remove(&replaced)?;
        if target.exists() {
            // A folder cannot be replaced in one step. A kill between the two renames loses only a
            // best checkpoint that the resumed training writes again.
            fs::rename(&target, &replaced).map_err(TrainError::io(&target))?;
        }
        fs::rename(&writing, &target).map_err(TrainError::io(&target))?;
        sync(&self.dir)?;
        remove(&replaced)
    }
}

/// The folder of the checkpoint that `choice` names, of a finished training. The untrained model has
/// none: what it is stands in the last one.
pub(crate) fn checkpoint_path(train_artifact: &Path, choice: CheckpointChoice) -> PathBuf {
    let name = match choice {
        CheckpointChoice::Last | CheckpointChoice::Initial => LAST,
        CheckpointChoice::Best => BEST,
    };
    train_artifact.join("checkpoints").join(name)
}

fn sync_folder(folder: &Path) -> Result<(), TrainError> {
    for entry in fs::read_dir(folder).map_err(TrainError::io(folder))? {
        sync(&entry.map_err(TrainError::io(folder))?.path())?;
    }
    sync(folder)
}

fn sync(path: &Path) -> Result<(), TrainError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(TrainError::io(path))
}

fn remove(folder: &Path) -> Result<(), TrainError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(TrainError::io(folder))?;
    }
    Ok(())
}
