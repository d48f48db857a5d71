//! Paths that stay below the folder they are joined to.

use serde::Deserialize;
use std::fmt;
use std::path::{Path, PathBuf};

/// A path with `/` between its parts, none of which is empty, `.` or `..`, so that it names
/// something below any folder it is joined to, on every system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct RelativePath(String);

impl RelativePath {
    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path below `dir`.
    pub fn below(&self, dir: &Path) -> PathBuf {
        self.0
            .split('/')
            .fold(dir.to_path_buf(), |path, part| path.join(part))
    }
}

impl TryFrom<String> for RelativePath {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        match path.split('/').find_map(|part| part_fault(part)) {
            Some(fault) => Err(format!("`{path}` is not a path below a folder: {fault}")),
            None => Ok(Self(path)),
        }
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with one part of a path.
pub(crate) fn part_fault(part: &str) -> Option<&'static str> {
    match part {
        "" => Some("it has an empty part"),
        "." | ".." => Some("it has a part `.` or `..`"),
        // On Windows these separate parts, name drives and streams.
        _ if part.contains(['\\', ':']) => Some("it has a `\\` or `:`"),
        _ if part.contains(char::is_control) => Some("it has a control character"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below() {
        let path = RelativePath::try_from("a/b.json".to_owned()).unwrap();
        assert_eq!(
            path.below(Path::new("x")),
            Path::new("x").join("a").join("b.json")
        );
        for path in [
            "", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "C:a", "a\0b",
        ] {
            assert!(RelativePath::try_from(path.to_owned()).is_err(), "{path}");
        }
    }
}
