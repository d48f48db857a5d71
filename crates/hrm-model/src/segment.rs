//! One supervision segment.

use crate::network::{Network, Outputs};
use burn::tensor::{Device, Tensor};

/// The recurrent states of a batch.
#[derive(Debug, Clone)]
pub struct States {
    /// High-level state [B · L, D].
    pub z_h: Tensor<2>,
    /// Low-level state [B · L, D]; the Transformer baselines have none.
    pub z_l: Option<Tensor<2>>,
}

impl States {
    /// The same states on a device.
    #[must_use]
    pub fn to_device(self, device: &Device) -> Self {
        Self {
            z_h: self.z_h.to_device(device),
            z_l: self.z_l.map(|state| state.to_device(device)),
        }
    }

    /// The same states outside of any gradient graph.
    #[must_use]
    pub fn detached(self) -> Self {
        Self {
            z_h: self.z_h.inner(),
            z_l: self.z_l.map(Tensor::inner),
        }
    }
}

/// One application of a network inside a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Update {
    /// z_L ← L(z_L, inject z_H + e)
    Low,
    /// z_H ← H(z_H, inject z_L)
    High,
    /// z ← H(z, inject e), the Transformer baselines' only update.
    Direct,
}

/// A part of the work on a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentPart {
    /// An update of z_L.
    LowLevel,
    /// An update of z_H, or of a Transformer's only state.
    HighLevel,
    /// The heads.
    Heads,
}

impl From<Update> for SegmentPart {
    fn from(update: Update) -> Self {
        match update {
            Update::Low => Self::LowLevel,
            Update::High | Update::Direct => Self::HighLevel,
        }
    }
}

/// What a segment gives.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The new states, outside of the gradient graph.
    pub states: States,
    /// The heads' outputs, inside of it where the network is.
    pub outputs: Outputs,
}

impl Network {
    /// A training segment: the first updates by `frozen` without a graph, the last ones by `self`
    /// with gradient. `frozen` holds the same numbers as `self`, as plain tensors.
    /// `input` is the encoded input of `self`, [B · L, D]. `done` is told each part of the work after it.
    pub fn train_segment(
        &self,
        frozen: &Self,
        states: States,
        input: &Tensor<2>,
        done: impl Fn(SegmentPart),
    ) -> Segment {
        let (updates, without_gradient) = self.architecture().updates();
        let (before, after) = updates.split_at(without_gradient);
        let states = frozen.advance(states, &input.clone().inner(), before, &done);
        self.finish(states, input, after, &done)
    }

    /// A segment without gradient, on plain tensors.
    pub fn segment(&self, states: States, input: &Tensor<2>) -> Segment {
        self.watched_segment(states, input, |_| ())
    }

    /// The logits of halting and of going on that a segment without gradient ends with, each [B],
    /// float32; as [`Self::segment`], without what else it gives.
    pub fn segment_q(&self, states: States, input: &Tensor<2>) -> [Tensor<1>; 2] {
        let (updates, _) = self.architecture().updates();
        self.q_heads(&self.advance(states, input, &updates, &|_| ()).z_h)
    }

    /// As [`Self::segment`]; `done` is told each part of the work after it.
    pub fn watched_segment(
        &self,
        states: States,
        input: &Tensor<2>,
        done: impl Fn(SegmentPart),
    ) -> Segment {
        let (updates, _) = self.architecture().updates();
        self.finish(states, input, &updates, &done)
    }

    fn finish(
        &self,
        states: States,
        input: &Tensor<2>,
        updates: &[Update],
        done: &impl Fn(SegmentPart),
    ) -> Segment {
        let states = self.advance(states, input, updates, done);
        let outputs = self.heads(&states.z_h);
        done(SegmentPart::Heads);
        Segment {
            states: states.detached(),
            outputs,
        }
    }

    fn advance(
        &self,
        states: States,
        input: &Tensor<2>,
        updates: &[Update],
        done: &impl Fn(SegmentPart),
    ) -> States {
        updates.iter().fold(states, |states, update| {
            let states = self.update(states, input, *update);
            done((*update).into());
            states
        })
    }

