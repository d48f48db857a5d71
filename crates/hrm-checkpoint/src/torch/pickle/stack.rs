//! The stack of the pickle machine, with its marks.

use super::Reason;
use super::value::Value;
use crate::limits::{MAX_MARKS, MAX_STACK};

#[derive(Default)]
pub(super) struct Stack<'a> {
    values: Vec<Value<'a>>,
    /// Heights of the stack at the marks not yet taken.
    marks: Vec<usize>,
}

impl<'a> Stack<'a> {
    /// Values and marks that are left.
    pub(super) fn len(&self) -> usize {
        self.values.len() + self.marks.len()
    }

    pub(super) fn push(&mut self, value: Value<'a>) -> Result<(), Reason> {
        if self.values.len() == MAX_STACK {
            return Err(format!("more than {MAX_STACK} values on the stack").into());
        }
        self.values.push(value);
        Ok(())
    }

    pub(super) fn mark(&mut self) -> Result<(), Reason> {
        if self.marks.len() == MAX_MARKS {
            return Err(format!("more than {MAX_MARKS} containers within each other").into());
        }
        self.marks.push(self.values.len());
        Ok(())
    }

    /// The topmost value, which must lie above the topmost mark.
    pub(super) fn top(&self) -> Result<Value<'a>, Reason> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let value = self.values.get(floor..).and_then(<[_]>::last).copied();
        value.ok_or_else(|| "it needs a value, but the stack is empty".into())
    }

    pub(super) fn pop(&mut self) -> Result<Value<'a>, Reason> {
        let value = self.top()?;
        self.values.pop();
        Ok(value)
    }

    /// The topmost values, the deepest first.
    pub(super) fn pop_array<const N: usize>(&mut self) -> Result<[Value<'a>; N], Reason> {
        let mut values = [Value::None; N];
        for value in values.iter_mut().rev() {
            *value = self.pop()?;
        }
        Ok(values)
    }

    /// The values above the topmost mark, the deepest first.
    pub(super) fn pop_marked(&mut self) -> Result<Vec<Value<'a>>, Reason> {
        match self.marks.pop() {
            Some(mark) => Ok(self.values.split_off(mark)),
            None => Err("it needs a MARK, but there is none".into()),
        }
    }
}
