//! Parameters under their published names.

use crate::architecture::{Architecture, Level};
use crate::init::truncated_normal;
use crate::layers::{ROTARY_BASE, Rotary};
use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use hrm_config::Mixer;
use std::collections::BTreeMap;

/// Name, shape and origin of one parameter or buffer.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSpec {
    /// Published name without the prefix `model.inner.`.
    pub name: String,
    /// Published shape; linear weights are [out, in].
    pub shape: Vec<usize>,
    /// False for the fixed initial states.
    pub trained: bool,
    init: Init,
}

impl ParameterSpec {
    /// Numbers in the tensor.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the tensor has no numbers (it never has none).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Init {
    TruncatedNormal { std: f64 },
    Constant(f32),
}

/// Tensors that do not fit the architecture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// A tensor that the architecture has is not there.
    #[error("tensor `{name}` of shape {shape:?} is missing")]
    Missing {
        /// Published name.
        name: String,
        /// Shape wanted.
        shape: Vec<usize>,
    },
    /// A tensor has another shape.
    #[error("tensor `{name}` has shape {found:?}, but the model needs {wanted:?}")]
    Shape {
        /// Published name.
        name: String,
        /// Shape wanted.
        wanted: Vec<usize>,
        /// Shape found.
        found: Vec<usize>,
    },
}

/// All parameters and buffers of a model except the puzzle table: flat float32 tensors without
/// gradient, in the order of [`Architecture::parameter_specs`]. The rotary tables, which are no
/// parameters but never change either, are kept with them.
#[derive(Debug, Clone)]
pub struct Parameters {
    specs: Vec<ParameterSpec>,
    tensors: Vec<Tensor<1>>,
    rotary: Option<Rotary>,
}

impl Parameters {
    /// Initial values by the published rules; each tensor draws from its own stream.
    pub fn initialize(architecture: &Architecture, seed: u64, device: &Device) -> Self {
        let specs = architecture.parameter_specs();
        let tensors = specs
            .iter()
            .map(|spec| {
                let values = match spec.init {
                    Init::Constant(value) => vec![value; spec.len()],
                    Init::TruncatedNormal { std } => {
                        let mut rng = hrm_random::stream(seed, &format!("init/{}", spec.name), 0);
                        truncated_normal(spec.len(), std, &mut rng)
                    }
                };
                flat_tensor(values, device)
            })
            .collect();
        Self {
            specs,
            tensors,
            rotary: rotary(architecture, device),
        }
    }

    /// The given values, checked against the architecture. `values` maps published names
    /// (without `model.inner.`) to shape and numbers.
    pub fn from_values(
        architecture: &Architecture,
        values: &BTreeMap<String, (Vec<usize>, Vec<f32>)>,
        device: &Device,
    ) -> Result<Self, ParametersError> {
        let specs = architecture.parameter_specs();
        let mut tensors = Vec::with_capacity(specs.len());
        for spec in &specs {
            let Some((shape, numbers)) = values.get(&spec.name) else {
                return Err(ParametersError::Missing {
                    name: spec.name.clone(),
                    shape: spec.shape.clone(),
                });
            };
            if *shape != spec.shape || numbers.len() != spec.len() {
                let (name, wanted, found) = (spec.name.clone(), spec.shape.clone(), shape.clone());
                return Err(ParametersError::Shape {
                    name,
                    wanted,
                    found,
                });
            }
            tensors.push(flat_tensor(numbers.clone(), device));
        }
        Ok(Self {
            specs,
            tensors,
            rotary: rotary(architecture, device),
        })
    }

    /// The same numbers on a device.
    #[must_use]
    pub fn to_device(&self, device: &Device) -> Self {
        let tensors = self.tensors.iter();
        Self {
            specs: self.specs.clone(),
            tensors: tensors
                .map(|tensor| tensor.clone().to_device(device))
                .collect(),
            rotary: self.rotary.as_ref().map(|rotary| rotary.to_device(device)),
        }
    }

    /// The rotary tables, where the model rotates.
    pub(crate) fn rotary(&self) -> Option<&Rotary> {
        self.rotary.as_ref()
    }

    /// The specs, in the order of the tensors.
    pub fn specs(&self) -> &[ParameterSpec] {
        &self.specs
    }

    /// The flat tensors.
    pub fn tensors(&self) -> &[Tensor<1>] {
        &self.tensors
    }

    /// Replaces the tensor at `index`, keeping its length.
    pub fn replace(&mut self, index: usize, tensor: Tensor<1>) {
        debug_assert_eq!(tensor.dims(), self.tensors[index].dims());
        self.tensors[index] = tensor;
    }

