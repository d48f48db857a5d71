//! Pickles of any content. Each function gives the opcodes that push one value.

/// A pickle of protocol 2 with this value.
pub(crate) fn pickle(value: &[u8]) -> Vec<u8> {
    [b"\x80\x02", value, b"."].concat()
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    let len = u32::try_from(text.len()).unwrap();
    [b"X", &len.to_le_bytes()[..], text.as_bytes()].concat()
}

pub(crate) fn int(value: i64) -> Vec<u8> {
    [b"\x8a\x08", &value.to_le_bytes()[..]].concat()
}

pub(crate) fn global(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

pub(crate) fn tuple(items: &[Vec<u8>]) -> Vec<u8> {
    [b"(", items.concat().as_slice(), b"t"].concat()
}

pub(crate) fn dict(items: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let items = items
        .iter()
        .map(|(key, value)| [text(key), value.clone()].concat());
    [b"}(", items.collect::<Vec<_>>().concat().as_slice(), b"u"].concat()
}

/// A call of a function with arguments.
pub(crate) fn call(function: Vec<u8>, arguments: &[Vec<u8>]) -> Vec<u8> {
    [function, tuple(arguments), b"R".to_vec()].concat()
}

/// A storage of this type, key and size.
pub(crate) fn storage(kind: &str, key: &str, numbers: i64) -> Vec<u8> {
    let kind = global("torch", kind);
    let id = tuple(&[text("storage"), kind, text(key), text("cpu"), int(numbers)]);
    [id, b"Q".to_vec()].concat()
}

/// A view of a storage.
pub(crate) fn view(storage: Vec<u8>, offset: i64, size: &[i64], stride: &[i64]) -> Vec<u8> {
    let ints = |values: &[i64]| tuple(&values.iter().map(|value| int(*value)).collect::<Vec<_>>());
    let hooks = call(global("collections", "OrderedDict"), &[]);
    let arguments = [
        storage,
        int(offset),
        ints(size),
        ints(stride),
        b"\x89".to_vec(),
        hooks,
    ];
    call(global("torch._utils", "_rebuild_tensor_v2"), &arguments)
}

/// A tensor of the four numbers in storage `0`.
pub(crate) fn tensor() -> Vec<u8> {
    view(storage("FloatStorage", "0", 4), 0, &[4], &[1])
}
