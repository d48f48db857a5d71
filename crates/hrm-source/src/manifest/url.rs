//! Addresses that may be downloaded from.

use serde::Deserialize;
use std::fmt;

/// An address: `https://` and a host; or plain HTTP to `127.0.0.1`, which never leaves the machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Url(String);

/// The one address for which plain HTTP is no risk.
const LOOPBACK: &str = "http://127.0.0.1:";

impl Url {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is plain HTTP to this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.0.starts_with(LOOPBACK)
    }
}

impl TryFrom<String> for Url {
    type Error = String;

    fn try_from(url: String) -> Result<Self, String> {
        let host = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix(LOOPBACK));
        let fine = host.is_some_and(|rest| {
            let host = rest.split('/').next().unwrap_or_default();
            !host.is_empty() && !host.contains('@')
        });
        if fine && url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(url));
        }
        Err(format!(
            "`{url}` is not an address of the form `https://host/path`"
        ))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine() {
        for url in ["https://a.org/b?c=d", "http://127.0.0.1:80/x"] {
            assert!(Url::try_from(url.to_owned()).is_ok(), "{url}");
        }
        let refused = [
            "",
            "https://",
            "https:///x",
            "http://a.org/",
            "http://127.0.0.1.a.org/",
            "ftp://a.org",
            "https://a.org/b c",
            "https://user@a.org/",
            "http://127.0.0.1:80@a.org/",
            "file:///etc",
        ];
        for url in refused {
            assert!(Url::try_from(url.to_owned()).is_err(), "{url}");
        }
    }
}
