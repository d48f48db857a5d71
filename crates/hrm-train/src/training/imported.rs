//! A train stage whose weights come from an imported model.

use super::observer::{StopReason, TrainingSummary};
use super::run::{TrainJob, dims, write_summary};
use crate::checkpoint::Checkpoints;
use crate::error::TrainError;
use crate::model::Place;
use crate::model_folder::{ModelCard, ModelFolder};
use hrm_config::{Split, TrainConfig};
use hrm_model::DeviceChoice;
use serde_json::Value;
use std::path::Path;

/// Takes the weights of the model in `folder` as the last checkpoint, after checking that the stage
/// and the dataset describe the same model.
pub(super) fn take_weights(
    job: &TrainJob<'_>,
    folder: &Path,
) -> Result<TrainingSummary, TrainError> {
    let imported = ModelFolder::open(folder)?;
    let split = job.dataset.split(Split::Train);
    let split = split.map_err(|error| TrainError::Dataset(error.to_string()))?;
    let card = ModelCard::new(job.config, job.seed, dims(split), job.dataset.card.puzzle);
    check_same(&imported, &card)?;
    let place = Place::open(DeviceChoice::Cpu, hrm_config::Precision::F32)?;
    let model = imported.load(&place)?;
    // The table's rows are the imported model's, whatever the dataset uses of them.
    let card = ModelCard {
        dims: imported.card.dims,
        ..card
    };
    let parameters = card.architecture()?.parameter_count();
    Checkpoints::open(job.work_dir, card)?.save_imported(&model)?;
    let summary = TrainingSummary {
        steps: 0,
        parameters,
        stop_reason: StopReason::Imported,
        best_step: None,
        best_exact_accuracy: None,
    };
    write_summary(job.work_dir, &summary)?;
    Ok(summary)
}

/// Refuses a stage that describes another model than the weights belong to.
fn check_same(imported: &ModelFolder, card: &ModelCard) -> Result<(), TrainError> {
    let pairs = [
        ("model", model(&imported.card.train), model(&card.train)),
        (
            "segments",
            imported.card.train.segments.into(),
            card.train.segments.into(),
        ),
        (
            "loss",
            value(&imported.card.train.loss),
            value(&card.train.loss),
        ),
        (
            "continue_loss",
            imported.card.train.trains_continue().into(),
            card.train.trains_continue().into(),
        ),
    ];
    for (key, theirs, ours) in pairs {
        if theirs != ours {
            return Err(different(imported, key, &theirs, &ours));
        }
    }
    let (theirs, ours) = (imported.card.dims, card.dims);
    let sizes = |dims: hrm_model::Dims| (dims.vocab_size, dims.seq_len);
    if sizes(theirs) != sizes(ours) || theirs.num_puzzle_identifiers < ours.num_puzzle_identifiers {
        return Err(TrainError::Dataset(format!(
            "the imported model reads {} cells of {} tokens with {} puzzle identifiers, but the \
             dataset has {}, {} and {}",
            theirs.seq_len,
            theirs.vocab_size,
            theirs.num_puzzle_identifiers,
            ours.seq_len,
            ours.vocab_size,
            ours.num_puzzle_identifiers
        )));
    }
    Ok(())
}

/// The model after defaults, so that a default that is written out is no difference.
fn model(train: &TrainConfig) -> Value {
    let mut model = train.model.clone();
    let resolved = model.resolve();
    model.networks = Some(resolved.networks);
    model.gradient = Some(resolved.gradient);
    model.puzzle_emb_ndim = Some(resolved.puzzle_emb_ndim);
    model.puzzle_emb_len = Some(resolved.puzzle_emb_len);
    value(&model)
}

fn value(part: &impl serde::Serialize) -> Value {
    serde_json::to_value(part).unwrap_or(Value::Null)
}

/// Names the first key that differs.
fn different(imported: &ModelFolder, key: &str, theirs: &Value, ours: &Value) -> TrainError {
    let (mut key, mut theirs, mut ours) = (key.to_owned(), theirs, ours);
    if let (Value::Object(a), Value::Object(b)) = (theirs, ours)
        && let Some((name, value)) = a.iter().find(|(name, value)| b.get(*name) != Some(value))
    {
        key = format!("{key}.{name}");
        (theirs, ours) = (value, b.get(name).unwrap_or(&Value::Null));
    }
    TrainError::ImportedModel {
        path: imported.path().to_owned(),
        key,
        imported: theirs.to_string(),
        configured: ours.to_string(),
    }
}
