//! The pickle machine.

use super::cursor::Cursor;
use super::global::Global;
use super::opcode as op;
use super::stack::Stack;
use super::tables::Tables;
use super::value::Value;
use super::{Pickle, Reason};
use crate::ParseError;
use crate::limits::MAX_OPCODES;

/// Runs a pickle to its end.
pub(super) fn run(bytes: &[u8]) -> Result<Pickle<'_>, ParseError> {
    let mut machine = Machine {
        cursor: Cursor::new(bytes),
        opcodes: 0,
        stack: Stack::default(),
        memo: Vec::new(),
        tables: Tables::default(),
    };
    loop {
        let byte = machine.cursor.position();
        match machine.step() {
            Ok(None) => {}
            Ok(Some(value)) => {
                let tables = machine.tables;
                return Ok(Pickle { value, tables });
            }
            Err(reason) => {
                let reason = reason.into_owned();
                return Err(ParseError::Pickle { byte, reason });
            }
        }
    }
}

struct Machine<'a> {
    cursor: Cursor<'a>,
    /// Opcodes run so far.
    opcodes: usize,
    stack: Stack<'a>,
    memo: Vec<Value<'a>>,
    tables: Tables<'a>,
}

impl<'a> Machine<'a> {
    /// Runs one opcode; STOP gives the pickle's value.
    fn step(&mut self) -> Result<Option<Value<'a>>, Reason> {
        if self.cursor.left() == 0 {
            return Err("the pickle ends without STOP".into());
        }
        self.opcodes += 1;
        if self.opcodes > MAX_OPCODES {
            return Err(format!("more than {MAX_OPCODES} opcodes").into());
        }
        let opcode = self.cursor.byte()?;
        if (opcode == op::PROTO) != (self.opcodes == 1) {
            return Err("a pickle has PROTO at its start, and only there".into());
        }
        match opcode {
            op::STOP => return self.stop().map(Some),
            op::PROTO => self.protocol()?,
            op::FRAME => self.frame()?,
            op::MARK => self.stack.mark()?,
            op::REDUCE => self.reduce()?,
            op::BUILD => self.build()?,
            op::BINPERSID => self.persistent_id()?,
            op::SETITEM => self.set_item()?,
            op::SETITEMS => self.set_items()?,
            op::APPEND | op::APPENDS => self.append(opcode)?,
            op::BINPUT | op::LONG_BINPUT | op::MEMOIZE => self.put(opcode)?,
            _ => {
                let value = self.value(opcode)?;
                self.stack.push(value)?;
            }
        }
        Ok(None)
    }

    /// The value that an opcode pushes.
    fn value(&mut self, opcode: u8) -> Result<Value<'a>, Reason> {
        let cursor = &mut self.cursor;
        Ok(match opcode {
            op::NONE => Value::None,
            op::NEWTRUE | op::NEWFALSE => Value::Bool,
            op::BINFLOAT => cursor.array::<8>().map(|_| Value::Float)?,
            op::BININT => Value::Int(i32::from_le_bytes(cursor.array()?).into()),
            op::BININT1 => Value::Int(cursor.byte()?.into()),
            op::BININT2 => Value::Int(u16::from_le_bytes(cursor.array()?).into()),
            op::LONG1 => {
                let len = cursor.byte()?;
                Value::Int(cursor.long(len)?)
            }
            op::SHORT_BINUNICODE => {
                let len = cursor.byte()?;
                Value::Text(cursor.text(len.into())?)
            }
            op::BINUNICODE => {
                let len = u32::from_le_bytes(cursor.array()?);
                Value::Text(cursor.text(len)?)
            }
            op::GLOBAL => Value::Global(Global::named(cursor.line()?, cursor.line()?)?),
            op::STACK_GLOBAL => self.stack_global()?,
            op::BINGET => {
                let index = cursor.byte()?;
                self.get(index.into())?
            }
            op::LONG_BINGET => {
                let index = u32::from_le_bytes(cursor.array()?);
                self.get(index)?
            }
            op::EMPTY_LIST => Value::List,
            op::EMPTY_DICT => self.tables.new_dict(),
            op::EMPTY_TUPLE => self.tables.new_tuple(&[]),
            op::TUPLE1 => self.tuple::<1>()?,
            op::TUPLE2 => self.tuple::<2>()?,
            op::TUPLE3 => self.tuple::<3>()?,
            op::TUPLE => {
                let items = self.stack.pop_marked()?;
                self.tables.new_tuple(&items)
            }
            _ => return Err(refused(opcode)),
        })
    }

    /// PROTO: the version. PyTorch writes 2, or what the caller chose.
    fn protocol(&mut self) -> Result<(), Reason> {
        match self.cursor.byte()? {
            2..=5 => Ok(()),
            other => Err(format!("pickle protocol {other}; 2 to 5 are read").into()),
        }
    }

    /// FRAME: a count of bytes to read at once, of no use here.
    fn frame(&mut self) -> Result<(), Reason> {
        let len = u64::from_le_bytes(self.cursor.array()?);
        match usize::try_from(len) {
            Ok(len) if len <= self.cursor.left() => Ok(()),
            _ => Err(format!("a frame of {len} bytes, which are not there").into()),
        }
    }

    fn stop(&mut self) -> Result<Value<'a>, Reason> {
        let value = self.stack.pop()?;
        match (self.stack.len(), self.cursor.left()) {
            (0, 0) => Ok(value),
            (0, left) => Err(format!("{left} bytes follow STOP").into()),
            (unused, _) => Err(format!("STOP leaves {unused} values or marks unused").into()),
        }
    }

    fn tuple<const N: usize>(&mut self) -> Result<Value<'a>, Reason> {
        let items = self.stack.pop_array::<N>()?;
        Ok(self.tables.new_tuple(&items))
    }

    fn stack_global(&mut self) -> Result<Value<'a>, Reason> {
        match self.stack.pop_array()? {
            [Value::Text(module), Value::Text(name)] => {
                Ok(Value::Global(Global::named(module, name)?))
            }
            [module, name] => {
                let (module, name) = (module.kind(), name.kind());
                Err(format!("STACK_GLOBAL of {module} and {name}, not of two texts").into())
            }
        }
    }

    fn reduce(&mut self) -> Result<(), Reason> {
        let [function, arguments] = self.stack.pop_array()?;
        let value = self.tables.reduce(function, arguments)?;
        self.stack.push(value)
    }

    fn build(&mut self) -> Result<(), Reason> {
        let [object, state] = self.stack.pop_array()?;
        self.tables.check_state(object, state)?;
        self.stack.push(object)
    }

    fn persistent_id(&mut self) -> Result<(), Reason> {
        let id = self.stack.pop()?;
        let storage = self.tables.storage(id)?;
        self.stack.push(Value::Storage(storage))
    }

    fn set_item(&mut self) -> Result<(), Reason> {
        let item = self.stack.pop_array::<2>()?;
        self.extend_dict("SETITEM", &item)
    }

    fn set_items(&mut self) -> Result<(), Reason> {
        let items = self.stack.pop_marked()?;
        self.extend_dict("SETITEMS", &items)
    }

    /// Adds keys and values, in turn, to the dict on top of the stack.
    fn extend_dict(&mut self, opcode: &str, items: &[Value<'a>]) -> Result<(), Reason> {
        let Value::Dict(dict) = self.stack.top()? else {
            return Err(format!("{opcode} on {}, not on a dict", self.stack.top()?.kind()).into());
        };
        let (pairs, rest) = items.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(format!("{opcode} with a key that has no value").into());
        }
        let pairs = pairs.iter().map(|[key, value]| (*key, *value));
        self.tables.extend_dict(dict, pairs);
        Ok(())
    }

    fn append(&mut self, opcode: u8) -> Result<(), Reason> {
        match opcode {
            op::APPEND => self.stack.pop().map(drop)?,
            _ => self.stack.pop_marked().map(drop)?,
        }
        match self.stack.top()? {
            Value::List => Ok(()),
            other => Err(format!("APPEND on {}, not on a list", other.kind()).into()),
        }
    }

    /// Puts the top of the stack into the memo, whose positions Python takes in order.
    fn put(&mut self, opcode: u8) -> Result<(), Reason> {
        let next = self.memo.len();
        let index = match opcode {
            op::MEMOIZE => next,
            op::BINPUT => self.cursor.byte()?.into(),
            _ => usize::try_from(u32::from_le_bytes(self.cursor.array()?)).unwrap_or(usize::MAX),
        };
        let value = self.stack.top()?;
        match self.memo.get_mut(index) {
            Some(taken) => *taken = value,
            None if index == next => self.memo.push(value),
            None => {
                let reason = format!("memo position {index}, but the next free one is {next}");
                return Err(reason.into());
            }
        }
        Ok(())
    }

    fn get(&self, index: u32) -> Result<Value<'a>, Reason> {
        let position = usize::try_from(index).unwrap_or(usize::MAX);
        let value = self.memo.get(position).copied();
        value.ok_or_else(|| format!("memo position {index}, which is not taken").into())
    }
}

/// Names an opcode that is not read.
fn refused(opcode: u8) -> Reason {
    match op::refused_name(opcode) {
        Some(name) => format!("opcode {name}, which a file of tensors does not need").into(),
        None => format!("0x{opcode:02x} is not an opcode").into(),
    }
}
