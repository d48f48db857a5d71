//! Writing what `torch.load` reads.

use super::pickle::opcode as op;
use crate::EncodeError;
use crate::limits::MAX_TEXT_BYTES;
use crate::named_values::{NamedValues, check_shape, little_endian};
use crate::quote::Quote;
use std::io::{Cursor, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Root folder within the container. PyTorch names it after the file and accepts any name.
const ROOT: &str = "archive";

/// The bytes of a file that `torch.load(…, weights_only=True)` reads as a dict of float32 tensors;
/// equal bytes for equal values.
///
/// The entries are those of PyTorch 2 without `.data/serialization_id`, which only its usage log
/// reads.
///
/// # Errors
/// If a shape does not fit its numbers or a name is too long.
pub fn encode(values: &NamedValues) -> Result<Vec<u8>, EncodeError> {
    let mut container = Container(ZipWriter::new(Cursor::new(Vec::new())));
    container.add("data.pkl", &pickle(values)?)?;
    container.add(".format_version", b"1")?;
    container.add(".storage_alignment", b"64")?;
    container.add("byteorder", b"little")?;
    for (key, (_, numbers)) in values.values().enumerate() {
        container.add(&format!("data/{key}"), &little_endian(numbers))?;
    }
    container.add("version", b"3\n")?;
    Ok(container.0.finish()?.into_inner())
}

struct Container(ZipWriter<Cursor<Vec<u8>>>);

impl Container {
    fn add(&mut self, name: &str, content: &[u8]) -> Result<(), EncodeError> {
        // Above this size an entry needs the fields of zip64.
        let large = u32::try_from(content.len()).is_err();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .system(System::Unix)
            .large_file(large)
            .with_alignment(64);
        self.0.start_file(format!("{ROOT}/{name}"), options)?;
        self.0.write_all(content).map_err(ZipError::Io)?;
        Ok(())
    }
}

/// The pickle: a dict of calls of `torch._utils._rebuild_tensor_v2`. The storage of the n-th
/// tensor has the key n.
fn pickle(values: &NamedValues) -> Result<Vec<u8>, EncodeError> {
    let mut out = vec![op::PROTO, 2, op::EMPTY_DICT];
    for (key, (name, (shape, numbers))) in values.iter().enumerate() {
        check_shape(name, shape, numbers)?;
        if name.len() > MAX_TEXT_BYTES {
            return Err(EncodeError::LongName {
                name: Quote(name).to_string(),
                bytes: name.len(),
            });
        }
        put_text(&mut out, name);
        put_tensor(&mut out, key, shape, numbers.len());
        out.push(op::SETITEM);
    }
    out.push(op::STOP);
    Ok(out)
}

/// `_rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict())`.
fn put_tensor(out: &mut Vec<u8>, key: usize, shape: &[usize], numbers: usize) {
    put_global(out, "torch._utils", "_rebuild_tensor_v2");
    out.push(op::MARK);
    put_storage(out, key, numbers);
    put_int(out, 0);
    put_ints(out, shape);
    put_ints(out, &row_major_strides(shape));
    out.push(op::NEWFALSE);
    put_global(out, "collections", "OrderedDict");
    out.extend([op::EMPTY_TUPLE, op::REDUCE, op::TUPLE, op::REDUCE]);
}

/// The persistent id `('storage', FloatStorage, key, 'cpu', numbers)`.
fn put_storage(out: &mut Vec<u8>, key: usize, numbers: usize) {
    out.push(op::MARK);
    put_text(out, "storage");
    put_global(out, "torch", "FloatStorage");
    put_text(out, &key.to_string());
    put_text(out, "cpu");
    put_int(out, numbers);
    out.extend([op::TUPLE, op::BINPERSID]);
}

/// Strides of a tensor without gaps, in numbers. Like PyTorch's, those of an empty tensor take its
/// empty dimensions as of size 1.
fn row_major_strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for inner in (1..shape.len()).rev() {
        strides[inner - 1] = strides[inner] * shape[inner].max(1);
    }
    strides
}

fn put_global(out: &mut Vec<u8>, module: &str, name: &str) {
    out.push(op::GLOBAL);
    out.extend(module.bytes().chain([b'\n']));
    out.extend(name.bytes().chain([b'\n']));
}

/// A text of at most [`MAX_TEXT_BYTES`], which fit into the four bytes of its length.
fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(op::BINUNICODE);
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.bytes());
}

fn put_ints(out: &mut Vec<u8>, values: &[usize]) {
    out.push(op::MARK);
    for value in values {
        put_int(out, *value);
    }
    out.push(op::TUPLE);
}

fn put_int(out: &mut Vec<u8>, value: usize) {
    if let Ok(value) = i32::try_from(value) {
        out.push(op::BININT);
        out.extend(value.to_le_bytes());
    } else {
        out.extend([op::LONG1, 8]);
        out.extend((value as u64).to_le_bytes());
    }
}
