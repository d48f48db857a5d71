//! The crate from outside: manifests, finding, fetching and listing.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod archives;
mod fetch_folder;
mod fetch_home;
mod list;
mod locate;
mod manifests;
mod raw_data;
mod support;
