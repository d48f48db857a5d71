//! A stage as the plan sees it.

use serde_json::Value;
use std::collections::BTreeMap;

/// One stage instance of a workflow, reduced to what decides its result.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Instance id, unique in the workflow: `train.hrm` or `train.hrm[lr=0.001,seed=1]`.
    pub id: String,
    /// Kind of the stage, for example `train`.
    pub kind: String,
    /// Resolved configuration, without keys that never change the result and without names of
    /// other stages (those are inputs).
    pub config: Value,
    /// Content hash of everything else that is read, by label, for example of a CSV file.
    pub external: BTreeMap<String, String>,
    /// Seed, for kinds that take one from outside their configuration.
    pub seed: Option<u64>,
    /// Version of what this kind of stage computes.
    pub semantics_version: u32,
    /// `cpu` or `cuda`, only where it decides the numbers.
    pub device_kind: Option<String>,
    /// The stages whose artifacts are read.
    pub inputs: Vec<Input>,
}

/// An edge of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What the input is to the stage, unique among its inputs: `dataset` or `train`, or the
    /// input's id where several of a kind are read and the id shows in the result.
    pub role: String,
    /// Index of the input in the list of nodes.
    pub node: usize,
}

impl Node {
    /// `KIND.NAME`: the id without its axes.
    pub fn stage(&self) -> &str {
        self.id
            .split_once('[')
            .map_or(self.id.as_str(), |(stage, _)| stage)
    }

    /// The stage's name.
    pub fn name(&self) -> &str {
        self.stage()
            .split_once('.')
            .map_or(self.stage(), |(_, name)| name)
    }

    /// Whether `selector` means this instance: its id, its `KIND.NAME` or its name.
    pub fn matches(&self, selector: &str) -> bool {
        [self.id.as_str(), self.stage(), self.name()].contains(&selector)
    }
}
