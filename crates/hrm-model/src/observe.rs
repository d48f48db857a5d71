//! Watching the hidden states of a segment.

use crate::network::Network;
use crate::segment::{States, Update};
use burn::tensor::Tensor;
use hrm_config::HiddenState;

/// What one update, or one block of a Transformer, did to a state.
#[derive(Debug, Clone)]
pub struct StateChange {
    /// The state.
    pub state: HiddenState,
    /// Its vectors before, [B · L, D].
    pub before: Tensor<2>,
    /// Its vectors after, [B · L, D].
    pub after: Tensor<2>,
}

impl Network {
    /// The states after a segment without gradient, and every change on the way, in order. A
    /// Transformer's segment has the changes from block to block, then that of z_H.
    pub fn observed_segment(
        &self,
        mut states: States,
        input: &Tensor<2>,
        mut observe: impl FnMut(StateChange),
    ) -> States {
        let (updates, _) = self.architecture().updates();
        for update in updates {
            let before = states.clone();
            states = match update {
                Update::Low | Update::High => self.update(states, input, update),
                Update::Direct => self.observed_layers(states, input, &mut observe),
            };
            let change = match (update, before.z_l, &states.z_l) {
                (Update::Low, Some(before), Some(after)) => StateChange {
                    state: HiddenState::ZL,
                    before,
                    after: after.clone(),
                },
                _ => StateChange {
                    state: HiddenState::ZH,
                    before: before.z_h,
                    after: states.z_h.clone(),
                },
            };
            observe(change);
        }
        states
    }

    fn observed_layers(
        &self,
        states: States,
        input: &Tensor<2>,
        observe: &mut impl FnMut(StateChange),
    ) -> States {
        let layers = self.layers(states.z_h.clone(), input.clone());
        for pair in layers.windows(2) {
            if let [before, after] = pair {
                observe(StateChange {
                    state: HiddenState::Layer,
                    before: before.clone(),
                    after: after.clone(),
                });
            }
        }
        States {
            z_h: layers.into_iter().next_back().unwrap_or(states.z_h),
            z_l: states.z_l,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Dims, Parameters};
    use burn::tensor::{Device, FloatDType, Int};
    use hrm_config::{Arch, ModelConfig};

    fn network(arch: Arch) -> Network {
        let config = ModelConfig {
            arch,
            hidden_size: 16,
            num_heads: 2,
            h_layers: 3,
            l_layers: 1,
            h_cycles: 2,
            l_cycles: 2,
            ..ModelConfig::default()
        };
        let dims = Dims {
            vocab_size: 6,
            seq_len: 4,
            num_puzzle_identifiers: 1,
        };
        let architecture = Architecture::new(&config, dims).unwrap();
        let parameters = Parameters::initialize(&architecture, 1, &Device::flex());
        let tensors = parameters.tensors();
        Network::new(&architecture, &parameters, tensors, FloatDType::F32)
    }

    fn numbers(tensor: &Tensor<2>) -> Vec<f32> {
        tensor.try_to_vec_as::<f32>().unwrap()
    }

    /// The changes of one segment from the initial states, and the input of the segment.
    fn observed(network: &Network) -> (Vec<StateChange>, States, Tensor<2>) {
        let tokens = Tensor::<2, Int>::from_ints([[1, 2, 3, 4]], &Device::flex());
        let puzzles = (network.architecture().puzzle_positions() > 0)
            .then(|| Tensor::<2>::zeros([1, 16], &Device::flex()));
        let input = network.encode(tokens, puzzles);
        let mut changes = Vec::new();
        let initial = network.initial_states(1);
        let states = network.observed_segment(initial, &input, |change| changes.push(change));
        (changes, states, input)
    }

    #[test]
    fn watching_changes_nothing() {
        for arch in [Arch::Hrm, Arch::Trm, Arch::Transformer] {
            let network = network(arch);
            let (_, watched, input) = observed(&network);
            let plain = network.segment(network.initial_states(1), &input).states;
            assert_eq!(numbers(&watched.z_h), numbers(&plain.z_h), "{arch:?}");
        }
    }

    #[test]
    fn each_change_begins_where_the_last_one_of_its_state_ended() {
        use HiddenState::{Layer, ZH, ZL};
        for (arch, order) in [
            (Arch::Hrm, vec![ZL, ZL, ZH, ZL, ZL, ZH]),
            (Arch::Transformer, vec![Layer, Layer, Layer, ZH]),
        ] {
            let (changes, states, _) = observed(&network(arch));
            let found: Vec<_> = changes.iter().map(|change| change.state).collect();
            assert_eq!(found, order);
            for state in HiddenState::ALL {
                let of_state: Vec<_> = changes.iter().filter(|c| c.state == state).collect();
                for pair in of_state.windows(2) {
                    assert_eq!(numbers(&pair[0].after), numbers(&pair[1].before));
                }
            }
            let last = changes.last().unwrap();
            assert_eq!(numbers(&last.after), numbers(&states.z_h));
        }
    }
}
