//! Where the raw benchmarks come from: manifests, fetching, verifying and finding them.
//!
//! A *source* is one benchmark as its authors publish it, for example the ARC-AGI-1 tasks. Its
//! [`Manifest`], one of the files `datasets/*.toml`, says what it is, where its home is and which
//! bytes are meant. A source consists of *items*: files ([`FileItem`]) and folders of many small
//! files ([`FolderItem`]), named by their paths at the home.
//!
//! [`Sources::locate`] finds an item in a folder that the caller names or in the cache, as a plain
//! file, compressed (`.zst`), or inside an archive; [`Sources::fetch`] fills the cache from the
//! source's home or from such a folder; [`Sources::list`] says what is there.
//!
//! # Layout of the cache
//!
//! ```text
//! <cache>/<name>/<revision>/<path>        an item, complete and verified
//! <cache>/<name>/<revision>/<path>.part   a download that can be resumed
//! <cache>/<name>/.lock                    held while the source is fetched
//! <cache>/<name>/.staging/                what is being unpacked or copied; gone afterwards
//! ```
//!
//! # Invariants
//!
//! - What is located has the size and SHA-256 that the manifest names; nothing gets its final name
//!   before that was checked.
//! - Nothing is written outside the cache, whatever an archive or a server says.
//! - The crate prints nothing and reads no environment: progress goes to [`Progress`], and pauses
//!   between attempts are made by the caller's [`Transfer::sleep`].

mod archive;
mod catalogue;
mod content;
mod copy;
mod error;
mod fetch;
mod findings;
mod identify;
mod list;
mod located;
mod manifest;
mod progress;
mod search;
mod sources;
mod visit;
mod walk;
mod zstd;

pub use catalogue::embedded_manifests;
pub use content::{Content, FolderContent, Sha256};
pub use error::{AbsentItem, ManifestError, SourceError};
pub use fetch::{Origin, Transfer};
pub use list::{Listing, State};
pub use located::{Located, LocatedFile, LocatedFolder};
pub use manifest::{
    AcceptedCopy, ArchiveFormat, Download, FileItem, FolderItem, HashOf, Manifest, RelativePath,
    Url,
};
pub use progress::{Event, Progress};
pub use sources::Sources;
