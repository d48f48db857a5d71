//! Number formats of tensors in files, and their conversion to float32.

use half::{bf16, f16};
use std::fmt;

/// Number format of a tensor in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// IEEE 754 binary16.
    F16,
    /// The upper half of a binary32.
    Bf16,
    /// 64-bit signed integer.
    I64,
    /// 32-bit signed integer.
    I32,
    /// 16-bit signed integer.
    I16,
    /// 8-bit signed integer.
    I8,
    /// 8-bit unsigned integer.
    U8,
    /// One byte; 0 is false, everything else true.
    Bool,
}

impl NumberFormat {
    /// Bytes of one number.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }

    /// Little-endian numbers as the nearest float32; true is 1, and a float64 beyond float32 is
    /// infinite.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "the nearest float32 is what is wanted"
    )]
    pub(crate) fn to_f32(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            Self::F32 => convert(bytes, f32::from_le_bytes),
            Self::F64 => convert(bytes, |b| f64::from_le_bytes(b) as f32),
            Self::F16 => convert(bytes, |b| f16::from_le_bytes(b).to_f32()),
            Self::Bf16 => convert(bytes, |b| bf16::from_le_bytes(b).to_f32()),
            Self::I64 => convert(bytes, |b| i64::from_le_bytes(b) as f32),
            Self::I32 => convert(bytes, |b| i32::from_le_bytes(b) as f32),
            Self::I16 => convert(bytes, |b| f32::from(i16::from_le_bytes(b))),
            Self::I8 => convert(bytes, |b| f32::from(i8::from_le_bytes(b))),
            Self::U8 => convert(bytes, |[b]| f32::from(b)),
            Self::Bool => convert(bytes, |[b]| f32::from(b != 0)),
        }
    }
}

/// PyTorch's name of the format.
impl fmt::Display for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::F16 => "float16",
            Self::Bf16 => "bfloat16",
            Self::I64 => "int64",
            Self::I32 => "int32",
            Self::I16 => "int16",
            Self::I8 => "int8",
            Self::U8 => "uint8",
            Self::Bool => "bool",
        })
    }
}

fn convert<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<N>();
    numbers.iter().map(|bytes| number(*bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::NumberFormat::{self, *};

    #[test]
    fn every_format_becomes_the_nearest_float32() {
        let cases: Vec<(NumberFormat, Vec<u8>, f32)> = vec![
            (F32, 0.1f32.to_le_bytes().to_vec(), 0.1),
            (F64, 0.1f64.to_le_bytes().to_vec(), 0.1),
            (F64, 1e300f64.to_le_bytes().to_vec(), f32::INFINITY),
            (F16, vec![0x00, 0x3e], 1.5),
            (F16, vec![0x01, 0x00], 2f32.powi(-24)),
            (Bf16, vec![0xc0, 0xbf], -1.5),
            (I64, (1i64 << 40).to_le_bytes().to_vec(), 2f32.powi(40)),
            (I64, (-16_777_217i64).to_le_bytes().to_vec(), -16_777_216.0),
            (I32, (-5i32).to_le_bytes().to_vec(), -5.0),
            (I16, (-300i16).to_le_bytes().to_vec(), -300.0),
            (I8, vec![0xff], -1.0),
            (U8, vec![0xff], 255.0),
            (Bool, vec![2], 1.0),
            (Bool, vec![0], 0.0),
        ];
        for (format, bytes, expected) in cases {
            assert_eq!(bytes.len(), format.bytes());
            assert_eq!(format.to_f32(&bytes), [expected], "{format}");
        }
    }
}
