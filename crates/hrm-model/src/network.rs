//! A model's computation, built from its parameters for one use.

use crate::architecture::{Architecture, Level};
use crate::layers::{Attention, Block, Linear, Rotary, SequenceShape, SwiGlu, embed};
use crate::parameters::{ParameterSpec, Parameters};
use crate::segment::States;
use burn::tensor::{Bool, FloatDType, Int, Tensor};
use hrm_config::Mixer;
use std::f64::consts::FRAC_1_SQRT_2;

/// The heads' outputs for a batch.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Logits of every cell, [B · S, V].
    pub logits: Tensor<2>,
    /// Logit of halting, [B], float32.
    pub q_halt: Tensor<1>,
    /// Logit of going on, [B], float32.
    pub q_continue: Tensor<1>,
}

impl Outputs {
    /// The same numbers without their gradient graph.
    pub fn detached(&self) -> Self {
        Self {
            logits: self.logits.clone().inner(),
            q_halt: self.q_halt.clone().inner(),
            q_continue: self.q_continue.clone().inner(),
        }
    }
}

/// A model's computation. Cheap to build: tensors are shared, not copied.
#[derive(Debug, Clone)]
pub struct Network {
    architecture: Architecture,
    dtype: FloatDType,
    embed_tokens: Tensor<2>,
    embed_pos: Option<Tensor<2>>,
    h_level: Option<Vec<Block>>,
    l_level: Option<Vec<Block>>,
    lm_head: Linear,
    q_head: Linear,
    rotary: Option<Rotary>,
    h_init: Tensor<1>,
    l_init: Option<Tensor<1>>,
}

/// Looks tensors up by name, casts them to the activations' number format and shapes them.
struct Source<'a> {
    specs: &'a [ParameterSpec],
    tensors: &'a [Tensor<1>],
    dtype: FloatDType,
}

impl Source<'_> {
    fn vector(&self, name: &str) -> Tensor<1> {
        let found = self.specs.iter().position(|spec| spec.name == name);
        // Names come from `specs` of the same architecture, so that a miss is a bug of this crate.
        let tensor =
            self.tensors[found.unwrap_or_else(|| unreachable!("no parameter `{name}`"))].clone();
        cast(tensor, self.dtype)
    }

    fn matrix(&self, name: &str) -> Tensor<2> {
        let shape = self
            .specs
            .iter()
            .find(|spec| spec.name == name)
            .map_or([0, 0], |s| [s.shape[0], s.shape[1]]);
        self.vector(name).reshape(shape)
    }

    fn linear(&self, name: &str) -> Linear {
        Linear::new(self.matrix(name))
    }
}

fn cast<const D: usize>(tensor: Tensor<D>, dtype: FloatDType) -> Tensor<D> {
    if tensor.dtype() == dtype.into() {
        tensor
    } else {
        tensor.cast(dtype)
    }
}

impl Network {
    /// The network of `tensors` (those of the parameters, or of [`Parameters::in_dtype`], or leaves of a graph of
    /// them), with activations in `dtype`.
    pub fn new(
        architecture: &Architecture,
        parameters: &Parameters,
        tensors: &[Tensor<1>],
        dtype: FloatDType,
    ) -> Self {
        let source = Source {
            specs: parameters.specs(),
            tensors,
            dtype,
        };
        let levels = architecture.levels();
        let level = |wanted: Level| {
            let found = levels.iter().find(|(level, _)| *level == wanted);
            found.map(|(level, blocks)| {
                (0..*blocks)
                    .map(|b| block(architecture, &source, *level, b))
                    .collect()
            })
        };
        Self {
            architecture: architecture.clone(),
            dtype,
            embed_tokens: source.matrix("embed_tokens.embedding_weight"),
            embed_pos: architecture
                .learns_positions()
                .then(|| source.matrix("embed_pos.embedding_weight")),
            h_level: level(Level::H),
            l_level: level(Level::L),
            lm_head: source.linear("lm_head.weight"),
            q_head: Linear::with_bias(source.matrix("q_head.weight"), source.vector("q_head.bias")),
            rotary: parameters.rotary().map(|rotary| rotary.in_dtype(dtype)),
            h_init: source.vector("H_init"),
            l_init: architecture
                .has_low_state()
                .then(|| source.vector("L_init")),
        }
    }

