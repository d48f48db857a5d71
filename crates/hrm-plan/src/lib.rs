//! The plan: stages as a graph, their cache keys, and why each one has to run.
//!
//! A stage's key is a hash of everything that decides its result and nothing else
//! ([`KeyParts`]). What its inputs contribute is their *content*, not their configuration, so an
//! input that was built again with the same outcome leaves everything after it cached. The price
//! is that a key is only known once all inputs are complete; until then a stage is "to run, after"
//! them ([`Reason::InputToRun`]).
//!
//! Invariants: pure. No I/O, no clock, no knowledge of what a stage does; what the store holds is
//! asked through closures.

mod canonical;
mod graph;
mod key;
mod node;
mod plan;
mod reason;

pub use canonical::canonical_json;
pub use graph::{Graph, GraphError};
pub use key::KeyParts;
pub use node::{Input, Node};
pub use plan::{Lookup, Plan, PlannedStage, Status, plan};
pub use reason::{Reason, changes};