    /// Replaces all tensors by what `update` makes of them, which keeps their order and lengths. It gets them without
    /// another reference, so that it can work in place.
    pub fn update(&mut self, update: impl FnOnce(Vec<Tensor<1>>) -> Vec<Tensor<1>>) {
        self.tensors = update(std::mem::take(&mut self.tensors));
        debug_assert_eq!(self.tensors.len(), self.specs.len());
    }

    /// The tensors in the number format of the activations.
    pub fn in_dtype(&self, dtype: FloatDType) -> Vec<Tensor<1>> {
        let in_dtype = |tensor: &Tensor<1>| match dtype {
            FloatDType::F32 => tensor.clone(),
            _ => tensor.clone().cast(dtype),
        };
        self.tensors.iter().map(in_dtype).collect()
    }

    /// Leaves of a new gradient graph, of the tensors or of [`Self::in_dtype`]: trained tensors require gradients,
    /// buffers do not.
    pub fn leaves(&self, tensors: &[Tensor<1>]) -> Vec<Tensor<1>> {
        self.specs
            .iter()
            .zip(tensors)
            .map(|(spec, tensor)| tensor.clone().autodiff().set_require_grad(spec.trained))
            .collect()
    }
}

fn rotary(architecture: &Architecture, device: &Device) -> Option<Rotary> {
    let (positions, head_size) = (architecture.positions(), architecture.head_size());
    let rotates = architecture.rotates_positions();
    rotates.then(|| Rotary::new(positions, head_size, ROTARY_BASE, device))
}

/// A one-dimensional float32 tensor.
pub(crate) fn flat_tensor(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let len = values.len();
    Tensor::from_data(TensorData::new(values, [len]), (device, DType::F32))
}

/// The specs of an architecture. Order: embeddings, heads, levels, initial states.
pub(crate) fn specs(architecture: &Architecture) -> Vec<ParameterSpec> {
    let hidden = architecture.hidden_size();
    let vocab = architecture.dims.vocab_size;
    let mut specs = vec![matrix("embed_tokens.embedding_weight", [vocab, hidden])];
    if architecture.learns_positions() {
        specs.push(matrix(
            "embed_pos.embedding_weight",
            [architecture.positions(), hidden],
        ));
    }
    specs.push(matrix("lm_head.weight", [vocab, hidden]));
    // The halting head starts at 'do not halt' for every puzzle.
    specs.push(constant("q_head.weight", vec![2, hidden], 0.0));
    specs.push(constant("q_head.bias", vec![2], -5.0));
    for (level, blocks) in architecture.levels() {
        for block in 0..blocks {
            block_specs(architecture, level, block, &mut specs);
        }
    }
    specs.push(initial_state("H_init", hidden));
    if architecture.has_low_state() {
        specs.push(initial_state("L_init", hidden));
    }
    specs
}

fn block_specs(
    architecture: &Architecture,
    level: Level,
    block: usize,
    specs: &mut Vec<ParameterSpec>,
) {
    let hidden = architecture.hidden_size();
    let at = |part: &str| format!("{}.layers.{block}.{part}", level.prefix());
    match architecture.config.mixer {
        Mixer::Attention => {
            let heads = architecture.config.num_heads * architecture.head_size();
            specs.push(matrix(
                &at("self_attn.qkv_proj.weight"),
                [3 * heads, hidden],
            ));
            specs.push(matrix(&at("self_attn.o_proj.weight"), [hidden, heads]));
        }
        Mixer::Mlp => swiglu_specs(architecture, &at("mlp_t"), architecture.positions(), specs),
    }
    swiglu_specs(architecture, &at("mlp"), hidden, specs);
}

fn swiglu_specs(
    architecture: &Architecture,
    at: &str,
    width: usize,
    specs: &mut Vec<ParameterSpec>,
) {
    let inner = architecture.swiglu_inner(width);
    specs.push(matrix(
        &format!("{at}.gate_up_proj.weight"),
        [2 * inner, width],
    ));
    specs.push(matrix(&format!("{at}.down_proj.weight"), [width, inner]));
}

/// A weight matrix whose columns are the inputs: a linear map [out, in] or a table [rows, width].
fn matrix(name: &str, shape: [usize; 2]) -> ParameterSpec {
    let init = Init::TruncatedNormal {
        std: 1.0 / (shape[1] as f64).sqrt(),
    };
    ParameterSpec {
        name: name.to_owned(),
        shape: shape.to_vec(),
        trained: true,
        init,
    }
}

fn constant(name: &str, shape: Vec<usize>, value: f32) -> ParameterSpec {
    ParameterSpec {
        name: name.to_owned(),
        shape,
        trained: true,
        init: Init::Constant(value),
    }
}

fn initial_state(name: &str, hidden: usize) -> ParameterSpec {
    let init = Init::TruncatedNormal { std: 1.0 };
    ParameterSpec {
        name: name.to_owned(),
        shape: vec![hidden],
        trained: false,
        init,
    }
}
