//! One supervision segment.

use crate::network::{Network, Outputs};
use burn::tensor::Tensor;

/// The recurrent states of a batch.
#[derive(Debug, Clone)]
pub struct States {
    /// High-level state [B · L, D].
    pub z_h: Tensor<2>,
    /// Low-level state [B · L, D]; the Transformer baselines have none.
    pub z_l: Option<Tensor<2>>,
}

impl States {
    /// The same states outside of any gradient graph.
    #[must_use]
    pub fn detached(self) -> Self {
        Self { z_h: self.z_h.inner(), z_l: self.z_l.map(Tensor::inner) }
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
    /// `input` is the encoded input of `self`, [B · L, D].
    pub fn train_segment(&self, frozen: &Self, states: States, input: &Tensor<2>) -> Segment {
        let (updates, without_gradient) = self.architecture().updates();
        let (before, after) = updates.split_at(without_gradient);
        let states = frozen.advance(states, &input.clone().inner(), before);
        self.finish(states, input, after)
    }

    /// A segment without gradient, on plain tensors.
    pub fn segment(&self, states: States, input: &Tensor<2>) -> Segment {
        let (updates, _) = self.architecture().updates();
        self.finish(states, input, &updates)
    }

    fn finish(&self, states: States, input: &Tensor<2>, updates: &[Update]) -> Segment {
        let states = self.advance(states, input, updates);
        let outputs = self.heads(&states.z_h);
        Segment { states: states.detached(), outputs }
    }

    fn advance(&self, mut states: States, input: &Tensor<2>, updates: &[Update]) -> States {
        for update in updates {
            states = match (update, states) {
                (Update::Low, States { z_h, z_l: Some(z_l) }) => {
                    let z_l = self.low(z_l, z_h.clone() + input.clone());
                    States { z_h, z_l: Some(z_l) }
                }
                (Update::High, States { z_h, z_l: Some(z_l) }) => {
                    let z_h = self.high(z_h, z_l.clone());
                    States { z_h, z_l: Some(z_l) }
                }
                (_, States { z_h, z_l }) => States { z_h: self.high(z_h, input.clone()), z_l },
            };
        }
        states
    }
}
