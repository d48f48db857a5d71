//! The published builders' and scorers' answers to small questions.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

use hrm_arc::tokens::{Offset, SEQ_LEN, Tokens, crop, encode};
use hrm_arc::{Augmentation, Convention, Dihedral, Grid, Pair, SIDE_MAX, grid_hash, puzzle_hash};
use serde_json::{Value, from_str, from_value, json, to_value};

fn vectors() -> Value {
    from_str(include_str!("published_vectors.json")).unwrap()
}

fn grid(value: &Value) -> Grid {
    from_value(value.clone()).unwrap()
}

fn pair(input: &Value, output: &Value) -> Pair {
    Pair {
        input: grid(input),
        output: grid(output),
    }
}

/// Row, column and token of every cell that is not padding.
fn marks(tokens: &Tokens) -> Value {
    let marked = (0..SEQ_LEN).filter(|&cell| tokens[cell] != 0);
    marked
        .map(|cell| json!([cell / SIDE_MAX, cell % SIDE_MAX, tokens[cell]]))
        .collect()
}

fn from_marks(marks: &Value) -> Tokens {
    let mut tokens = [0; SEQ_LEN];
    let marks: Vec<[usize; 3]> = from_value(marks.clone()).unwrap();
    for [row, col, token] in marks {
        tokens[row * SIDE_MAX + col] = token as u8;
    }
    tokens
}

#[test]
fn transforms() {
    let vectors = vectors();
    let original = grid(&vectors["dihedral_input"]);
    for dihedral in Dihedral::ALL {
        let number = usize::from(dihedral.number());
        let image = dihedral.apply(&original);
        assert_eq!(
            to_value(&image).unwrap(),
            vectors["dihedral"][number.to_string()]
        );
        let inverse = dihedral.inverse();
        assert_eq!(inverse.number(), vectors["dihedral_inverse_ids"][number]);
        assert_eq!(inverse.apply(&image), original);
    }
}

#[test]
fn augmentation_and_its_name() {
    let aug = &vectors()["aug"];
    let name = aug["name"].as_str().unwrap();
    let (task, augmentation) = Convention::Trm.parse_name(name).unwrap();
    assert_eq!(Convention::Trm.puzzle_name(task, &augmentation), name);
    let image = augmentation.apply(&grid(&aug["in"]));
    assert_eq!(image, grid(&aug["out"]));
    let restored = augmentation.inverse().apply(&image);
    assert_eq!(restored, grid(&aug["inverse_roundtrip"]));
}

#[test]
fn hashes() {
    let vectors = vectors();
    let hash = &vectors["grid_hash_trm"];
    assert_eq!(grid_hash(&grid(&hash["grid"])).to_string(), hash["sha256"]);
    let hash = &vectors["puzzle_hash"];
    let pairs = hash["pairs"].as_array().unwrap();
    let pairs: Vec<Pair> = pairs
        .iter()
        .map(|sides| pair(&sides[0], &sides[1]))
        .collect();
    assert_eq!(puzzle_hash(&pairs).to_string(), hash["sha256"]);
    assert_eq!(puzzle_hash(pairs.iter().rev()).to_string(), hash["sha256"]);
}

#[test]
fn token_squares() {
    let vectors = vectors();
    let pair = pair(
        &vectors["encode_no_translation"]["in"],
        &vectors["encode_no_translation"]["out"],
    );
    let cases = [
        ("encode_no_translation", Offset::default()),
        ("encode_translate_r5_c7", Offset { rows: 5, cols: 7 }),
    ];
    for (case, offset) in cases {
        let sides = [
            (&pair.input, "in_nonzero_rc_tok"),
            (&pair.output, "out_nonzero_rc_tok"),
        ];
        for (grid, expected) in sides {
            let mut tokens = [9; SEQ_LEN];
            encode(grid, &Augmentation::IDENTITY, offset, &mut tokens);
            assert_eq!(marks(&tokens), vectors[case][expected], "{case} {expected}");
        }
    }
    let full = Grid::new(SIDE_MAX, SIDE_MAX, vec![3; SEQ_LEN]).unwrap();
    let mut tokens = [0; SEQ_LEN];
    encode(
        &full,
        &Augmentation::IDENTITY,
        Offset::default(),
        &mut tokens,
    );
    assert_eq!(tokens, [5; SEQ_LEN]);
    assert_eq!(crop(&tokens), full);
}

#[test]
fn crops() {
    for case in vectors()["crop"].as_array().unwrap() {
        let cropped = crop(&from_marks(&case["nonzero_rc_tok"]));
        assert_eq!(
            to_value(&cropped).unwrap(),
            case["crop"],
            "{}",
            case["desc"]
        );
        let shape = json!([cropped.rows(), cropped.cols()]);
        assert_eq!(shape, case["shape"], "{}", case["desc"]);
    }
}
