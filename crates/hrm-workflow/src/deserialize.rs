//! From a [`Node`] to a typed configuration, by serde, with errors that keep their parts and place.

use crate::{
    fault::{Fault, Mistake},
    source::Place,
    tree::{Entry, Node, Table, Value},
};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => Err(wrong_type(&self.value, &visitor)),
            },
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(truth) => visitor.visit_bool(*truth),
            Value::Datetime(_) => Err(wrong_type(&self.value, &visitor)),
            Value::Array(items) => visitor.visit_seq(Items {
                items: items.iter().enumerate(),
            }),
            Value::Table(table) => visitor.visit_map(Entries {
                entries: table.iter(),
                current: None,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        allowed: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.value {
            Value::String(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            other => Err(Fault::new(Mistake::NotAWord {
                found: other.describe(),
                allowed,
            })),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Array(items) if items.len() != len => Err(Fault::new(Mistake::WrongLength {
                found: items.len(),
                expected: len,
            })),
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple_struct map struct identifier ignored_any
    }
}

fn wrong_type(found: &Value, expected: &dyn de::Expected) -> Fault {
    Fault::new(Mistake::WrongType {
        found: found.describe(),
        expected: expected.to_string(),
    })
}

struct Items<'de> {
    items: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some((index, item)) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(item)
            .map(Some)
            .map_err(|fault| fault.inside(&format!("[{index}]"), item.at))
    }
}

struct Entries<'de> {
    entries: indexmap::map::Iter<'de, String, Entry>,
    current: Option<(&'de String, &'de Entry)>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        self.current = self.entries.next();
        let Some((key, entry)) = self.current else {
            return Ok(None);
        };
        let identified = seed.deserialize(key.as_str().into_deserializer());
        identified.map(Some).map_err(|mut fault: Fault| {
            fault.at = Some(entry.key);
            fault
        })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, entry)) = self.current.take() else {
            return Err(de::Error::custom("value without a key"));
        };
        // A table is written over many lines; its name is what to point at.
        let at = if entry.node.value.as_table().is_some() {
            entry.key
        } else {
            entry.node.at
        };
        seed.deserialize(&entry.node)
            .map_err(|fault| fault.inside(key, at))
    }
}

/// Mistakes found in one table before giving up.
const FAULTS_MAX: usize = 20;

/// Deserializes a table.
///
/// # Errors
///
/// All mistakes: after each, its key is left out and the rest is tried again. Then no value is
/// made, because the defaults of the left-out keys were never asked for.
pub(crate) fn typed<T: for<'de> Deserialize<'de>>(
    table: &Table,
    at: Place,
) -> Result<T, Vec<Fault>> {
    let mut node = Node {
        at,
        value: Value::Table(table.clone()),
    };
    let mut faults: Vec<Fault> = Vec::new();
    loop {
        let fault = match T::deserialize(&node) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => return Err(faults),
            Err(fault) => fault,
        };
        let left_out = without(&mut node, &fault);
        if !follows_from(&fault, &faults) {
            faults.push(fault);
        }
        if !left_out || faults.len() == FAULTS_MAX {
            return Err(faults);
        }
    }
}

/// Removes the key that a fault is about. False where there is none: a key is missing.
fn without(node: &mut Node, fault: &Fault) -> bool {
    let mut path = fault.path();
    path.truncate(
        path.iter()
            .position(|step| step.starts_with('['))
            .unwrap_or(path.len()),
    );
    match &fault.mistake {
        Mistake::UnknownKey { key, .. } => path.push(key),
        Mistake::MissingKey { .. } if path.is_empty() => return false,
        _ => {}
    }
    let Value::Table(table) = &mut node.value else {
        return false;
    };
    crate::tree::remove(table, &path)
}

/// Whether a key is missing only because an earlier fault left it out.
fn follows_from(fault: &Fault, earlier: &[Fault]) -> bool {
    let Mistake::MissingKey { key } = fault.mistake else {
        return false;
    };
    let mut path = fault.path();
    path.push(key);
    earlier.iter().any(|fault| fault.path().starts_with(&path))
}
