//! What happens while a source is fetched, told as it happens.

use std::path::Path;
use std::time::Duration;

/// Receives the events of a fetch.
pub trait Progress {
    /// Takes one event.
    fn event(&self, event: Event<'_>);
}

/// Takes events and drops them.
impl Progress for () {
    fn event(&self, _: Event<'_>) {}
}

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// Another process fetches the same source; this one goes on when that one is done.
    Waiting {
        /// The file whose lock is waited for.
        lock: &'a Path,
    },
    /// A download starts or goes on. An attempt after a failed one may start from less.
    Downloading {
        /// From where.
        url: &'a str,
        /// Bytes that are there already.
        from: u64,
        /// Bytes of the whole, where known.
        size: Option<u64>,
    },
    /// Bytes arrived.
    Received {
        /// How many since the last such event.
        bytes: u64,
    },
    /// An attempt failed, and another one follows.
    Retrying {
        /// From where.
        url: &'a str,
        /// Why it failed.
        reason: &'a str,
        /// How long is waited before the next attempt.
        wait: Duration,
    },
    /// An item is copied from a folder.
    Copying {
        /// The item's path at its home.
        item: &'a str,
    },
    /// An archive is unpacked.
    Unpacking {
        /// From where it came.
        url: &'a str,
    },
    /// An item is complete, verified, and has its final name.
    Ready {
        /// Where it is.
        path: &'a Path,
    },
}
