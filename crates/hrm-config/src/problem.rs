//! What is wrong with a value, said in terms of the configuration alone.

use std::fmt;

/// A value that cannot be used, found by a `check` function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Dotted path of the key inside the stage, for example `model.num_heads`; empty for the
    /// stage itself.
    pub path: String,
    /// Dotted paths of other keys that take part, for example `model.hidden_size`. Where the key
    /// at `path` is not written down, the first of these that is gets the blame.
    pub related: Vec<String>,
    /// What is wrong: `` `num_heads` is 7, which does not divide `hidden_size` 512 ``.
    pub message: String,
    /// What would be right, where that can be said.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at `path` without further help.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            related: Vec::new(),
            message: message.into(),
            help: None,
        }
    }

    /// The same problem with a hint at what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem, in which the key at `path` takes part too.
    #[must_use]
    pub fn related(mut self, path: impl Into<String>) -> Self {
        self.related.push(path.into());
        self
    }

    /// The same problem seen from the enclosing table `parent`.
    #[must_use]
    pub fn inside(mut self, parent: &str) -> Self {
        for path in self.related.iter_mut().chain([&mut self.path]) {
            *path = if path.is_empty() {
                parent.to_owned()
            } else {
                format!("{parent}.{path}")
            };
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
