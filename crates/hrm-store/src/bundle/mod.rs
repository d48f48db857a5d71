//! Bundles: a run in one file, for another machine.
//!
//! A bundle is a `tar.gz` file. Its first member, `bundle.json`, lists all others with sizes and hashes:
//! the run's log, and its artifacts whole or as records. Nothing of a bundle is trusted: what is not
//! listed, or not what is listed, or would lie elsewhere, is refused before anything of it is used.

mod error;
mod read;
mod write;

use serde::{Deserialize, Serialize};

use crate::Key;
use crate::manifest::{self, FileEntry};
use crate::run_log::is_run_id;
use crate::stamps;

pub use error::BundleError;
pub use read::Unpacked;
pub use write::Part;

/// Number of the layout that this program writes.
const FORMAT: u32 = 1;

const INDEX: &str = "bundle.json";

/// Most bytes of `bundle.json`: enough for a hundred thousand files.
const INDEX_BYTES_MAX: u64 = 64 << 20;

/// `bundle.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    /// Number of the layout.
    format: u32,
    /// Id of the run.
    run: String,
    /// Every other member, in the order in which they follow.
    files: Vec<FileEntry>,
}

/// Where a member belongs in a state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Log,
    Artifact { kind: String, key: Key },
    Record { kind: String, key: Key },
}

impl Place {
    /// Reads the path of a member of the bundle of the run `run`; `None` where it belongs nowhere.
    fn of(path: &str, run: &str) -> Option<Self> {
        if path == format!("runs/{run}/log.jsonl") {
            return is_run_id(run).then_some(Self::Log);
        }
        let mut parts = path.splitn(4, '/');
        let (top, kind, key, file) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_kind = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase());
        // A backslash separates folders elsewhere.
        if !is_kind
            || !manifest::is_inside(file)
            || file.contains('\\')
            || file == stamps::FILE_NAME
        {
            return None;
        }
        let (kind, key) = (kind.to_owned(), key.parse().ok()?);
        match top {
            "artifacts" => Some(Self::Artifact { kind, key }),
            "records" => Some(Self::Record { kind, key }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "0123456789ab";

    #[test]
    fn members_lie_where_artifacts_and_logs_do() {
        let key = Key::of(b"a");
        let kind = || "train".to_owned();
        let cases = [
            (format!("runs/{RUN}/log.jsonl"), Place::Log),
            (
                format!("artifacts/train/{key}/checkpoints/step-1/model.safetensors"),
                Place::Artifact { kind: kind(), key },
            ),
            (
                format!("records/train/{key}/artifact.json"),
                Place::Record { kind: kind(), key },
            ),
        ];
        for (path, place) in cases {
            assert_eq!(Place::of(&path, RUN), Some(place), "{path}");
        }
    }

    #[test]
    fn members_that_belong_elsewhere_are_refused() {
        let key = Key::of(b"a");
        for path in [
            "/etc/passwd".to_owned(),
            "../version".to_owned(),
            "version".to_owned(),
            "hrm.db".to_owned(),
            "runs/ffffffffffff/log.jsonl".to_owned(),
            format!("runs/{RUN}/other"),
            format!("artifacts/train/{key}"),
            format!("artifacts/train/{key}/../../../../x"),
            format!("artifacts/train/{key}//x"),
            format!("artifacts/train/{key}/a\\..\\x"),
            format!("artifacts/train/{key}/stamps.json"),
            format!("artifacts/../{key}/x"),
            "artifacts/train/no-key/x".to_owned(),
            format!("work/train/{key}/x"),
        ] {
            assert_eq!(Place::of(&path, RUN), None, "{path}");
        }
        assert_eq!(Place::of("runs/../log.jsonl", ".."), None);
    }
}
