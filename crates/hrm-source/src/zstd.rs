//! Reading `.zst` files.

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::io::{self, BufRead, Read};

/// The decompressed bytes of all frames of a reader.
pub(crate) struct ZstdReader<R: BufRead> {
    /// `None` after the last frame or an error.
    frame: Option<StreamingDecoder<R, FrameDecoder>>,
}

impl<R: BufRead> ZstdReader<R> {
    /// # Errors
    /// Where the bytes do not start like a zstd frame, or it wants a window larger than the
    /// decoder's own limit.
    pub(crate) fn new(reader: R) -> io::Result<Self> {
        let frame = StreamingDecoder::new(reader).map_err(io::Error::other)?;
        Ok(Self { frame: Some(frame) })
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut frame) = self.frame.take() {
            let length = frame.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                self.frame = Some(frame);
                return Ok(length);
            }
            let (mut reader, decoder) = frame.into_parts();
            if !reader.fill_buf()?.is_empty() {
                let next = StreamingDecoder::new_with_decoder(reader, decoder);
                self.frame = Some(next.map_err(io::Error::other)?);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | zstd`: one frame with a checksum.
    const ABC: [u8; 16] = [
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x19, 0x00, 0x00, 0x61, 0x62, 0x63, 0x99, 0x09, 0x77,
        0xad,
    ];

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        ZstdReader::new(bytes)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn all_frames_are_read() {
        assert_eq!(read(&ABC).unwrap(), b"abc");
        assert_eq!(read(&[ABC, ABC].concat()).unwrap(), b"abcabc");
    }

    #[test]
    fn anything_else_is_an_error() {
        for length in 0..ABC.len() {
            assert!(read(&ABC[..length]).is_err(), "{length} bytes");
        }
        assert!(read(b"not compressed at all").is_err());
        assert!(read(&[&ABC[..], b"tail"].concat()).is_err());
    }
}
