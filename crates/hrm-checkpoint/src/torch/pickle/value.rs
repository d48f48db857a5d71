//! Values of a pickle.

use super::global::Global;
use crate::torch::tensor::Storage;

/// A value of a pickle. Containers are positions in the tables of a [`Pickle`](super::Pickle), so
/// that values are small and nesting of any depth needs no recursion.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    None,
    Bool,
    Float,
    Int(i64),
    Text(&'a str),
    Global(Global),
    Tuple(Tuple),
    /// A list; its items are never needed.
    List,
    Dict(Dict),
    Storage(Storage<'a>),
    Tensor(TensorId),
}

/// A run of the table of tuple items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuple {
    pub(super) start: usize,
    pub(super) len: usize,
}

/// A position in the table of dicts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dict(pub(super) usize);

/// A position in the table of tensors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TensorId(pub(super) usize);

impl Value<'_> {
    /// Whether the value can hold no tensor: a number, a text, a truth value, a dtype or None.
    pub(crate) fn is_scalar(&self) -> bool {
        match self {
            Self::None | Self::Bool | Self::Float | Self::Int(_) | Self::Text(_) => true,
            Self::Global(global) => *global == Global::Dtype,
            Self::Tuple(_) | Self::List | Self::Dict(_) | Self::Storage(_) | Self::Tensor(_) => {
                false
            }
        }
    }

    /// The kind of value, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool => "a truth value",
            Self::Float => "a float",
            Self::Int(_) => "an integer",
            Self::Text(_) => "a text",
            Self::Global(_) => "a type or function",
            Self::Tuple(_) => "a tuple",
            Self::List => "a list",
            Self::Dict(_) => "a dict",
            Self::Storage(_) => "a storage",
            Self::Tensor(_) => "a tensor",
        }
    }
}
