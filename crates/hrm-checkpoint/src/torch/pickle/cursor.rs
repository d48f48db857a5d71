//! The bytes of a pickle, taken from the front.

use super::Reason;
use crate::limits::{MAX_GLOBAL_BYTES, MAX_TEXT_BYTES};
use crate::quote::Quote;

const ENDS_WITHIN: &str = "the pickle ends within this opcode";

pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Bytes not yet taken.
    pub(super) fn left(&self) -> usize {
        self.rest().len()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    fn slice(&mut self, len: usize) -> Result<&'a [u8], Reason> {
        let slice = self.rest().get(..len).ok_or(ENDS_WITHIN)?;
        self.position += len;
        Ok(slice)
    }

    /// The next bytes, as an array for `from_le_bytes`.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        let array = self.slice(N)?.first_chunk::<N>();
        Ok(*array.ok_or(ENDS_WITHIN)?)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Reason> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    /// A text of so many bytes.
    pub(super) fn text(&mut self, len: u32) -> Result<&'a str, Reason> {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        if len > MAX_TEXT_BYTES {
            let reason = format!("a text of {len} bytes; at most {MAX_TEXT_BYTES} are read");
            return Err(reason.into());
        }
        let text = std::str::from_utf8(self.slice(len)?);
        Ok(text.map_err(|error| format!("a text is not UTF-8: {error}"))?)
    }

    /// A text up to the end of the line.
    pub(super) fn line(&mut self) -> Result<&'a str, Reason> {
        let mut lines = self.rest().splitn(2, |byte| *byte == b'\n');
        let line = lines.next().filter(|line| line.len() <= MAX_GLOBAL_BYTES);
        let (Some(line), Some(_)) = (line, lines.next()) else {
            let reason = format!("no end of line within {MAX_GLOBAL_BYTES} bytes");
            return Err(reason.into());
        };
        self.position += line.len() + 1;
        let text = std::str::from_utf8(line);
        Ok(text.map_err(|_| format!("{} is not UTF-8", Quote(&String::from_utf8_lossy(line))))?)
    }

    /// A little-endian signed integer of any length up to eight bytes.
    pub(super) fn long(&mut self, len: u8) -> Result<i64, Reason> {
        if len > 8 {
            return Err(format!("an integer of {len} bytes; at most 8 are read").into());
        }
        let bytes = self.slice(usize::from(len))?;
        let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
        let mut extended = [if negative { 0xff } else { 0 }; 8];
        for (to, from) in extended.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(i64::from_le_bytes(extended))
    }
}
