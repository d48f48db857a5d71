//! The tensors of a training's state.

use crate::carry::Carry;
use crate::checkpoint::{Slots, WEIGHTS};
use crate::error::TrainError;
use crate::model::Model;
use crate::tensor_file::{self, NamedValues, Taker, read_back};
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
            values.insert(format!("{prefix}.{}", spec.name), (vec![spec.len()], numbers));
            Ok(())
        };
        if let (Some(first), Some(second)) = (&trainer.adam.first[index], &trainer.adam.second[index]) {
            put("first_moment", first)?;
            put("second_moment", second)?;
        }
        if trainer.ema.is_some() {
            put("raw", &trainer.model.parameters.tensors()[index])?;
        }
    }
    if let Some(states) = trainer.carry.as_ref().and_then(|carry| carry.states.as_ref()) {
        let mut put = |name: &str, tensor: &Tensor<2>| -> Result<(), TrainError> {
            values.insert(name.to_owned(), (tensor.dims().to_vec(), read_back(tensor, "the carried states")?));
            Ok(())
        };
        put("carry.z_H", &states.z_h)?;
        if let Some(z_l) = &states.z_l {
            put("carry.z_L", z_l)?;
        }
    }
    tensor_file::write(&folder.join(TRAINING), &values)
}

/// Restores what [`write`] wrote into a fresh trainer.
pub(crate) fn read(folder: &Path, trainer: &mut Trainer<'_>, slots: Option<&Slots>) -> Result<(), TrainError> {
    let evaluated = Model::read(
        trainer.model.architecture.clone(),
        &folder.join(WEIGHTS),
        trainer.model.dtype,
        &trainer.model.device,
    )?;
    let device = trainer.model.device.clone();
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
            trainer.adam.first[index] = Some(taker.take(&format!("first_moment.{}", spec.name), shape)?);
            trainer.adam.second[index] = Some(taker.take(&format!("second_moment.{}", spec.name), shape)?);
        }
        if average {
            let raw = taker.take(&format!("raw.{}", spec.name), shape)?;
            trainer.model.parameters.replace(index, raw);
        }
    }
    trainer.carry = slots.map(|slots| read_carry(folder, &mut taker, trainer, slots)).transpose()?;
    Ok(())
}

fn read_carry(folder: &Path, taker: &mut Taker<'_>, trainer: &Trainer<'_>, slots: &Slots) -> Result<Carry, TrainError> {
    let current = slots.batch().map_err(|reason| TrainError::damaged(folder, reason))?;
    let architecture = &trainer.model.architecture;
    let shape = [current.size * architecture.positions(), architecture.hidden_size()];
    // The states are kept in float32 in the file; every bfloat16 number is one.
    let mut state = |name: &str| taker.take(name, shape).map(|t: Tensor<2>| t.cast(trainer.model.dtype));
    let z_h = state("carry.z_H")?;
    let z_l = if architecture.has_low_state() { Some(state("carry.z_L")?) } else { None };
    Ok(Carry {
        states: Some(States { z_h, z_l }),
        current,
        steps: slots.steps.clone(),
        halted: slots.halted.clone(),
    })
}
