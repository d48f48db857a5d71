//! Pickles that ask for code to be run, in containers without fault.

mod common;

use common::container::torch_file;
use common::pickle::{call, dict, global, int, pickle, tensor, text, tuple};
use common::{HostileFile, assert_refused};

/// A file whose pickle has this value.
fn file(value: &[u8]) -> Vec<u8> {
    torch_file(&pickle(value))
}

/// Opcodes that would make an instance of a type.
fn instance(opcode: &[u8]) -> Vec<u8> {
    [&global("collections", "OrderedDict"), &b")"[..], opcode].concat()
}

#[test]
fn code_is_named_and_never_run() {
    let system = call(global("os", "system"), &[text("echo owned")]);
    let eval = call(global("builtins", "eval"), &[text("1+1")]);
    let stack_global = [
        b"\x8c\x05posix\x8c\x06system\x93".to_vec(),
        tuple(&[text("id")]),
        b"R".to_vec(),
    ]
    .concat();
    let files: Vec<HostileFile> = vec![
        (
            "os.system",
            file(&system),
            &["byte 2:", "asks for `os.system`", "only tensors"],
        ),
        ("builtins.eval", file(&eval), &["`builtins.eval`"]),
        (
            "posix.system",
            file(&stack_global),
            &["byte 17:", "`posix.system`"],
        ),
        (
            "within a dict",
            file(&dict(&[("w", system.clone())])),
            &["`os.system`"],
        ),
        (
            "getattr of torch",
            file(&global("torch", "load")),
            &["`torch.load`"],
        ),
        (
            "another rebuild",
            file(&global("torch._utils", "_rebuild_sparse_tensor")),
            &["_rebuild_sparse_tensor`"],
        ),
        (
            "dotted name",
            file(&global("collections", "OrderedDict.fromkeys")),
            &["OrderedDict.fromkeys`"],
        ),
        (
            "long name",
            file(&global("os", &"x".repeat(10_000))),
            &["no end of line"],
        ),
        (
            "STACK_GLOBAL of numbers",
            file(b"K\x01K\x02\x93"),
            &["STACK_GLOBAL of an integer"],
        ),
        ("INST", file(b"(ios\nsystem\n"), &["byte 3:", "opcode INST"]),
        ("OBJ", file(b"(o"), &["opcode OBJ"]),
        ("NEWOBJ", file(&instance(b"\x81")), &["opcode NEWOBJ"]),
        (
            "NEWOBJ_EX",
            file(&instance(b"}\x92")),
            &["opcode NEWOBJ_EX"],
        ),
        ("EXT1", file(b"\x82\x01"), &["opcode EXT1"]),
        ("PERSID", file(b"Pstorage\n"), &["opcode PERSID"]),
        (
            "call of a storage type",
            file(&call(global("torch", "FloatStorage"), &[int(9)])),
            &["call of a type"],
        ),
        (
            "call of a dict",
            file(b"})R"),
            &["call of a dict with a tuple"],
        ),
        (
            "call with a list",
            file(&[global("collections", "OrderedDict"), b"]R".to_vec()].concat()),
            &["with a list"],
        ),
        (
            "OrderedDict of items",
            file(&call(
                global("collections", "OrderedDict"),
                &[b"]".to_vec()],
            )),
            &["`OrderedDict` with arguments"],
        ),
        (
            "BUILD of a method",
            file(
                &[
                    b"}".to_vec(),
                    dict(&[("__reduce__", int(1))]),
                    b"b".to_vec(),
                ]
                .concat(),
            ),
            &["`__reduce__`"],
        ),
        (
            "BUILD of a tensor",
            file(&[tensor(), dict(&[]), b"b".to_vec()].concat()),
            &["BUILD of a tensor"],
        ),
        (
            "BUILD with a tuple",
            file(b"})b"),
            &["BUILD of a dict with a tuple"],
        ),
    ];
    assert_refused(files);
}
