//! The names that a pickle may refer to.

use super::Reason;
use crate::NumberFormat;
use crate::quote::Quote;

/// What a pickle may refer to by name. Nothing of it is ever called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Global {
    /// `collections.OrderedDict`.
    OrderedDict,
    /// `torch._utils._rebuild_tensor_v2`.
    RebuildTensor,
    /// `torch._utils._rebuild_parameter`.
    RebuildParameter,
    /// `torch.FloatStorage` and its like.
    Storage(NumberFormat),
    /// `torch.float32` and its like.
    Dtype,
}

impl Global {
    /// Looks a name up in the fixed list of those that a state dict needs.
    pub(crate) fn named(module: &str, name: &str) -> Result<Self, Reason> {
        Ok(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Self::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Self::RebuildParameter,
            ("torch", "FloatStorage") => Self::Storage(NumberFormat::F32),
            ("torch", "DoubleStorage") => Self::Storage(NumberFormat::F64),
            ("torch", "HalfStorage") => Self::Storage(NumberFormat::F16),
            ("torch", "BFloat16Storage") => Self::Storage(NumberFormat::Bf16),
            ("torch", "LongStorage") => Self::Storage(NumberFormat::I64),
            ("torch", "IntStorage") => Self::Storage(NumberFormat::I32),
            ("torch", "ShortStorage") => Self::Storage(NumberFormat::I16),
            ("torch", "CharStorage") => Self::Storage(NumberFormat::I8),
            ("torch", "ByteStorage") => Self::Storage(NumberFormat::U8),
            ("torch", "BoolStorage") => Self::Storage(NumberFormat::Bool),
            (
                "torch",
                "float32" | "float64" | "float16" | "bfloat16" | "int64" | "int32" | "int16"
                | "int8" | "uint8" | "bool",
            ) => Self::Dtype,
            ("torch", storage) if storage.ends_with("Storage") => {
                let storage = format!("torch.{storage}");
                let reason = format!("storage type {} is not read", Quote(&storage));
                return Err(reason.into());
            }
            _ => {
                let name = format!("{module}.{name}");
                let reason = format!("the file asks for {}; only tensors are read", Quote(&name));
                return Err(reason.into());
            }
        })
    }
}
