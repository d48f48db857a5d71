//! Tests of reading and writing single arrays.

use super::*;

/// A `.npy` file of format 1.0 with this header text and data.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn header(descr: &str, shape: &str) -> String {
    format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n")
}

fn read(bytes: &[u8]) -> Result<(Vec<usize>, Vec<i64>), String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("array.npy");
    std::fs::write(&path, bytes).unwrap();
    let array = ArrayReader::open(&path).map_err(|error| error.to_string())?;
    let shape = array.shape().to_vec();
    array
        .read(Ok)
        .map(|values| (shape, values))
        .map_err(|error| error.to_string())
}

#[test]
fn the_header_is_numpys_to_the_byte() {
    // numpy.save(f, numpy.zeros(3, '<i4')), the first 128 bytes.
    let mut expected =
        b"\x93NUMPY\x01\x00v\x00{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }".to_vec();
    expected.resize(127, b' ');
    expected.push(b'\n');
    assert_eq!(header_bytes("<i4", "(3,)"), expected);
}

#[test]
fn every_integer_type_is_read() {
    let cases: [(&str, &[u8], i64); 11] = [
        ("|u1", &[200], 200),
        ("|i1", &[200], -56),
        ("<i2", &[0xfe, 0xff], -2),
        (">i2", &[0xff, 0xfe], -2),
        ("<u2", &[0xfe, 0xff], 0xfffe),
        ("<i4", &[1, 2, 0, 0], 513),
        (">i4", &[0, 0, 2, 1], 513),
        ("<u4", &[255, 255, 255, 255], 0xffff_ffff),
        ("<i8", &[0xff; 8], -1),
        (">i8", &[0, 0, 0, 0, 0, 0, 0, 7], 7),
        ("<u8", &[7, 0, 0, 0, 0, 0, 0, 0], 7),
    ];
    for (descr, data, value) in cases {
        assert_eq!(
            read(&file(&header(descr, "(1,)"), data)),
            Ok((vec![1], vec![value])),
            "{descr}"
        );
    }
}

#[test]
fn every_float_type_is_read_as_a_number() {
    let cases: [(&str, &[u8], f64); 6] = [
        ("<f2", &[0x00, 0xc1], -2.5),
        (">f2", &[0xc1, 0x00], -2.5),
        ("<f4", &2.625f32.to_le_bytes(), 2.625),
        (">f4", &2.625f32.to_be_bytes(), 2.625),
        ("<f8", &0.1f64.to_le_bytes(), 0.1),
        (">f8", &0.1f64.to_be_bytes(), 0.1),
    ];
    for (descr, data, value) in cases {
        let bytes = file(&header(descr, "(1, 1)"), data);
        let array = ArrayReader::from_bytes(Path::new("array.npy"), &bytes).unwrap();
        assert_eq!(array.shape(), [1, 1]);
        let numbers = array.read_numbers(Ok).unwrap();
        assert_eq!(numbers, [Number::Float(value)], "{descr}");
    }
    let bytes = file(&header("<f16", "(1,)"), &[0; 16]);
    let error = ArrayReader::from_bytes(Path::new("array.npy"), &bytes).err();
    assert!(
        error
            .unwrap()
            .to_string()
            .contains("`<f16` is not a number type")
    );
}

#[test]
fn floats_are_written_as_numpy_does() {
    let mut bytes = Vec::new();
    write_f32_to(&mut bytes, &[1.5, f32::NEG_INFINITY]).unwrap();
    let mut expected = header_bytes("<f4", "(2,)");
    expected.extend(1.5f32.to_le_bytes());
    expected.extend(f32::NEG_INFINITY.to_le_bytes());
    assert_eq!(bytes, expected);
}

#[test]
fn other_spellings_of_the_header_are_read() {
    let cases = [
        "{'shape': (2,1), 'fortran_order': False, 'descr': '|u1'}",
        "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (2, 1,)}   \n",
    ];
    for text in cases {
        assert_eq!(
            read(&file(text, &[4, 5])),
            Ok((vec![2, 1], vec![4, 5])),
            "{text}"
        );
    }
    assert_eq!(
        read(&file(&header("|u1", "()"), &[4])),
        Ok((vec![], vec![4]))
    );
    let mut version_2 = b"\x93NUMPY\x02\x00".to_vec();
    let text = header("|u1", "(1,)");
    version_2.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
    version_2.extend(text.as_bytes());
    version_2.push(9);
    assert_eq!(read(&version_2), Ok((vec![1], vec![9])));
}

#[test]
fn malformed_files_are_refused_with_the_reason() {
    let huge = header("<i8", "(9223372036854775807, 9223372036854775807)");
    let beyond = header("<i8", "(99999999999999999999999,)");
    let nested = format!("{{'descr': {}1{}, }}", "(".repeat(2000), ")".repeat(2000));
    let fortran = header("<i4", "(1,)").replace("False", "True");
    let mut long_header = b"\x93NUMPY\x02\x00".to_vec();
    long_header.extend([0xff; 4]);
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "it ends inside its header"),
        (
            b"PK\x03\x04 not an array at all".to_vec(),
            "does not start with NumPy's mark",
        ),
        (
            b"\x93NUMPY\x09\x00\x00\x00".to_vec(),
            "version 9 is not supported",
        ),
        (
            b"\x93NUMPY\x01\x00\x76\x00{'descr'".to_vec(),
            "it ends inside its header",
        ),
        (long_header, "a header of 4294967295 bytes"),
        (
            file(&header("|O", "(1,)"), &[0]),
            "dtype `|O` is not a number type",
        ),
        (
            file(&header("<f4", "(1,)"), &[0; 4]),
            "dtype `<f4` is not an integer type",
        ),
        (
            file(&header("|b1", "(1,)"), &[1]),
            "dtype `|b1` is not a number type",
        ),
        (
            file(&header("|i4", "(1,)"), &[0; 4]),
            "dtype `|i4` is not a number type",
        ),
        (file(&header("é4", "(1,)"), &[0; 4]), "is not a number type"),
        (
            file(
                "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }",
                &[0; 4],
            ),
            "not a number type",
        ),
        (file(&fortran, &[0; 4]), "Fortran order"),
        (
            file(&header("<i4", "(2,)"), &[0; 7]),
            "7 bytes of data do not match the shape [2]",
        ),
        (
            file(&header("<i4", "(2,)"), &[0; 9]),
            "9 bytes of data do not match",
        ),
        (file(&huge, &[0; 8]), "do not match the shape"),
        (file(&beyond, &[0; 8]), "is not understood"),
        (file(&header("<i4", "(-1,)"), &[0; 4]), "is not understood"),
        (file(&header("<i4", "2"), &[0; 8]), "is not understood"),
        (
            file("{'descr': '<i4', 'shape': (1,), }", &[0; 4]),
            "is not understood",
        ),
        (file("{}", &[]), "is not understood"),
        (file("{'descr'", &[]), "is not understood"),
        (file("{'shape': (1", &[]), "is not understood"),
        (file(&nested, &[]), "not a number type"),
        (
            file(&header("<u8", "(1,)"), &[255; 8]),
            "element 0: a value is too large",
        ),
    ];
    for (bytes, expected) in cases {
        let error = read(&bytes).unwrap_err();
        assert!(
            error.contains(expected),
            "expected `{expected}` in `{error}`"
        );
        assert!(error.contains("array.npy"), "{error}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        text in "[{}()',: 0-9a-z<>|_TF]{0,80}",
        data in proptest::collection::vec(proptest::num::u8::ANY, 0..20),
    ) {
        let _ = read(&file(&format!("{{{text}}}"), &data));
        let _ = read(&data);
    }
}