    /// The architecture.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Encodes a batch: tokens [B, S] and, where the model has them, puzzle vectors
    /// [B, `puzzle_emb_ndim`]. Returns [B · L, D].
    pub fn encode(&self, tokens: Tensor<2, Int>, puzzles: Option<Tensor<2>>) -> Tensor<2> {
        let [batch, _] = tokens.dims();
        let hidden = self.architecture.hidden_size();
        let positions = self.architecture.positions();
        let mut input = embed(&self.embed_tokens, tokens);
        if let Some(puzzles) = puzzles {
            input = Tensor::cat(
                vec![self.puzzle_positions(cast(puzzles, self.dtype)), input],
                1,
            );
        }
        if let Some(embed_pos) = &self.embed_pos {
            // Keeps the variance of the sum at that of either term (1/√2).
            input = (input + embed_pos.clone().unsqueeze()) * FRAC_1_SQRT_2;
        }
        (input * (hidden as f64).sqrt()).reshape([batch * positions, hidden])
    }

    /// Puzzle vectors, zero-padded to whole positions: [B, ndim] → [B, P, D].
    fn puzzle_positions(&self, puzzles: Tensor<2>) -> Tensor<3> {
        let [batch, width] = puzzles.dims();
        let hidden = self.architecture.hidden_size();
        let places = self.architecture.puzzle_positions();
        let missing = places * hidden - width;
        let padded = if missing == 0 {
            puzzles
        } else {
            let zeros = Tensor::<2>::zeros([batch, missing], (&puzzles.device(), puzzles.dtype()));
            Tensor::cat(vec![puzzles, zeros], 1)
        };
        padded.reshape([batch, places, hidden])
    }

    /// The initial states of `batch` puzzles.
    pub fn initial_states(&self, batch: usize) -> States {
        let rows = batch * self.architecture.positions();
        let hidden = self.architecture.hidden_size();
        let spread =
            |init: &Tensor<1>| init.clone().inner().unsqueeze::<2>().expand([rows, hidden]);
        States {
            z_h: spread(&self.h_init),
            z_l: self.l_init.as_ref().map(spread),
        }
    }

    /// Puts the initial states where `fresh` ([B]) is true.
    pub fn reset_states(&self, states: States, fresh: &[bool]) -> States {
        let initial = self.initial_states(fresh.len());
        if fresh.iter().all(|f| *f) {
            return initial;
        }
        let (positions, hidden) = (
            self.architecture.positions(),
            self.architecture.hidden_size(),
        );
        let batch = fresh.len();
        let mask = Tensor::<1, Bool>::from_data(fresh, &states.z_h.device())
            .reshape([batch, 1, 1])
            .expand([batch, positions, hidden])
            .reshape([batch * positions, hidden]);
        let mix = |old: Tensor<2>, new: Tensor<2>| old.mask_where(mask.clone(), new);
        let z_l = match (states.z_l, initial.z_l) {
            (Some(old), Some(new)) => Some(mix(old, new)),
            (_, new) => new,
        };
        States {
            z_h: mix(states.z_h, initial.z_h),
            z_l,
        }
    }

    /// L(z, inject).
    pub(crate) fn low(&self, z: Tensor<2>, injection: Tensor<2>) -> Tensor<2> {
        self.reason(self.l_level.as_deref(), z, injection)
    }

