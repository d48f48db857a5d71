//! Safetensors files with every defect.
#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::assert_refused;
use hrm_checkpoint::parse;

/// A file of this header and so many bytes of data.
fn file(header: &str, data: usize) -> Vec<u8> {
    let len = u64::try_from(header.len()).unwrap();
    [&len.to_le_bytes()[..], header.as_bytes(), &vec![0; data]].concat()
}

/// A file of one tensor `w`.
fn one(dtype: &str, shape: &str, offsets: &str, data: usize) -> Vec<u8> {
    file(
        &format!(r#"{{"w":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}}}"#),
        data,
    )
}

fn with_len(len: u64) -> Vec<u8> {
    let mut file = one("F32", "[1]", "[0,4]", 4);
    file[..8].copy_from_slice(&len.to_le_bytes());
    file
}

#[test]
fn the_unchanged_file_is_read() {
    assert!(parse(&one("F32", "[1]", "[0,4]", 4)).is_ok());
}

#[test]
fn damaged_files_are_refused() {
    const A: &str = r#""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    const B: &str = r#""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#;
    let two = |second: &str| file(&format!("{{{A},{second}}}"), 8);
    let nested = format!("{{\"w\":{}", "[".repeat(100_000));
    let escaped = A.replace("\"a\"", r#""\u0061""#);
    assert_refused(vec![
        (
            "header of 2^64 - 1 bytes",
            with_len(u64::MAX),
            &["safetensors", "header too large"],
        ),
        (
            "header larger than the file",
            with_len(1000),
            &["invalid header length"],
        ),
        ("header cut short", with_len(20), &["invalid JSON"]),
        ("not JSON", file("{this is not JSON", 4), &["invalid JSON"]),
        (
            "not UTF-8",
            [&2u64.to_le_bytes()[..], b"{\xff"].concat(),
            &["UTF-8"],
        ),
        ("nested without end", file(&nested, 0), &["invalid JSON"]),
        ("no tensors", file("{}", 0), &["no tensors"]),
        (
            "metadata alone",
            file(r#"{"__metadata__":{"format":"pt"}}"#, 0),
            &["no tensors"],
        ),
        (
            "data without a tensor",
            file("{}", 4),
            &["not fully covered"],
        ),
        (
            "one name twice",
            two(&B.replace("\"b\"", "\"a\"")),
            &["two tensors are named `a`"],
        ),
        (
            "one name twice, same data",
            file(&format!("{{{A},{A}}}"), 4),
            &["two tensors are named `a`"],
        ),
        (
            "one name twice, escaped",
            file(&format!("{{{A},{escaped}}}"), 4),
            &["two tensors are named `a`"],
        ),
        (
            "overlapping",
            two(&B.replace("[4,8]", "[2,6]")),
            &["invalid offset", "`b`"],
        ),
        (
            "a hole",
            two(&B.replace("[4,8]", "[5,9]")),
            &["invalid offset", "`b`"],
        ),
        (
            "backward",
            one("F32", "[1]", "[4,0]", 4),
            &["invalid offset", "`w`"],
        ),
        (
            "data cut short",
            one("F32", "[1]", "[0,4]", 3),
            &["not fully covered"],
        ),
        (
            "data too long",
            one("F32", "[1]", "[0,4]", 5),
            &["not fully covered"],
        ),
        (
            "shape and data differ",
            one("F32", "[2]", "[0,4]", 4),
            &["invalid shape"],
        ),
        (
            "shape overflows",
            one("F32", "[4294967296,4294967296]", "[0,4]", 4),
            &["overflow"],
        ),
        (
            "size overflows",
            one("F32", "[4611686018427387904]", "[0,4]", 4),
            &["overflow"],
        ),
        (
            "negative size",
            one("F32", "[-1]", "[0,4]", 4),
            &["invalid JSON", "-1"],
        ),
        (
            "offset beyond 2^64",
            one("F32", "[1]", "[0,99999999999999999999]", 4),
            &["invalid JSON"],
        ),
        (
            "unknown number format",
            one("F99", "[1]", "[0,4]", 4),
            &["invalid JSON", "F99"],
        ),
        (
            "8-bit floats",
            one("F8_E4M3", "[4]", "[0,4]", 4),
            &["tensor `w`", "F8_E4M3", "not read"],
        ),
        (
            "unsigned 64-bit integers",
            one("U64", "[1]", "[0,8]", 8),
            &["tensor `w`", "U64"],
        ),
        (
            "17 dimensions",
            one("F32", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]", 4),
            &["tensor `w`", "more than 16 dimensions"],
        ),
        (
            "no shape",
            file(r#"{"w":{"dtype":"F32","data_offsets":[0,4]}}"#, 4),
            &["invalid JSON", "shape"],
        ),
    ]);
}
