//! What can go wrong, in words that name the place and the cure.

use crate::Url;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The text is not TOML, or a key is missing, unknown or of the wrong type.
    #[error("`{file}`: {error}")]
    Syntax {
        /// The manifest's file.
        file: String,
        /// Where and what; shows the line.
        error: Box<toml::de::Error>,
    },
    /// A value cannot be right.
    #[error("`{file}`, key `{key}`: {reason}")]
    Value {
        /// The manifest's file.
        file: String,
        /// The key, for example `file[0].url`.
        key: String,
        /// What would be right.
        reason: String,
    },
}

/// A source that cannot be found or fetched.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No manifest has that name.
    #[error("there is no source `{name}`; there are {}", quoted(known))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The source has no such item.
    #[error("the source `{name}` has no `{item}`; it has {}", quoted(known))]
    NoItem {
        /// The source.
        name: String,
        /// The item asked for.
        item: String,
        /// The items there are.
        known: Vec<String>,
    },
    /// Items that are neither in the folder that the caller named nor in the cache.
    #[error("the source `{name}` is not complete:{}\n{}", lines(items), Cure { name, home: home.as_ref() })]
    Absent {
        /// The source.
        name: String,
        /// Its authors' page.
        home: Option<Url>,
        /// What is not there.
        items: Vec<AbsentItem>,
    },
    /// Bytes that are not those of the manifest.
    #[error("`{item}` of the source `{name}` is not what its manifest names: {fault}{}", NotCompared(*of_copy))]
    Mismatch {
        /// The source.
        name: String,
        /// Path of the item.
        item: String,
        /// Expected and found size or hash.
        fault: String,
        /// Whether the expected hash is of a copy that was not compared with the home.
        of_copy: bool,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`: {error}", path.display())]
    Io {
        /// What was attempted: `read`, `write`, …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
    /// An archive that cannot or must not be unpacked.
    #[error("the archive `{}`{}: {reason}", archive.display(), Member(member.as_deref()))]
    Archive {
        /// The archive.
        archive: PathBuf,
        /// The member of it that is wrong, where it is one.
        member: Option<String>,
        /// What is wrong.
        reason: String,
    },
    /// A download that failed, after all attempts.
    #[error("cannot download `{url}`: {reason}")]
    Download {
        /// From where.
        url: String,
        /// Why, and what to do.
        reason: String,
    },
    /// The proxy's address cannot be used.
    #[error("the proxy `{proxy}` cannot be used: {reason}")]
    Proxy {
        /// The address given.
        proxy: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// An item that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentItem {
    /// Its path at the home.
    pub path: String,
    /// Where it was looked for.
    pub looked: Vec<PathBuf>,
    /// What lies at one of these places and is something else, and why it was not taken.
    pub mismatches: Vec<(PathBuf, String)>,
    /// From where it can be had.
    pub url: Option<Url>,
    /// Where it can be put.
    pub put: PathBuf,
}

impl AbsentItem {
    /// The same item, looked for at these places.
    pub(crate) fn looked(mut self, looked: Vec<PathBuf>) -> Self {
        self.looked = looked;
        self
    }
}

impl fmt::Display for AbsentItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n  `{}`", self.path)?;
        for (path, fault) in &self.mismatches {
            write!(f, "\n    `{}` is something else: {fault}", path.display())?;
        }
        for path in &self.looked {
            write!(f, "\n    there is no `{}`", path.display())?;
        }
        if let Some(url) = &self.url {
            write!(f, "\n    it comes from {url}")?;
        }
        write!(f, "\n    it can be put at `{}`", self.put.display())
    }
}

fn lines(items: &[AbsentItem]) -> String {
    items.iter().map(AbsentItem::to_string).collect()
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// How a source that is not there can be had.
struct Cure<'a> {
    name: &'a str,
    home: Option<&'a Url>,
}

impl fmt::Display for Cure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, home } = self;
        match home {
            Some(home) => write!(f, "`hrm data fetch {name}` gets it from its home, {home}"),
            None => write!(
                f,
                "it is published nowhere; `hrm data fetch {name} --from FOLDER` takes it from a folder that has it"
            ),
        }
    }
}

/// A doubt about the manifest's hash.
struct NotCompared(bool);

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 {
            f.write_str("; the expected hash is of a copy that was never compared with the home")?;
        }
        Ok(())
    }
}

struct Member<'a>(Option<&'a str>);

impl fmt::Display for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(member) => write!(f, ", member `{}`", member.escape_debug()),
            None => Ok(()),
        }
    }
}

impl SourceError {
    /// An operating system error at `path`; for use in `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io {
            action,
            path: path.to_path_buf(),
            error,
        }
    }

    /// An archive that is wrong as a whole or in one member.
    pub(crate) fn archive(archive: &Path, member: Option<&str>, reason: impl Into<String>) -> Self {
        Self::Archive {
            archive: archive.to_path_buf(),
            member: member.map(str::to_owned),
            reason: reason.into(),
        }
    }
}
