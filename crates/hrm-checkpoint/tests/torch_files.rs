//! Files of `torch.save` with every kind of tensor, and the values around state dicts.

mod common;

use common::container::torch_file;
use common::pickle::{call, dict, global, int, pickle, tensor, text};
use common::{data, values};
use hrm_checkpoint::NumberFormat::{self, *};
use hrm_checkpoint::{parse, read};

#[test]
fn every_kind_of_tensor_that_pytorch_saved_is_read() {
    let checkpoint = read(&data("kinds.pt")).unwrap();
    let eighths =
        |order: &[u8]| -> Vec<f32> { order.iter().map(|n| f32::from(*n) / 8.0).collect() };
    let count = |n: u8| -> Vec<f32> { (0..n).map(f32::from).collect() };
    let float64 = (0..12).map(|n| (f64::from(n) / 8.0 * 1.1) as f32).collect();
    let permuted = (0..4u8).flat_map(|k| (0..6).map(move |ij| f32::from(ij * 4 + k)));
    let expected: Vec<(&str, NumberFormat, &[usize], Vec<f32>)> = vec![
        (
            "bfloat16",
            Bf16,
            &[3, 4],
            eighths(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ),
        ("bool", Bool, &[3], vec![1.0, 0.0, 1.0]),
        ("empty", F32, &[0, 4], vec![]),
        ("every_other", F32, &[5], vec![-3.0, -1.0, 1.0, 3.0, 5.0]),
        ("expanded", F32, &[2, 3], vec![1.5, 1.5, 1.5, 2.5, 2.5, 2.5]),
        (
            "float16",
            F16,
            &[3, 4],
            eighths(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ),
        (
            "float32",
            F32,
            &[3, 4],
            eighths(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ),
        ("float64", F64, &[3, 4], float64),
        ("int16", I16, &[6], count(6)),
        ("int32", I32, &[6], count(6)),
        ("int64", I64, &[6], count(6)),
        ("int8", I8, &[6], count(6)),
        (
            "parameter",
            F32,
            &[3, 4],
            eighths(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ),
        ("permuted", F32, &[4, 2, 3], permuted.collect()),
        ("scalar", F32, &[], vec![2.25]),
        ("tail", F32, &[3], vec![4.0, 5.0, 6.0]),
        (
            "transposed",
            F32,
            &[4, 3],
            eighths(&[0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
        ),
        ("uint8", U8, &[6], count(6)),
    ];
    assert_eq!(checkpoint.tensors.len(), expected.len());
    for (name, format, shape, values) in expected {
        let tensor = &checkpoint.tensors[name];
        assert_eq!(
            (tensor.format, tensor.shape.as_slice()),
            (format, shape),
            "{name}"
        );
        assert_eq!(tensor.values, values, "{name}");
    }
}

#[test]
fn the_pickle_protocol_makes_no_difference() {
    let protocol_2 = read(&data("kinds.pt")).unwrap();
    assert_eq!(read(&data("kinds_protocol_4.pt")).unwrap(), protocol_2);
}

#[test]
fn the_model_is_taken_out_of_a_training_scripts_dict() {
    let checkpoint = read(&data("training.pt")).unwrap();
    let names: Vec<_> = checkpoint.tensors.keys().collect();
    assert_eq!(names, ["bias", "weight"]);
    assert_eq!(checkpoint.tensors["weight"].shape, [3, 2]);
}

#[test]
fn a_legacy_file_is_refused_with_the_cure() {
    let message = read(&data("legacy.pt")).unwrap_err().to_string();
    assert!(message.contains("before PyTorch 1.6"), "{message}");
    assert!(
        message.contains("torch.save(state_dict, path)"),
        "{message}"
    );
}

#[test]
fn the_state_dict_is_found_in_every_usual_place() {
    let state = || dict(&[("w", tensor())]);
    let ordered = [
        call(global("collections", "OrderedDict"), &[]),
        text("w"),
        tensor(),
        b"s".to_vec(),
    ]
    .concat();
    let with_metadata = [
        ordered.clone(),
        dict(&[("_metadata", dict(&[]))]),
        b"b".to_vec(),
    ]
    .concat();
    let parameter = call(
        global("torch._utils", "_rebuild_parameter"),
        &[tensor(), b"\x88".to_vec(), b"}".to_vec()],
    );
    let none = b"N".to_vec();
    let dtype = global("torch", "bfloat16");
    let list = b"](NN}e".to_vec();
    for (case, value) in [
        ("flat", state()),
        ("ordered", ordered),
        ("with versions of modules", with_metadata),
        ("of a parameter", dict(&[("w", parameter)])),
        (
            "beside scalars",
            dict(&[
                ("step", int(5)),
                ("w", tensor()),
                ("note", text("x")),
                ("best", none),
            ]),
        ),
        ("beside a dtype", dict(&[("w", tensor()), ("dtype", dtype)])),
        (
            "under model",
            dict(&[("model", state()), ("optimizer", dict(&[])), ("log", list)]),
        ),
        (
            "under state_dict",
            dict(&[
                ("epoch", int(1)),
                ("state_dict", state()),
                ("args", dict(&[])),
            ]),
        ),
        (
            "under any one name",
            dict(&[("epoch", int(1)), ("net", state())]),
        ),
    ] {
        let checkpoint = parse(&torch_file(&pickle(&value)));
        let values = values(checkpoint.unwrap_or_else(|error| panic!("{case}: {error}")));
        assert_eq!(values.len(), 1, "{case}");
        assert_eq!(values["w"], (vec![4], vec![1.0, 2.0, 3.0, 4.0]), "{case}");
    }
}

#[test]
fn a_tensor_under_two_names_is_read_twice() {
    // BINPUT 0 remembers the tensor, BINGET 0 repeats it.
    let tied = dict(&[
        ("a", [tensor(), b"q\0".to_vec()].concat()),
        ("b", b"h\0".to_vec()),
    ]);
    let values = values(parse(&torch_file(&pickle(&tied))).unwrap());
    assert_eq!(values["a"], values["b"]);
}

#[test]
fn bytes_after_the_container_change_nothing() {
    let file = std::fs::read(data("kinds.pt")).unwrap();
    let longer = [file.as_slice(), &[0; 100]].concat();
    assert_eq!(parse(&longer).unwrap(), parse(&file).unwrap());
}
