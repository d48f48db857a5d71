//! The dict of tensors within a saved value.

use super::pickle::{Dict, Pickle, Value};
use super::tensor::Tensor;
use crate::ParseError;
use crate::quote::Quote;
use std::collections::BTreeMap;

/// Keys under which training scripts save the state dict beside the optimizer's.
const STATE_DICT_KEYS: [&str; 2] = ["model", "state_dict"];

/// The tensors of the saved value's state dict: the value itself, or the dict under `model` or
/// `state_dict`, or the only dict in it.
pub(crate) fn tensors<'p, 'a>(
    pickle: &'p Pickle<'a>,
) -> Result<BTreeMap<&'a str, &'p Tensor<'a>>, ParseError> {
    let Value::Dict(top) = pickle.value else {
        return Err(not_a_state_dict(format!(
            "the file holds {}",
            pickle.value.kind()
        )));
    };
    let top = pickle.dict(top);
    let nested = |keys: &[&str]| -> Vec<Dict> {
        let items = top.iter();
        let dicts = items.filter_map(|(key, value)| match (key, value) {
            (Value::Text(key), Value::Dict(dict)) if keys.contains(key) => Some(*dict),
            _ => None,
        });
        dicts.collect()
    };
    match nested(&STATE_DICT_KEYS).as_slice() {
        [dict] => return named_tensors(pickle, pickle.dict(*dict)),
        [] => {}
        _ => {
            let found = "the file's dict has both `model` and `state_dict`".to_owned();
            return Err(not_a_state_dict(found));
        }
    }
    let no_tensor = || {
        !top.iter()
            .any(|(_, value)| matches!(value, Value::Tensor(_)))
    };
    let dicts = top.iter().filter_map(|(_, value)| match value {
        Value::Dict(dict) => Some(*dict),
        _ => None,
    });
    match dicts.collect::<Vec<_>>().as_slice() {
        [dict] if no_tensor() => named_tensors(pickle, pickle.dict(*dict)),
        _ => named_tensors(pickle, top),
    }
}

/// The tensors among a dict's values. Scalars and texts beside them are left out; anything else
/// might hold tensors that would be lost.
fn named_tensors<'p, 'a>(
    pickle: &'p Pickle<'a>,
    items: &[(Value<'a>, Value<'a>)],
) -> Result<BTreeMap<&'a str, &'p Tensor<'a>>, ParseError> {
    let mut tensors = BTreeMap::new();
    for (key, value) in items {
        match (key, value) {
            (Value::Text(name), Value::Tensor(tensor)) => {
                if tensors.insert(*name, pickle.tensor(*tensor)).is_some() {
                    let name = Quote(name).to_string();
                    return Err(ParseError::RepeatedName { name });
                }
            }
            (_, value) if value.is_scalar() => {}
            (Value::Text(name), value) => {
                let found = format!("the dict holds {} under {}", value.kind(), Quote(name));
                return Err(not_a_state_dict(found));
            }
            (key, value) => {
                let found = format!("the dict holds {} under {}", value.kind(), key.kind());
                return Err(not_a_state_dict(found));
            }
        }
    }
    Ok(tensors)
}

fn not_a_state_dict(found: String) -> ParseError {
    ParseError::NotAStateDict { found }
}
