//! Damaged pickles, in containers without fault.

mod common;

use common::assert_refused;
use common::container::torch_file;
use common::pickle::pickle;

/// A file whose pickle has these opcodes between PROTO and STOP.
fn file(opcodes: &[u8]) -> Vec<u8> {
    torch_file(&pickle(opcodes))
}

#[test]
fn damaged_pickles_are_refused() {
    let million = |opcodes: &[u8]| opcodes.repeat(1_000_000);
    assert_refused(vec![
        ("no pickle", torch_file(b""), &["byte 0", "without STOP"]),
        ("no PROTO", torch_file(b"}."), &["byte 0", "PROTO"]),
        ("PROTO twice", file(b"\x80\x02"), &["byte 2", "PROTO"]),
        ("protocol 255", torch_file(b"\x80\xff}."), &["protocol 255"]),
        ("protocol 0", torch_file(b"\x80\x00}."), &["protocol 0"]),
        (
            "no STOP",
            torch_file(b"\x80\x02}"),
            &["byte 3", "without STOP"],
        ),
        (
            "STOP with an empty stack",
            torch_file(b"\x80\x02."),
            &["byte 2", "stack is empty"],
        ),
        (
            "STOP within a list",
            file(b"}("),
            &["byte 4", "stack is empty"],
        ),
        (
            "STOP with values left",
            file(b"}}"),
            &["1 values or marks unused"],
        ),
        (
            "bytes after STOP",
            torch_file(b"\x80\x02}.}}"),
            &["2 bytes follow"],
        ),
        (
            "not an opcode",
            file(b"\xff"),
            &["byte 2", "0xff is not an opcode"],
        ),
        (
            "a million marks",
            file(&million(b"(")),
            &["more than 1000 containers"],
        ),
        (
            "a million values",
            file(&million(b"N")),
            &["more than 100000 values"],
        ),
        (
            "a million dicts in one list",
            file(&[b"]".to_vec(), million(b"}a")].concat()),
            &["1000000 opcodes"],
        ),
        (
            "100,000 tuples in each other",
            file(&[b")".to_vec(), b"\x85".repeat(100_000)].concat()),
            &["the file holds a tuple"],
        ),
        (
            "memo position 2^31",
            file(b"}r\0\0\0\x80"),
            &["memo position 2147483648", "free one is 0"],
        ),
        (
            "memo position not taken",
            file(b"}q\0h\x05"),
            &["memo position 5, which is not taken"],
        ),
        ("MEMOIZE of nothing", file(b"\x94"), &["stack is empty"]),
        (
            "a text of 4 GiB",
            file(b"X\xff\xff\xff\xff"),
            &["4294967295 bytes", "at most 65536"],
        ),
        (
            "a text cut short",
            file(b"X\x10\0\0\0abc"),
            &["ends within"],
        ),
        (
            "a text not in UTF-8",
            file(b"X\x02\0\0\0\xff\xfe"),
            &["UTF-8"],
        ),
        (
            "LONG1 of 255 bytes",
            file(&[b"\x8a\xff".to_vec(), vec![1; 255]].concat()),
            &["integer of 255 bytes"],
        ),
        ("LONG4", file(b"\x8b\xff\xff\xff\x7f"), &["opcode LONG4"]),
        (
            "a frame of 2^63 bytes",
            file(b"\x95\0\0\0\0\0\0\0\x80"),
            &["frame of 9223372036854775808 bytes"],
        ),
        ("SETITEM on a list", file(b"]NNs"), &["SETITEM on a list"]),
        ("SETITEMS without a value", file(b"}(Nu"), &["no value"]),
        ("SETITEMS without a mark", file(b"}NNu"), &["needs a MARK"]),
        ("APPEND on a dict", file(b"}Na"), &["APPEND on a dict"]),
        (
            "TUPLE3 across a mark",
            file(b"NN(N\x87"),
            &["stack is empty"],
        ),
    ]);
}
