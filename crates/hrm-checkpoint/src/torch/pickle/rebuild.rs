//! What Python would call functions for: dicts, storages and tensors.

use super::Reason;
use super::global::Global;
use super::tables::Tables;
use super::value::Value;
use crate::limits::MAX_DIMENSIONS;
use crate::quote::Quote;
use crate::torch::tensor::{Storage, Tensor};

impl<'a> Tables<'a> {
    /// The value of a call (REDUCE) of one of the three known functions.
    pub(super) fn reduce(
        &mut self,
        function: Value<'a>,
        arguments: Value<'a>,
    ) -> Result<Value<'a>, Reason> {
        let (Value::Global(function), Value::Tuple(arguments)) = (function, arguments) else {
            let reason = format!("a call of {} with {}", function.kind(), arguments.kind());
            return Err(reason.into());
        };
        match (function, self.tuple(arguments)) {
            (Global::OrderedDict, []) => Ok(self.new_dict()),
            (Global::RebuildTensor, arguments) => {
                let tensor = self.rebuild_tensor(arguments)?;
                self.new_tensor(tensor)
            }
            (Global::RebuildParameter, [tensor @ Value::Tensor(_), Value::Bool, hooks])
                if self.is_empty(*hooks) =>
            {
                Ok(*tensor)
            }
            (Global::OrderedDict, _) => Err("a call of `OrderedDict` with arguments".into()),
            (Global::RebuildParameter, _) => {
                Err("a parameter that is not a tensor, requires_grad and no hooks".into())
            }
            (Global::Storage(_) | Global::Dtype, _) => Err("a call of a type".into()),
        }
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`.
    fn rebuild_tensor(&self, arguments: &[Value<'a>]) -> Result<Tensor<'a>, Reason> {
        let [
            Value::Storage(storage),
            Value::Int(offset),
            Value::Tuple(size),
            Value::Tuple(stride),
            Value::Bool,
            rest @ ..,
        ] = arguments
        else {
            return Err("a tensor without storage, offset, size, stride and requires_grad".into());
        };
        if rest.len() > 2 || !rest.iter().all(|value| self.is_empty(*value)) {
            return Err("a tensor with hooks or with a conjugate or negative bit".into());
        }
        let shape = numbers("size", self.tuple(*size))?;
        let strides = numbers("stride", self.tuple(*stride))?;
        if shape.len() != strides.len() {
            let (sizes, strides) = (shape.len(), strides.len());
            return Err(format!("a tensor of {sizes} sizes and {strides} strides").into());
        }
        Ok(Tensor {
            storage: *storage,
            offset: number("offset", *offset)?,
            shape,
            strides,
        })
    }

    /// `('storage', type, key, location, numbers)`; where the storage lay is of no meaning here.
    pub(super) fn storage(&self, id: Value<'a>) -> Result<Storage<'a>, Reason> {
        let Value::Tuple(tuple) = id else {
            return Err(format!("a persistent id that is {}, not a tuple", id.kind()).into());
        };
        match *self.tuple(tuple) {
            [
                Value::Text("storage"),
                Value::Global(Global::Storage(format)),
                Value::Text(key),
                Value::Text(_),
                Value::Int(len),
            ] => {
                let len = number("storage size", len)?;
                Ok(Storage { key, format, len })
            }
            _ => Err("a persistent id that is not a storage's".into()),
        }
    }

    /// Checks the state that BUILD would set. A state dict has one attribute, `_metadata`, with
    /// the versions of its modules.
    pub(super) fn check_state(&self, object: Value<'a>, state: Value<'a>) -> Result<(), Reason> {
        let (Value::Dict(_), Value::Dict(attributes)) = (object, state) else {
            return Err(format!("BUILD of {} with {}", object.kind(), state.kind()).into());
        };
        for (name, _) in self.dict(attributes) {
            match name {
                Value::Text("_metadata") => {}
                Value::Text(name) => {
                    return Err(format!("BUILD sets the attribute {}", Quote(name)).into());
                }
                other => return Err(format!("BUILD sets {} as attribute", other.kind()).into()),
            }
        }
        Ok(())
    }

    /// Whether a value is None or an empty dict.
    fn is_empty(&self, value: Value<'a>) -> bool {
        match value {
            Value::None => true,
            Value::Dict(dict) => self.dict(dict).is_empty(),
            _ => false,
        }
    }
}

/// The sizes or strides of a tensor.
fn numbers(what: &str, values: &[Value<'_>]) -> Result<Vec<usize>, Reason> {
    if values.len() > MAX_DIMENSIONS {
        return Err(format!("more than {MAX_DIMENSIONS} dimensions").into());
    }
    let numbers = values.iter().map(|value| match value {
        Value::Int(value) => number(what, *value),
        other => Err(format!("{what} {}; expected an integer", other.kind()).into()),
    });
    numbers.collect()
}

fn number(what: &str, value: i64) -> Result<usize, Reason> {
    usize::try_from(value).map_err(|_| format!("{what} {value}; expected 0 or more").into())
}