    /// H(z, inject); the shared network where there is only one.
    pub(crate) fn high(&self, z: Tensor<2>, injection: Tensor<2>) -> Tensor<2> {
        self.reason(
            self.h_level.as_deref().or(self.l_level.as_deref()),
            z,
            injection,
        )
    }

    /// What passes through the Transformer: its first block's input and every block's output.
    pub(crate) fn layers(&self, z: Tensor<2>, injection: Tensor<2>) -> Vec<Tensor<2>> {
        let shape = self.shape_of(&z);
        let mut layers = vec![z + injection];
        for block in self.h_level.as_deref().unwrap_or_default() {
            layers.extend(
                layers
                    .last()
                    .map(|x| block.forward(x.clone(), shape, self.rotary.as_ref())),
            );
        }
        layers
    }

    fn shape_of(&self, z: &Tensor<2>) -> SequenceShape {
        let positions = self.architecture.positions();
        SequenceShape {
            batch: z.dims()[0] / positions,
            positions,
        }
    }

    fn reason(&self, blocks: Option<&[Block]>, z: Tensor<2>, injection: Tensor<2>) -> Tensor<2> {
        let shape = self.shape_of(&z);
        blocks
            .unwrap_or_default()
            .iter()
            .fold(z + injection, |x, block| {
                block.forward(x, shape, self.rotary.as_ref())
            })
    }

    /// The heads on the high-level state [B · L, D].
    pub(crate) fn heads(&self, z_h: &Tensor<2>) -> Outputs {
        let (positions, places) = (
            self.architecture.positions(),
            self.architecture.puzzle_positions(),
        );
        let z = self.by_puzzle(z_h);
        let [batch, _, hidden] = z.dims();
        let cells = z
            .narrow(1, places, positions - places)
            .reshape([batch * (positions - places), hidden]);
        let logits = self.lm_head.forward(cells);
        let [q_halt, q_continue] = self.q_heads(z_h);
        Outputs {
            logits,
            q_halt,
            q_continue,
        }
    }

    /// The logits of halting and of going on, each [B], float32, on the high-level state [B · L, D].
    pub(crate) fn q_heads(&self, z_h: &Tensor<2>) -> [Tensor<1>; 2] {
        let z = self.by_puzzle(z_h);
        let [batch, _, hidden] = z.dims();
        let first = z.narrow(1, 0, 1).reshape([batch, hidden]);
        let q = cast_up(self.q_head.forward(first));
        [0, 1].map(|head| q.clone().narrow(1, head, 1).reshape([batch]))
    }

    /// [B · L, D] → [B, L, D].
    fn by_puzzle(&self, z: &Tensor<2>) -> Tensor<3> {
        let [rows, hidden] = z.dims();
        let positions = self.architecture.positions();
        z.clone().reshape([rows / positions, positions, hidden])
    }
}

fn cast_up(q: Tensor<2>) -> Tensor<2> {
    if q.dtype() == burn::tensor::DType::F32 {
        q
    } else {
        q.cast(FloatDType::F32)
    }
}

fn block(architecture: &Architecture, source: &Source<'_>, level: Level, index: usize) -> Block {
    let at = |part: &str| format!("{}.layers.{index}.{part}", level.prefix());
    let swiglu = |part: &str| {
        let gate_up = source.linear(&at(&format!("{part}.gate_up_proj.weight")));
        let down = source.linear(&at(&format!("{part}.down_proj.weight")));
        SwiGlu::new(gate_up, down)
    };
    let mlp = swiglu("mlp");
    match architecture.config.mixer {
        Mixer::Mlp => Block::mlp(swiglu("mlp_t"), mlp),
        Mixer::Attention => {
            let qkv = source.linear(&at("self_attn.qkv_proj.weight"));
            let output = source.linear(&at("self_attn.o_proj.weight"));
            let (heads, head_size) = (architecture.config.num_heads, architecture.head_size());
            Block::attention(Attention::new(&qkv, output, heads, head_size), mlp)
        }
    }
}
