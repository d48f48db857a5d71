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
    let items = pickle.dict(top);
    let dicts: Vec<_> = items.iter().filter_map(nested_dict).collect();
    let known: Vec<_> = dicts.iter().filter(|(key, _)| is_known(key)).collect();
    let has_tensor = items
        .iter()
        .any(|(_, value)| matches!(value, Value::Tensor(_)));
    match (known.as_slice(), dicts.as_slice()) {
        ([(_, dict)], _) => named_tensors(pickle, *dict),
        ([_, _, ..], _) => {
            let found = "the file's dict has more than one dict under `model` and `state_dict`";
            Err(not_a_state_dict(found.to_owned()))
        }
        ([], [(_, dict)]) if !has_tensor => named_tensors(pickle, *dict),
        _ => named_tensors(pickle, top),
    }
}

/// Key and value of an item whose value is a dict.
fn nested_dict<'a>((key, value): &(Value<'a>, Value<'a>)) -> Option<(Value<'a>, Dict)> {
    match value {
        Value::Dict(dict) => Some((*key, *dict)),
        _ => None,
    }
}

fn is_known(key: &Value<'_>) -> bool {
    matches!(key, Value::Text(key) if STATE_DICT_KEYS.contains(key))
}

/// The tensors among a dict's values. Scalars and texts beside them are left out; anything else
/// might hold tensors that would be lost.
fn named_tensors<'p, 'a>(
    pickle: &'p Pickle<'a>,
    dict: Dict,
) -> Result<BTreeMap<&'a str, &'p Tensor<'a>>, ParseError> {
    let mut tensors = BTreeMap::new();
    for (key, value) in pickle.dict(dict) {
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
