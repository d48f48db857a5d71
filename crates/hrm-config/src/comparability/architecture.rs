//! The model of a result.

use super::differ;
use crate::{Arch, GradientSpan, Mixer, Networks, TrainConfig};
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// The parts of a training that make it another model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Architecture {
    /// See [`crate::ModelConfig::arch`].
    pub arch: Option<Arch>,
    /// See [`crate::ModelConfig::mixer`].
    pub mixer: Option<Mixer>,
    /// See [`crate::ModelConfig::networks`].
    pub networks: Option<Networks>,
    /// See [`crate::ModelConfig::gradient`].
    pub gradient: Option<GradientSpan>,
    /// See [`crate::ModelConfig::hidden_size`].
    pub hidden_size: Option<usize>,
    /// See [`crate::ModelConfig::h_layers`].
    pub h_layers: Option<usize>,
    /// See [`crate::ModelConfig::l_layers`].
    pub l_layers: Option<usize>,
    /// See [`crate::ModelConfig::h_cycles`].
    pub h_cycles: Option<usize>,
    /// See [`crate::ModelConfig::l_cycles`].
    pub l_cycles: Option<usize>,
    /// Whether the average of the weights is evaluated.
    pub ema: Option<bool>,
    /// See [`TrainConfig::continue_loss`].
    pub continue_loss: Option<bool>,
}

impl Architecture {
    pub(super) fn of(train: &TrainConfig) -> Self {
        let (model, resolved) = (&train.model, train.model.resolve());
        // The baseline has one module, which runs once per segment: the rest of it is not used.
        let levels = |value: usize| (model.arch != Arch::Transformer).then_some(value);
        Self {
            arch: Some(model.arch),
            mixer: Some(model.mixer),
            networks: (model.arch != Arch::Transformer).then_some(resolved.networks),
            gradient: (model.arch != Arch::Transformer).then_some(resolved.gradient),
            hidden_size: Some(model.hidden_size),
            h_layers: (resolved.networks == Networks::Separate || model.arch == Arch::Transformer)
                .then_some(model.h_layers),
            l_layers: levels(model.l_layers),
            h_cycles: levels(model.h_cycles),
            l_cycles: levels(model.l_cycles),
            ema: Some(train.ema.is_some()),
            continue_loss: Some(train.trains_continue()),
        }
    }

    /// The parts that are known on both sides and differ, in words.
    pub(super) fn difference(&self, other: &Self) -> Option<[String; 2]> {
        let (a, b) = (self, other);
        let arch = |side: &Self| side.arch.map(Arch::name);
        let mixer = |side: &Self| side.mixer.map(Mixer::name);
        let networks = |side: &Self| side.networks.map(Networks::name);
        let gradient = |side: &Self| side.gradient.map(GradientSpan::name);
        let parts = [
            part("", arch(a), arch(b)),
            part("mixer ", mixer(a), mixer(b)),
            part("networks ", networks(a), networks(b)),
            part("gradient ", gradient(a), gradient(b)),
            part("hidden_size ", a.hidden_size, b.hidden_size),
            part("h_layers ", a.h_layers, b.h_layers),
            part("l_layers ", a.l_layers, b.l_layers),
            part("h_cycles ", a.h_cycles, b.h_cycles),
            part("l_cycles ", a.l_cycles, b.l_cycles),
            part("ema ", a.ema, b.ema),
            part("continue_loss ", a.continue_loss, b.continue_loss),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let side = |side: usize| {
            let texts = parts
                .iter()
                .map(|(name, values)| format!("{name}{}", values[side]));
            texts.collect::<Vec<_>>().join(", ")
        };
        (!parts.is_empty()).then(|| [side(0), side(1)])
    }
}

/// A part with both its values, where they differ.
fn part<T: PartialEq + Display>(
    name: &'static str,
    a: Option<T>,
    b: Option<T>,
) -> Option<(&'static str, [String; 2])> {
    differ(a, b).map(|values| (name, values))
}
