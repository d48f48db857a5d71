//! Published numbers of HRM, TRM and what was compared with them.
//!
//! The numbers are data: `values.toml` in this crate, compiled in, typed and checked when it is
//! first read ([`values`]). Each says where it stands, whether it was seen there, and what it may be
//! compared with ([`hrm_config::Comparability`]).
//!
//! Invariants: no I/O; ids are unique; a value that can be measured here has a measure and a
//! benchmark of this project, and is a share.

mod error;
mod file;
mod value;

pub use error::PublishedError;
pub use value::{PublishedValue, Source};

use std::sync::LazyLock;

static VALUES: LazyLock<Result<Vec<PublishedValue>, PublishedError>> =
    LazyLock::new(|| file::read(include_str!("../values.toml")));

/// All published values, in the order of their sources and tables.
///
/// # Errors
/// Where the data that this program was built with is wrong, which a test excludes.
pub fn values() -> Result<&'static [PublishedValue], PublishedError> {
    VALUES.as_deref().map_err(Clone::clone)
}
