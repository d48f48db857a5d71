//! No input makes the loader panic: valid files with bytes deleted, inserted, replaced, and
//! values swapped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use std::{fs, path::Path};

const FILES: [&str; 4] = ["quickstart", "all_axes", "imported", "numbers"];
const PIECES: [&str; 24] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "=",
    ".",
    ",",
    "\n",
    "\r",
    "\t",
    "\0",
    "#",
    "-1",
    "1e400",
    "nan",
    "99999999999999999999",
    "true",
    "2026-11-24",
    "[[]]",
    "数",
    "\"\"\"",
    "sweep",
];

#[derive(Debug, Clone)]
enum Mutation {
    Delete(usize, usize),
    Insert(usize, usize),
    SwapLines(usize, usize),
    ReplaceValue(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<usize>(), 1..20_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (any::<usize>(), any::<usize>()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Mutation::SwapLines(a, b)),
        (any::<usize>(), any::<usize>())
            .prop_map(|(line, piece)| Mutation::ReplaceValue(line, piece)),
    ]
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    if text.is_empty() {
        return text.to_owned();
    }
    let mut lines: Vec<_> = text.split('\n').map(str::to_owned).collect();
    let count = lines.len();
    match *mutation {
        Mutation::Delete(at, length) => {
            let at = at % text.len();
            let kept = |(i, c): (usize, char)| (i < at || i >= at + length).then_some(c);
            return text.char_indices().filter_map(kept).collect();
        }
        Mutation::Insert(at, piece) => {
            let at = text.floor_char_boundary(at % text.len());
            return format!(
                "{}{}{}",
                &text[..at],
                PIECES[piece % PIECES.len()],
                &text[at..]
            );
        }
        Mutation::SwapLines(a, b) => lines.swap(a % count, b % count),
        Mutation::ReplaceValue(line, piece) => {
            let line = &mut lines[line % count];
            if let Some((key, _)) = line.split_once('=') {
                *line = format!("{key}= {}", PIECES[piece % PIECES.len()]);
            }
        }
    }
    lines.join("\n")
}

fn survives(text: &str, overrides: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workflow.toml");
    fs::write(&file, text).unwrap();
    match hrm_workflow::load(&file, overrides) {
        Ok(workflow) => assert!(workflow.stages.len() <= hrm_workflow::INSTANCES_MAX),
        Err(error) => {
            assert!(error.count() > 0);
            assert!(error.render(false).starts_with("error: "));
            assert!(error.render(true).len() > 7);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files(file in 0..FILES.len(), mutations in prop::collection::vec(mutation(), 1..6)) {
        let path = format!("tests/valid/{}.toml", FILES[file]);
        let text = fs::read_to_string(Path::new(&path)).unwrap();
        survives(&mutations.iter().fold(text, |text, mutation| mutate(&text, mutation)), &[]);
    }

    #[test]
    fn any_override(text in "[a-z.\"=\\[\\]{} 0-9\n#é-]{0,24}", known in prop_oneof![Just(""), Just("train."), Just("train.hrm."), Just("dataset.sudoku.")]) {
        let workflow = fs::read_to_string("tests/valid/quickstart.toml").unwrap();
        survives(&workflow, &[format!("{known}{text}")]);
    }

    #[test]
    fn any_text(text in any::<String>()) {
        survives(&text, &[]);
    }
}
