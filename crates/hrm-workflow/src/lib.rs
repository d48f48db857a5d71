//! Workflow files: from text to checked, typed stages.
//!
//! The way of the data: files and overrides ([`load`]) become trees in which every value knows
//! where it was written; `extends` and `--set` merge them; each stage's sweep is expanded; each
//! combination is deserialized to its type from `hrm-config` and checked, alone and against its
//! inputs. Whatever is wrong becomes a message that points at the text ([`Diagnostics`]).
//!
//! Invariants: a [`Workflow`] has no dangling reference, no value out of range and no two
//! instances with one id. Only workflow files are read; nothing is written.

mod chain;
mod cross;
mod deserialize;
mod diagnostics;
mod document;
mod expand;
mod expect;
mod fault;
mod findings;
mod inputs;
mod instance;
mod keys;
mod layer;
mod overrides;
mod reference;
mod scale;
mod schema;
mod source;
mod suggest;
mod sweep;
mod tree;
mod wording;
mod workflow;

pub use diagnostics::Diagnostics;
pub use expand::INSTANCES_MAX;
pub use reference::reference;
pub use schema::{schema, schema_text};
pub use suggest::suggest;
pub use workflow::{Expectation, Stage, Workflow, load};
