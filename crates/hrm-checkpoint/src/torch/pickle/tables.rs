//! The contents of containers.

use super::Reason;
use super::value::{Dict, TensorId, Tuple, Value};
use crate::limits::MAX_TENSORS;
use crate::torch::tensor::Tensor;

/// The contents of containers, in the order in which the pickle makes them. Containers are only
/// added, so a position given out stays valid.
#[derive(Debug, Default)]
pub(super) struct Tables<'a> {
    tuple_items: Vec<Value<'a>>,
    dicts: Vec<Vec<(Value<'a>, Value<'a>)>>,
    tensors: Vec<Tensor<'a>>,
}

impl<'a> Tables<'a> {
    pub(super) fn new_tuple(&mut self, items: &[Value<'a>]) -> Value<'a> {
        let start = self.tuple_items.len();
        self.tuple_items.extend_from_slice(items);
        Value::Tuple(Tuple {
            start,
            len: items.len(),
        })
    }

    pub(super) fn new_dict(&mut self) -> Value<'a> {
        self.dicts.push(Vec::new());
        Value::Dict(Dict(self.dicts.len() - 1))
    }

    pub(super) fn new_tensor(&mut self, tensor: Tensor<'a>) -> Result<Value<'a>, Reason> {
        if self.tensors.len() == MAX_TENSORS {
            return Err(format!("more than {MAX_TENSORS} tensors").into());
        }
        self.tensors.push(tensor);
        Ok(Value::Tensor(TensorId(self.tensors.len() - 1)))
    }

    pub(super) fn tuple(&self, Tuple { start, len }: Tuple) -> &[Value<'a>] {
        &self.tuple_items[start..start + len]
    }

    pub(super) fn dict(&self, Dict(index): Dict) -> &[(Value<'a>, Value<'a>)] {
        &self.dicts[index]
    }

    pub(super) fn extend_dict(
        &mut self,
        Dict(index): Dict,
        items: impl IntoIterator<Item = (Value<'a>, Value<'a>)>,
    ) {
        self.dicts[index].extend(items);
    }

    pub(super) fn tensor(&self, TensorId(index): TensorId) -> &Tensor<'a> {
        &self.tensors[index]
    }
}
