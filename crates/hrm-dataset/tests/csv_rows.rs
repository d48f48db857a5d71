//! What is said about bad rows and unusable CSV files.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::build;
use common::csv_files::{Files, HEADER};
use serde_json::json;

#[test]
fn bad_rows_are_named_with_their_line() {
    let good = Files::new();
    let third = good.train.lines().nth(3).unwrap().to_owned();
    let cells: Vec<_> = third.split(',').collect();
    let (question, answer) = (cells[1], cells[2]);
    let swapped: String = answer.chars().rev().collect();
    let cases = [
        (
            format!("x,{}.,{answer},0", question),
            "line 4: the question is not a grid: a 4×4 grid has 16 cells, found 17",
        ),
        (
            format!("x,{question},{answer}1,0"),
            "line 4: the answer is not a grid",
        ),
        (
            format!("x,{},{answer},0", question.replace('.', "x")),
            "line 4: the question is not a grid: row",
        ),
        (
            format!("x,{question},{},0", answer.replace('1', "7")),
            "line 4: the answer is not a grid",
        ),
        (
            format!(
                "x,{question},{},0",
                if swapped == answer {
                    "1".repeat(16)
                } else {
                    swapped
                }
            ),
            "line 4: the answer does not solve the question",
        ),
        (
            format!("x,{},{answer},0", ".".repeat(16)),
            "line 4: the question has more than one solution",
        ),
        (format!("x,,{answer},0"), "line 4: `question` is empty"),
        (format!("x,{question},,0"), "line 4: `answer` is empty"),
        (format!("x,{question}"), "line 4: `answer` is empty"),
        (String::new(), "line 4: `question` is empty"),
        (
            format!("x,{question},{answer},hard"),
            "line 4: rating `hard` is not a whole number",
        ),
        (
            format!("x,{question},{answer},-1"),
            "line 4: rating `-1` is not a whole number",
        ),
        (
            format!("x,{question},{answer},4294967295"),
            "is not a whole number",
        ),
        (format!("x,{question},{answer},1,2,3"), "train.csv"),
        (format!("x,{question},{answer},é\u{0}"), "line 4: rating"),
    ];
    for (line, expected) in cases {
        let mut files = Files::new();
        files.train = files.train.replacen(&third, &line, 1);
        files.write();
        let error = files.build(json!({})).unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains("train.csv"),
            "expected `{expected}` in `{error}`"
        );
    }
}

#[test]
fn further_bad_rows_are_counted() {
    let mut files = Files::new();
    let bad: Vec<String> = files.test.lines().map(str::to_owned).collect();
    for line in [2, 6, 9] {
        files.test = files.test.replacen(&bad[line], "x,y,z,0", 1);
    }
    files.write();
    let error = files.build(json!({})).unwrap_err().to_string();
    assert!(
        error.contains("line 3: ") && error.ends_with("(2 more rows of the file are bad too)"),
        "{error}"
    );
}

#[test]
fn unusable_files_are_explained() {
    let cases = [
        (json!({"train": "none.csv"}), "", "cannot read"),
        (json!({}), "", "train.csv"),
        (
            json!({}),
            "question,solution\n1,2\n",
            "no column `answer`; the columns are `question`, `solution`",
        ),
        (json!({}), "question,answer\n", "no rows that can be used"),
        (
            json!({}),
            "question,answer\n123,123\n",
            "line 2: the question has 3 characters, expected 16, 36 or 81",
        ),
        (
            json!({"puzzle": "maze"}),
            "question,answer\n123,123\n",
            "expected a square number such as 900",
        ),
        (
            json!({"min_rating": 1}),
            "question,answer\n1,2\n",
            "no column `rating`, which `min_rating` needs",
        ),
        (
            json!({"min_rating": 1}),
            "question,answer,rating\n1,2,\n",
            "line 2: `rating` is empty",
        ),
        (
            json!({"subsample": 3}),
            "question,answer\n1,2\n",
            "`subsample` is 3, but the usable rows are 1",
        ),
        (
            json!({"test_rows": 99}),
            HEADER,
            "`test_rows` is 99, but the usable rows are 10",
        ),
    ];
    for (extra, train, expected) in cases {
        let mut files = Files::new();
        files.train = train.to_owned();
        files.write();
        let error = files.build(extra).unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "expected `{expected}` in `{error}`"
        );
    }
    let error = Files::new()
        .build(json!({"validation": 30}))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("leaves nothing of 30 training rows"),
        "{error}"
    );
}

#[test]
fn maze_rows_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("test.csv"),
        "question,answer\nS  ## G  ,Soo##oGoo\n",
    )
    .unwrap();
    let question = "S G      ";
    let cases = [
        (
            "S G",
            "the answer is not a maze: a 3×3 maze has 9 cells, found 3",
        ),
        ("S GoXo   ", "the answer is not a maze: row 2, column 2"),
        ("S G      ", "not the question with one path"),
        ("SoGooo   ", "not the question with one path"),
        ("SoG     #", "not the question with one path"),
        ("S Gooo   ", "not a shortest one"),
    ];
    for (answer, expected) in cases {
        std::fs::write(
            dir.path().join("train.csv"),
            format!("question,answer\n{question},{answer}\n"),
        )
        .unwrap();
        let config = json!({"csv": {"puzzle": "maze", "train": "train.csv", "test": "test.csv"}});
        let error = build(config, dir.path()).unwrap_err().to_string();
        assert!(
            error.contains("line 2") && error.contains(expected),
            "expected `{expected}` in `{error}`"
        );
    }
    let write = |row: &str| {
        std::fs::write(
            dir.path().join("train.csv"),
            format!("question,answer\n{row}\n"),
        )
    };
    let config = json!({"csv": {"puzzle": "maze", "train": "train.csv", "test": "test.csv"}});
    write("SoG      ,SoG      ").unwrap();
    assert!(
        build(config.clone(), dir.path())
            .unwrap_err()
            .to_string()
            .contains("already has a path")
    );
    write("S G      ,SoG      ").unwrap();
    build(config, dir.path()).unwrap();
}

#[test]
fn what_is_not_csv_is_refused() {
    let good = Files::new().train;
    let cases: [(&str, Vec<u8>); 4] = [
        (
            "not well-formed CSV (invalid utf-8",
            b"question,answer\n\xff\xfe,\x80\n".to_vec(),
        ),
        (
            "not well-formed CSV (found more fields",
            (good.clone() + "a,b,c,d,e,f\n").into_bytes(),
        ),
        ("not well-formed CSV", (good + "a,\"b,c,d\n").into_bytes()),
        ("not well-formed CSV (no data", Vec::new()),
    ];
    for (expected, content) in cases {
        let files = Files::new();
        std::fs::write(files.dir.path().join("train.csv"), content).unwrap();
        let error = files.build(json!({})).unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains("train.csv"),
            "expected `{expected}` in `{error}`"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
