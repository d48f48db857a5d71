//! Where a stage's cache key is made.

use crate::{Node, canonical_json};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Separates these hashes from all others; the version changes when the form of the hashed text does.
const HASH_CONTEXT: &str = "hrm stage key v1";

/// Bytes of the hash that make a key; twice as many hexadecimal digits.
const KEY_BYTES: usize = 16;

/// Everything that decides a stage's result. The stage's key is its hash.
///
/// The instance's id is not a part: renaming a stage reruns nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyParts {
    /// Kind of the stage.
    pub kind: String,
    /// Version of what this kind of stage computes.
    pub semantics_version: u32,
    /// See [`Node::config`].
    pub config: Value,
    /// See [`Node::external`].
    pub external: BTreeMap<String, String>,
    /// See [`Node::seed`].
    pub seed: Option<u64>,
    /// See [`Node::device_kind`].
    pub device_kind: Option<String>,
    /// Content hash of each input's artifact, by role.
    pub inputs: BTreeMap<String, String>,
}

impl KeyParts {
    /// The parts of `node`, whose inputs have the content hashes that `content_hash` tells.
    /// Inputs without one are left out, so the key is only right when all have one: see
    /// [`KeyParts::complete`].
    pub(crate) fn partial<'a>(
        node: &Node,
        content_hash: impl Fn(usize) -> Option<&'a str>,
    ) -> Self {
        let inputs = node.inputs.iter().filter_map(|input| {
            content_hash(input.node).map(|hash| (input.role.clone(), hash.to_owned()))
        });
        Self {
            kind: node.kind.clone(),
            semantics_version: node.semantics_version,
            config: node.config.clone(),
            external: node.external.clone(),
            seed: node.seed,
            device_kind: node.device_kind.clone(),
            inputs: inputs.collect(),
        }
    }

    /// The parts of `node` once every input has a content hash, otherwise `None`.
    pub fn complete<'a>(
        node: &Node,
        content_hash: impl Fn(usize) -> Option<&'a str>,
    ) -> Option<Self> {
        let parts = Self::partial(node, content_hash);
        (parts.inputs.len() == node.inputs.len()).then_some(parts)
    }

    /// The key: 32 hexadecimal digits.
    pub fn key(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key(HASH_CONTEXT);
        hasher.update(canonical_json(&self.to_json()).as_bytes());
        hasher
            .finalize()
            .to_hex()
            .chars()
            .take(2 * KEY_BYTES)
            .collect()
    }

    /// The parts as JSON, in the form that is hashed.
    pub fn to_json(&self) -> Value {
        // Destructured, so that a part added to the struct cannot be forgotten in the key.
        let Self {
            kind,
            semantics_version,
            config,
            external,
            seed,
            device_kind,
            inputs,
        } = self;
        serde_json::json!({
            "kind": kind,
            "semantics_version": semantics_version,
            "config": config,
            "external": external,
            "seed": seed,
            "device_kind": device_kind,
            "inputs": inputs,
        })
    }
}
