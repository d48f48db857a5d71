//! Pickles whose value is not a dict of tensors.

mod common;

use common::assert_refused;
use common::container::torch_file;
use common::pickle::{call, dict, global, int, pickle, storage, tensor};

/// A file whose pickle has this value.
fn file(value: &[u8]) -> Vec<u8> {
    torch_file(&pickle(value))
}

#[test]
fn values_without_a_state_dict_are_refused() {
    let numbers = call(global("collections", "OrderedDict"), &[]);
    let state = || dict(&[("w", tensor())]);
    assert_refused(vec![
        (
            "a tensor",
            file(&tensor()),
            &["holds a tensor", "expected a dict of tensors"],
        ),
        ("a list", file(b"](NNe"), &["holds a list"]),
        ("None", file(b"N"), &["holds None"]),
        ("an empty dict", file(&numbers), &["no tensors"]),
        (
            "scalars alone",
            file(&dict(&[("step", int(3))])),
            &["no tensors"],
        ),
        (
            "tensors in a list",
            file(&dict(&[("w", tensor()), ("ema", b"]".to_vec())])),
            &["a list under `ema`"],
        ),
        (
            "a dict beside tensors",
            file(&dict(&[("w", tensor()), ("more", state())])),
            &["a dict under `more`"],
        ),
        (
            "two dicts",
            file(&dict(&[("a", state()), ("b", state())])),
            &["a dict under `a`"],
        ),
        (
            "two known dicts",
            file(&dict(&[("model", state()), ("state_dict", state())])),
            &["more than one dict under `model` and `state_dict`"],
        ),
        (
            "three levels",
            file(&dict(&[("model", dict(&[("net", state())]))])),
            &["a dict under `net`"],
        ),
        (
            "a tensor under a number",
            file(&[b"}".to_vec(), int(1), tensor(), b"s".to_vec()].concat()),
            &["a tensor under an integer"],
        ),
        (
            "one name twice",
            file(&dict(&[("w", tensor()), ("w", tensor())])),
            &["`w`", "once"],
        ),
        (
            "a bare storage",
            file(&dict(&[("w", storage("FloatStorage", "0", 4))])),
            &["a storage under `w`"],
        ),
        (
            "a dict in itself",
            file(b"}q\0X\x01\0\0\0ah\0s"),
            &["a dict under `a`"],
        ),
    ]);
}
