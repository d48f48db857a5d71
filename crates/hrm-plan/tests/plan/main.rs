//! Tests of the plan through its public interface, in one binary.

mod graphs;
mod keys;
mod plans;
mod properties;
mod store;
