//! Tensors that cannot be put together from the file's storages.

mod common;

use common::assert_refused;
use common::container::torch_file;
use common::pickle::{call, dict, global, int, pickle, storage, text, tuple, view};
use hrm_checkpoint::parse;

/// A file whose pickle is a dict with this value under `w`.
fn file_with(value: Vec<u8>) -> Vec<u8> {
    torch_file(&pickle(&dict(&[("w", value)])))
}

/// A file with a tensor that views storage `0` in this way.
fn file_with_view(numbers: i64, offset: i64, size: &[i64], stride: &[i64]) -> Vec<u8> {
    let storage = storage("FloatStorage", "0", numbers);
    file_with(view(storage, offset, size, stride))
}

#[test]
fn storages_that_are_not_there_are_refused() {
    let id = |items: &[Vec<u8>]| file_with([tuple(items), b"Q".to_vec()].concat());
    let typed = |kind: &str| view(storage(kind, "0", 4), 0, &[4], &[1]);
    let float = || global("torch", "FloatStorage");
    assert_refused(vec![
        (
            "unknown type",
            file_with(typed("QInt8Storage")),
            &["storage type `torch.QInt8Storage`"],
        ),
        (
            "complex numbers",
            file_with(typed("ComplexFloatStorage")),
            &["`torch.ComplexFloatStorage`"],
        ),
        (
            "a type of another name",
            file_with(typed("Tensor")),
            &["asks for `torch.Tensor`"],
        ),
        (
            "wider numbers",
            file_with(typed("DoubleStorage")),
            &["4 float64 numbers", "16 bytes"],
        ),
        (
            "an id that is a text",
            file_with([text("storage"), b"Q".to_vec()].concat()),
            &["persistent id that is a text"],
        ),
        (
            "an id of another kind",
            id(&[text("module"), float(), text("0"), text("cpu"), int(4)]),
            &["not a storage's"],
        ),
        (
            "an id without size",
            id(&[text("storage"), float(), text("0"), text("cpu")]),
            &["not a storage's"],
        ),
        (
            "an id with a dtype",
            id(&[
                text("storage"),
                global("torch", "float32"),
                text("0"),
                text("cpu"),
                int(4),
            ]),
            &["not a storage's"],
        ),
        (
            "negative size",
            file_with_view(-4, 0, &[1], &[1]),
            &["storage size -4; expected 0 or more"],
        ),
        (
            "size of 2^62",
            file_with_view(1 << 62, 0, &[4], &[1]),
            &["tensor `w`", "4611686018427387904", "16 bytes"],
        ),
        (
            "key of another folder",
            file_with(view(
                storage("FloatStorage", "../version", 1),
                0,
                &[0],
                &[1],
            )),
            &["no entry `data/../version`"],
        ),
        (
            "key that is not there",
            file_with(view(storage("FloatStorage", "1", 4), 0, &[4], &[1])),
            &["no entry `data/1`"],
        ),
    ]);
}

#[test]
fn views_that_leave_their_storage_are_refused() {
    let tensor_of = |arguments: &[Vec<u8>]| {
        file_with(call(
            global("torch._utils", "_rebuild_tensor_v2"),
            arguments,
        ))
    };
    let complete = |hooks: Vec<u8>, metadata: Vec<u8>| {
        let ints = tuple(&[int(1)]);
        tensor_of(&[
            storage("FloatStorage", "0", 4),
            int(0),
            ints.clone(),
            ints,
            b"\x89".to_vec(),
            hooks,
            metadata,
        ])
    };
    let many = [0i64; 17];
    assert_refused(vec![
        (
            "too large",
            file_with_view(4, 0, &[5], &[1]),
            &["tensor `w`", "shape [5]", "storage of 4 numbers"],
        ),
        (
            "offset",
            file_with_view(4, 1, &[4], &[1]),
            &["offset 1", "reach past the end"],
        ),
        (
            "stride",
            file_with_view(4, 0, &[2, 2], &[3, 1]),
            &["strides [3, 1]", "reach past the end"],
        ),
        (
            "negative shape",
            file_with_view(4, 0, &[-1], &[1]),
            &["size -1; expected 0 or more"],
        ),
        (
            "negative stride",
            file_with_view(4, 3, &[2], &[-1]),
            &["stride -1; expected 0 or more"],
        ),
        (
            "negative offset",
            file_with_view(4, -1, &[2], &[1]),
            &["offset -1; expected 0 or more"],
        ),
        (
            "shape that overflows",
            file_with_view(4, 0, &[1 << 32, 1 << 32], &[0, 0]),
            &["too large"],
        ),
        (
            "stride that overflows",
            file_with_view(4, 0, &[4], &[i64::MAX]),
            &["reach past the end"],
        ),
        (
            "offset that overflows",
            file_with_view(4, i64::MAX, &[4], &[i64::MAX]),
            &["reach past the end"],
        ),
        (
            "expanded to 2^40",
            file_with_view(4, 0, &[1 << 40], &[0]),
            &[
                "tensor `w`",
                "more than the file has bytes",
                ".contiguous()",
            ],
        ),
        (
            "more sizes than strides",
            file_with_view(4, 0, &[1, 1], &[1]),
            &["2 sizes and 1 strides"],
        ),
        (
            "17 dimensions",
            file_with_view(4, 0, &many, &many),
            &["more than 16 dimensions"],
        ),
        ("no arguments", tensor_of(&[]), &["without storage"]),
        (
            "size that is a list",
            tensor_of(&[storage("FloatStorage", "0", 4), int(0), b"]".to_vec()]),
            &["without storage"],
        ),
        (
            "hooks",
            complete(dict(&[("f", int(1))]), dict(&[])),
            &["hooks"],
        ),
        (
            "conjugate",
            complete(dict(&[]), dict(&[("conj", b"\x88".to_vec())])),
            &["conjugate"],
        ),
    ]);
}

/// A file of 2,001 names for one tensor of this shape, in which each name takes eleven bytes.
fn tied(size: &[i64], stride: &[i64]) -> Vec<u8> {
    let tensor = view(storage("FloatStorage", "0", 4), 0, size, stride);
    // BINPUT 0 remembers the tensor, BINGET 0 repeats it.
    let mut items = vec![("first".to_owned(), [tensor, b"q\0".to_vec()].concat())];
    items.extend((0..2_000).map(|n| (format!("{n:04}"), b"h\0".to_vec())));
    let items: Vec<_> = items
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    torch_file(&pickle(&dict(&items)))
}

#[test]
fn a_small_file_cannot_name_one_tensor_without_end() {
    assert!(parse(&tied(&[4], &[1])).is_ok());
    let words = &["more than the file has bytes", ".contiguous()"];
    assert_refused(vec![(
        "tied tensors of 40 numbers",
        tied(&[10, 4], &[0, 1]),
        words,
    )]);
}
