//! The header of a `.npy` file: element type and shape.

use super::Number;
use half::f16;
use std::io::Read;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// NumPy aligns the data to this many bytes.
const ALIGNMENT: usize = 64;
/// Longest header text that is read, bytes. NumPy writes 118 for every array of this format.
const HEADER_BYTES_MAX: usize = 4096;

/// Types of numbers that arrays may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ElementType {
    pub(super) bytes: usize,
    class: Class,
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Unsigned,
    Signed,
    Float,
}

impl ElementType {
    /// Parses NumPy's notation, for example `<i4`, `|u1` or `<f4`.
    fn parse(descr: &str) -> Option<Self> {
        let mut chars = descr.chars();
        let (order, class) = (chars.next()?, chars.next()?);
        let class = match class {
            'u' => Class::Unsigned,
            'i' => Class::Signed,
            'f' => Class::Float,
            _ => return None,
        };
        let bytes = match (chars.as_str(), class) {
            ("1", Class::Unsigned | Class::Signed) => 1,
            ("2", _) => 2,
            ("4", _) => 4,
            ("8", _) => 8,
            _ => return None,
        };
        let ordered = matches!(order, '<' | '>') || order == '|' && bytes == 1;
        ordered.then_some(Self {
            bytes,
            class,
            big_endian: order == '>',
        })
    }

    pub(super) fn is_integer(self) -> bool {
        self.class != Class::Float
    }

    /// The value of one element of this size; `None` for an unsigned value beyond `i64`.
    pub(super) fn decode(self, raw: &[u8]) -> Option<Number> {
        let mut wide = [0u8; 8];
        for (place, &byte) in raw.iter().enumerate() {
            let place = if self.big_endian {
                raw.len() - 1 - place
            } else {
                place
            };
            wide[place] = byte;
        }
        let value = u64::from_le_bytes(wide);
        Some(match self.class {
            Class::Unsigned => Number::Integer(i64::try_from(value).ok()?),
            Class::Signed => {
                let unused = 64 - 8 * u32::try_from(self.bytes).ok()?;
                Number::Integer((value << unused).cast_signed() >> unused)
            }
            Class::Float => Number::Float(match self.bytes {
                2 => f16::from_bits(value as u16).to_f64(),
                4 => f32::from_bits(value as u32).into(),
                _ => f64::from_bits(value),
            }),
        })
    }
}

/// What the header says.
pub(super) struct Header {
    pub(super) dtype: ElementType,
    /// The same in NumPy's notation.
    pub(super) descr: String,
    shape: Vec<u64>,
}

/// The header as NumPy writes it: format version 1.0, padded with spaces, a line end last.
pub(super) fn header_bytes(descr: &str, shape: &str) -> Vec<u8> {
    let dict = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let prefix = MAGIC.len() + 4;
    let total = (prefix + dict.len() + 1).next_multiple_of(ALIGNMENT);
    let text = total - prefix;
    let mut bytes = Vec::with_capacity(total);
    bytes.extend_from_slice(MAGIC);
    // The text is two short lines' worth, so its length always fits into the two bytes.
    bytes.extend_from_slice(&[1, 0, (text % 256) as u8, (text / 256) as u8]);
    bytes.extend_from_slice(dict.as_bytes());
    bytes.resize(total - 1, b' ');
    bytes.push(b'\n');
    bytes
}

/// Reads the header; also says how many bytes it takes.
pub(super) fn read_header(reader: &mut impl Read) -> Result<(Header, u64), String> {
    let short = |_| "not a .npy file: it ends inside its header".to_owned();
    let mut start = [0u8; 8];
    reader.read_exact(&mut start).map_err(short)?;
    if &start[..6] != MAGIC {
        return Err("not a .npy file: it does not start with NumPy's mark".into());
    }
    let length_bytes: usize = match start[6] {
        1 => 2,
        2 | 3 => 4,
        version => return Err(format!(".npy format version {version} is not supported")),
    };
    let mut length = [0u8; 4];
    reader
        .read_exact(&mut length[..length_bytes])
        .map_err(short)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > HEADER_BYTES_MAX {
        return Err(format!(
            "a header of {length} bytes, expected at most {HEADER_BYTES_MAX}"
        ));
    }
    let mut text = vec![0u8; length];
    reader.read_exact(&mut text).map_err(short)?;
    let text = std::str::from_utf8(&text).map_err(|_| "the header is not text".to_owned())?;
    Ok((parse_header(text)?, (8 + length_bytes + length) as u64))
}

/// Compares the shape with the bytes that follow the header.
pub(super) fn check_size(header: &Header, data_bytes: u64) -> Result<(Vec<usize>, usize), String> {
    let expected = header
        .shape
        .iter()
        .try_fold(header.dtype.bytes as u64, |product, &size| {
            product.checked_mul(size)
        });
    if expected != Some(data_bytes) {
        let shape = &header.shape;
        let item = header.dtype.bytes;
        return Err(format!(
            "{data_bytes} bytes of data do not match the shape {shape:?} of {item}-byte elements: the file is cut short or damaged"
        ));
    }
    let size = |size: u64| usize::try_from(size).map_err(|_| format!("a dimension of {size}"));
    let shape = header
        .shape
        .iter()
        .map(|&dimension| size(dimension))
        .collect::<Result<_, _>>()?;
    Ok((shape, size(data_bytes / header.dtype.bytes as u64)?))
}

/// Parses the dictionary that NumPy writes: its three keys, in any order.
fn parse_header(text: &str) -> Result<Header, String> {
    let refused = || format!("the header `{}` is not understood", text.trim_end());
    let dict = text
        .trim()
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let mut rest = dict.ok_or_else(refused)?.trim();
    let (mut dtype, mut shape, mut fortran) = (None, None, None);
    while !rest.is_empty() {
        let (key, after) = rest.split_once(':').ok_or_else(refused)?;
        let after = after.trim_start();
        // A shape holds commas of its own, so it ends at its parenthesis.
        let end = match after.starts_with('(') {
            true => after.find(')').map(|at| at + 1),
            false => Some(after.find(',').unwrap_or(after.len())),
        };
        let (value, after) = after.split_at(end.ok_or_else(refused)?);
        match unquote(key.trim()).ok_or_else(refused)? {
            "descr" => {
                // Structured dtypes are lists of tuples, not quoted names.
                let name = unquote(value.trim()).ok_or("the dtype is not a number type")?;
                let element = ElementType::parse(name).ok_or_else(|| {
                    format!("dtype `{name}` is not a number type such as `|u1`, `<i4` or `<f4`")
                })?;
                dtype = Some((element, name.to_owned()));
            }
            "fortran_order" => fortran = Some(value.trim() != "False"),
            "shape" => shape = Some(parse_shape(value).ok_or_else(refused)?),
            _ => return Err(refused()),
        }
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    if fortran.ok_or_else(refused)? {
        return Err("the array is in Fortran order; save it with numpy.ascontiguousarray".into());
    }
    let (dtype, descr) = dtype.ok_or_else(refused)?;
    Ok(Header {
        dtype,
        descr,
        shape: shape.ok_or_else(refused)?,
    })
}

fn unquote(text: &str) -> Option<&str> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"'))
}

fn parse_shape(text: &str) -> Option<Vec<u64>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    let inner = inner.strip_suffix(',').unwrap_or(inner);
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    inner
        .split(',')
        .map(|size| size.trim().parse().ok())
        .collect()
}
