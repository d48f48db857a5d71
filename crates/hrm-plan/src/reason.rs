//! Why a stage has to run.

use crate::KeyParts;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Characters of a value shown in a message.
const VALUE_CHARS_MAX: usize = 60;

/// One reason why a stage has to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// No artifact was ever made for this instance.
    NeverRun,
    /// Asked for on the command line.
    Forced,
    /// An input has to run first; whether this stage then has to run shows its content.
    InputToRun {
        /// The input.
        id: String,
    },
    /// A key of the configuration has another value.
    ConfigChanged {
        /// Dotted path of the key.
        path: String,
        /// Value when the last artifact was made; none if the key was not there.
        old: Option<Value>,
        /// Value now; none if the key is not there.
        new: Option<Value>,
    },
    /// The content of an input changed.
    InputChanged {
        /// Role of the input.
        role: String,
    },
    /// An input was added.
    InputAdded {
        /// Role of the input.
        role: String,
    },
    /// An input was removed.
    InputRemoved {
        /// Role of the input.
        role: String,
    },
    /// Something read from outside the workflow changed, for example a CSV file.
    ExternalChanged {
        /// Its label.
        label: String,
    },
    /// The seed changed.
    SeedChanged {
        /// The seed before.
        old: Option<u64>,
        /// The seed now.
        new: Option<u64>,
    },
    /// This version of the program computes the stage differently.
    SemanticsChanged {
        /// The semantics version before.
        old: u32,
        /// The semantics version now.
        new: u32,
    },
    /// The kind of device changed.
    DeviceChanged {
        /// The kind before.
        old: Option<String>,
        /// The kind now.
        new: Option<String>,
    },
    /// The artifact is there, but not as it was published.
    Damaged {
        /// What is wrong with it.
        what: String,
    },
    /// Nothing changed, but the artifact is gone.
    ArtifactMissing,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverRun => write!(f, "never run"),
            Self::Forced => write!(f, "forced"),
            Self::InputToRun { id } => write!(f, "after `{id}`"),
            Self::ConfigChanged { path, old, new } => {
                write!(
                    f,
                    "`{path}` changed: {} → {}",
                    shown(old.as_ref()),
                    shown(new.as_ref())
                )
            }
            Self::InputChanged { role } => write!(f, "input `{role}` changed"),
            Self::InputAdded { role } => write!(f, "input `{role}` is new"),
            Self::InputRemoved { role } => write!(f, "input `{role}` was removed"),
            Self::ExternalChanged { label } => write!(f, "`{label}` changed"),
            Self::SeedChanged { old, new } => {
                write!(
                    f,
                    "seed changed: {} → {}",
                    or_none(old.as_ref()),
                    or_none(new.as_ref())
                )
            }
            Self::SemanticsChanged { old, new } => {
                write!(
                    f,
                    "this version of the program computes it differently (semantics {old} → {new})"
                )
            }
            Self::DeviceChanged { old, new } => {
                write!(
                    f,
                    "device changed: {} → {}",
                    or_none(old.as_ref()),
                    or_none(new.as_ref())
                )
            }
            Self::Damaged { what } => write!(f, "its artifact is damaged: {what}"),
            Self::ArtifactMissing => write!(f, "its artifact is gone"),
        }
    }
}

fn or_none<T: fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "none".to_owned(), T::to_string)
}

fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => return "not set".to_owned(),
        Some(value) => value.to_string(),
    };
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// How `new` differs from `old`, the parts of the same instance's last artifact. Inputs without a
/// content hash are not in `new`; those in `pending` are not reported as removed.
pub fn changes(old: &KeyParts, new: &KeyParts, pending: &BTreeSet<&str>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if old.semantics_version != new.semantics_version {
        reasons.push(Reason::SemanticsChanged {
            old: old.semantics_version,
            new: new.semantics_version,
        });
    }
    config_changes(&mut reasons, "", Some(&old.config), Some(&new.config));
    if old.seed != new.seed {
        reasons.push(Reason::SeedChanged {
            old: old.seed,
            new: new.seed,
        });
    }
    if old.device_kind != new.device_kind {
        let (old, new) = (old.device_kind.clone(), new.device_kind.clone());
        reasons.push(Reason::DeviceChanged { old, new });
    }
    for label in all_keys(&old.external, &new.external) {
        if old.external.get(label) != new.external.get(label) {
            reasons.push(Reason::ExternalChanged {
                label: label.clone(),
            });
        }
    }
    for role in all_keys(&old.inputs, &new.inputs) {
        if pending.contains(role.as_str()) {
            continue;
        }
        let role = role.clone();
        match (old.inputs.get(&role), new.inputs.get(&role)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(_), Some(_)) => reasons.push(Reason::InputChanged { role }),
            (Some(_), None) => reasons.push(Reason::InputRemoved { role }),
            (None, _) => reasons.push(Reason::InputAdded { role }),
        }
    }
    reasons
}

fn all_keys<'a>(
    a: &'a BTreeMap<String, String>,
    b: &'a BTreeMap<String, String>,
) -> BTreeSet<&'a String> {
    a.keys().chain(b.keys()).collect()
}

/// Descends into objects; everything else is compared whole.
fn config_changes(reasons: &mut Vec<Reason>, path: &str, old: Option<&Value>, new: Option<&Value>) {
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (old, new) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let inner = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            config_changes(reasons, &inner, old.get(key), new.get(key));
        }
    } else if old != new {
        let path = path.to_owned();
        reasons.push(Reason::ConfigChanged {
            path,
            old: old.cloned(),
            new: new.cloned(),
        });
    }
}
