//! A pickle parsed as data.
//!
//! A pickle is a program for a stack machine with a memo. [`machine`] runs the opcodes that
//! `torch.save` writes for a dict of tensors and refuses all others; where Python would look up and
//! call a function, [`rebuild`] makes a description of a tensor, and only for the names in
//! [`global`].

mod cursor;
mod global;
mod machine;
pub(super) mod opcode;
mod rebuild;
mod stack;
mod tables;
mod value;

pub(crate) use value::{Dict, Value};

use super::tensor::Tensor;
use crate::ParseError;
use std::borrow::Cow;
use tables::Tables;
use value::TensorId;

/// Why an opcode is refused.
type Reason = Cow<'static, str>;

/// A pickle's value, with the tables that it refers to.
#[derive(Debug)]
pub(crate) struct Pickle<'a> {
    pub(crate) value: Value<'a>,
    tables: Tables<'a>,
}

impl<'a> Pickle<'a> {
    /// Keys and values of a dict, in the order in which they were set.
    pub(crate) fn dict(&self, dict: Dict) -> &[(Value<'a>, Value<'a>)] {
        self.tables.dict(dict)
    }

    /// A tensor's description.
    pub(crate) fn tensor(&self, tensor: TensorId) -> &Tensor<'a> {
        self.tables.tensor(tensor)
    }
}

/// Parses `data.pkl`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Pickle<'_>, ParseError> {
    machine::run(bytes)
}