    /// The states after one update.
    pub(crate) fn update(&self, states: States, input: &Tensor<2>, update: Update) -> States {
        match (update, states) {
            (
                Update::Low,
                States {
                    z_h,
                    z_l: Some(z_l),
                },
            ) => {
                let z_l = self.low(z_l, z_h.clone() + input.clone());
                States {
                    z_h,
                    z_l: Some(z_l),
                }
            }
            (
                Update::High,
                States {
                    z_h,
                    z_l: Some(z_l),
                },
            ) => {
                let z_h = self.high(z_h, z_l.clone());
                States {
                    z_h,
                    z_l: Some(z_l),
                }
            }
            (_, States { z_h, z_l }) => States {
                z_h: self.high(z_h, input.clone()),
                z_l,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Dims, Parameters};
    use burn::tensor::{Device, FloatDType, Int};
    use hrm_config::{Arch, ModelConfig, PositionEncoding};

    fn architecture(arch: Arch) -> Architecture {
        let config = ModelConfig {
            arch,
            hidden_size: 16,
            num_heads: 2,
            h_layers: 1,
            l_layers: 1,
            h_cycles: 2,
            l_cycles: 3,
            pos_encodings: PositionEncoding::Learned,
            ..ModelConfig::default()
        };
        let dims = Dims {
            vocab_size: 6,
            seq_len: 4,
            num_puzzle_identifiers: 1,
        };
        Architecture::new(&config, dims).unwrap()
    }

    #[test]
    fn updates_follow_the_published_order() {
        use Update::{Direct, High, Low};
        let cycle = [Low, Low, Low, High];
        assert_eq!(
            architecture(Arch::Hrm).updates(),
            ([cycle, cycle].concat(), 6)
        );
        assert_eq!(
            architecture(Arch::Trm).updates(),
            ([cycle, cycle].concat(), 4)
        );
        assert_eq!(architecture(Arch::Transformer).updates(), (vec![Direct], 0));
    }

    #[test]
    fn every_part_of_a_segment_is_told() {
        use SegmentPart::{Heads, HighLevel, LowLevel};
        let architecture = architecture(Arch::Hrm);
        let parameters = Parameters::initialize(&architecture, 0, &Device::flex());
        let tensors = parameters.tensors();
        let network = Network::new(&architecture, &parameters, tensors, FloatDType::F32);
        let input = Tensor::zeros([network.architecture().positions(), 16], &Device::flex());
        let told = std::cell::RefCell::new(Vec::new());
        network.watched_segment(network.initial_states(1), &input, |part| {
            told.borrow_mut().push(part);
        });
        let cycle = [LowLevel, LowLevel, LowLevel, HighLevel];
        assert_eq!(told.into_inner(), [&cycle[..], &cycle, &[Heads]].concat());
    }

    #[test]
    fn only_the_updates_with_gradient_are_in_the_graph() {
        let architecture = architecture(Arch::Hrm);
        let parameters = Parameters::initialize(&architecture, 0, &Device::flex());
        let leaves = parameters.leaves(parameters.tensors());
        let live = Network::new(&architecture, &parameters, &leaves, FloatDType::F32);
        let frozen = Network::new(
            &architecture,
            &parameters,
            parameters.tensors(),
            FloatDType::F32,
        );
        let tokens = Tensor::<2, Int>::from_ints([[1, 2, 3, 4], [4, 3, 2, 1]], &Device::flex());
        let rows = Tensor::<2>::zeros([2, 16], &Device::flex());
        let input = live.encode(tokens, Some(rows));
        let segment = live.train_segment(&frozen, frozen.initial_states(2), &input, |_| ());
        assert!(segment.outputs.logits.is_tracked());
        assert!(!segment.states.z_h.is_autodiff());

        let plain = frozen.segment(frozen.initial_states(2), &input.clone().inner());
        assert!(!plain.outputs.logits.is_autodiff());
        let difference = (plain.outputs.logits - segment.outputs.logits.inner())
            .abs()
            .max()
            .into_scalar::<f32>();
        assert!(difference < 1e-4, "{difference}");

        let q = frozen.segment_q(frozen.initial_states(2), &input.inner());
        for (ours, whole) in q
            .iter()
            .zip([&plain.outputs.q_halt, &plain.outputs.q_continue])
        {
            assert_eq!(ours.to_data(), whole.to_data());
        }
    }
}
