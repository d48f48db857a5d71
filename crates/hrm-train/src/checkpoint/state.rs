//! The tensors of a training's state.

use crate::carry::Carry;
use crate::checkpoint::Slots;
use crate::error::TrainError;
use crate::model::Model;
use crate::model_folder::WEIGHTS;
use crate::tensor_file::{NamedValues, Taker, read_back};
use crate::trainer::Trainer;
use burn::tensor::Tensor;
use hrm_model::States;
use std::path::Path;

const TRAINING: &str = "training.safetensors";

/// Writes the evaluated weights and the training tensors into `folder`.
pub(crate) fn write(folder: &Path, trainer: &Trainer<'_>) -> Result<(), TrainError> {
    trainer.evaluated_model().write(&folder.join(WEIGHTS))?;
    let mut values = NamedValues::new();
    for (index, spec) in trainer.model.parameters.specs().iter().enumerate() {
        let mut put = |prefix: &str, tensor: &Tensor<1>| -> Result<(), TrainError> {
            let numbers = read_back(tensor, "the training state")?;
            values.insert(
                format!("{prefix}.{}", spec.name),
                (vec![spec.len()], numbers),
            );
            Ok(())
        };
        if let (Some(first), Some(second)) =
            (&trainer.adam.first[index], &trainer.adam.second[index])
        {
            put("first_moment", first)?;
            put("second_moment", second)?;
        }
        if trainer.ema.is_some() {
            put("raw", &trainer.model.parameters.tensors()[index])?;
        }
    }
    if let Some(carry) = &trainer.carry {
        let mut put = |name: &str, parts: Vec<Tensor<2>>| -> Result<(), TrainError> {
            let parts = parts.into_iter();
            let device = &trainer.model.place.device;
            let tensor = Tensor::cat(parts.map(|part| part.to_device(device)).collect(), 0);
            values.insert(
                name.to_owned(),
                (
                    tensor.dims().to_vec(),
                    read_back(&tensor, "the carried states")?,
                ),
            );
            Ok(())
        };
        put(
            "carry.z_H",
            carry
                .states
                .iter()
                .map(|states| states.z_h.clone())
                .collect(),
        )?;
        let low: Vec<Tensor<2>> = carry
            .states
            .iter()
            .filter_map(|states| states.z_l.clone())
            .collect();
        if !low.is_empty() {
            put("carry.z_L", low)?;
        }
    }
    Ok(hrm_checkpoint::write_safetensors(
        &folder.join(TRAINING),
        &values,
    )?)
}

/// Restores what [`write`] wrote into a fresh trainer.
pub(crate) fn read(
    folder: &Path,
    trainer: &mut Trainer<'_>,
    slots: Option<&Slots>,
) -> Result<(), TrainError> {
    let place = trainer.model.place.clone();
    let evaluated = Model::read(
        trainer.model.architecture.clone(),
        &folder.join(WEIGHTS),
        &place,
    )?;
    let device = place.device;
    let mut taker = Taker::open(folder.join(TRAINING), &device)?;
    if let Some(ema) = &mut trainer.ema {
        ema.shadow = evaluated.parameters.tensors().to_vec();
    }
    let average = trainer.ema.is_some();
    trainer.model = evaluated;
    let specs = trainer.model.parameters.specs().to_vec();
    for (index, spec) in specs.iter().enumerate() {
        let shape = [spec.len()];
        if spec.trained {
            trainer.adam.first[index] =
                Some(taker.take(&format!("first_moment.{}", spec.name), shape)?);
            trainer.adam.second[index] =
                Some(taker.take(&format!("second_moment.{}", spec.name), shape)?);
        }
        if average {
            let raw = taker.take(&format!("raw.{}", spec.name), shape)?;
            trainer.model.parameters.replace(index, raw);
        }
    }
    trainer.carry = slots
        .map(|slots| read_carry(folder, &mut taker, trainer, slots))
        .transpose()?;
    Ok(())
}

fn read_carry(
    folder: &Path,
    taker: &mut Taker<'_>,
    trainer: &Trainer<'_>,
    slots: &Slots,
) -> Result<Carry, TrainError> {
    let current = slots
        .batch()
        .map_err(|reason| TrainError::damaged(folder, reason))?;
    let architecture = &trainer.model.architecture;
    let (positions, hidden) = (architecture.positions(), architecture.hidden_size());
    // The states are kept in float32 in the file; every bfloat16 number is one.
    let mut state = |name: &str| {
        let whole: Tensor<2> = taker.take(name, [current.size * positions, hidden])?;
        Ok::<_, TrainError>(whole.cast(trainer.model.place.dtype))
    };
    let high = state("carry.z_H")?;
    let low = if architecture.has_low_state() {
        Some(state("carry.z_L")?)
    } else {
        None
    };
    let states = trainer
        .parts(current.size)
        .into_iter()
        .map(|slots| {
            let part = |z: &Tensor<2>| {
                z.clone()
                    .narrow(0, slots.start * positions, slots.len() * positions)
            };
            States {
                z_h: part(&high),
                z_l: low.as_ref().map(part),
            }
        })
        .collect();
    Ok(Carry {
        states,
        current,
        steps: slots.steps.clone(),
        halted: slots.halted.clone(),
    })
}
