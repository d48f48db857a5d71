//! A stage's key: the name of its artifact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bytes of a key: a blake3 hash cut to 128 bits, far beyond any chance of a collision here.
const KEY_BYTES: usize = 16;

/// The key of a stage: 32 lowercase hexadecimal digits, the hash of everything that decides its result.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key([u8; KEY_BYTES]);

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a key: 32 hexadecimal digits (0-9, a-f) are expected")]
pub struct KeyError {
    /// The text that was read.
    pub text: String,
}

impl Key {
    /// The key of `parts`: their blake3 hash, cut to 16 bytes.
    pub fn of(parts: &[u8]) -> Self {
        let mut key = [0; KEY_BYTES];
        key.copy_from_slice(&blake3::hash(parts).as_bytes()[..KEY_BYTES]);
        Self(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError {
            text: text.to_owned(),
        };
        if text.len() != 2 * KEY_BYTES {
            return Err(error());
        }
        let mut key = [0; KEY_BYTES];
        for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let mut digits = pair.iter().map(|&digit| nibble(digit));
            *byte = digits
                .try_fold(0, |value, digit| Some(value << 4 | digit?))
                .ok_or_else(error)?;
        }
        Ok(Self(key))
    }
}

/// The value of a lowercase hexadecimal digit. Upper case is refused, so that a key has one spelling.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_through_text_and_json() {
        let key = Key::of(b"lr = 0.001");
        assert_eq!(key.to_string().len(), 32);
        assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{key}\""));
        assert_eq!(serde_json::from_str::<Key>(&json).unwrap(), key);
    }

    #[test]
    fn texts_that_are_no_keys_are_refused() {
        let good = Key::of(b"").to_string();
        for bad in [
            "",
            "abc",
            &good[1..],
            &format!("{good}0"),
            &good.to_uppercase(),
            &format!("{}g", &good[1..]),
            &"ä".repeat(16),
            &format!("+{}", &good[1..]),
        ] {
            let error = bad.parse::<Key>().unwrap_err();
            assert!(error.to_string().contains(&format!("`{bad}`")), "{error}");
        }
    }

    #[test]
    fn a_key_is_the_first_half_of_the_blake3_hash() {
        // blake3 of the empty input, from its published test vectors.
        assert_eq!(Key::of(b"").to_string(), "af1349b9f5f9a1a6a0404dea36dcc949");
    }
}
