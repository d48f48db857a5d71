//! Task files: what is read, and what every kind of fault is called.

mod common;

use common::tasks::{colourful, pair, task};
use hrm_arc::{PairOrder, parse_kaggle, parse_task, parse_tasks};
use proptest::prelude::*;

const TASK: &str = r#"{"train": [{"input": [[1, 2], [3, 4]], "output": [[5]]}, {"input": [[0]], "output": [[6, 7]]}],
 "test": [{"input": [[8, 9]], "output": [[0], [1]]}]}"#;

#[test]
fn a_task_file_is_read() {
    let train = vec![pair(&["12", "34"], &["5"]), pair(&["0"], &["67"])];
    let expected = task("a", train, vec![pair(&["89"], &["0", "1"])]);
    assert_eq!(parse_task("a", TASK).unwrap(), expected);
    let many = format!(r#"{{"a": {TASK}}}"#);
    assert_eq!(parse_tasks(&many).unwrap(), [expected]);
}

#[test]
fn the_order_of_the_lists_and_the_files_own_name_are_kept() {
    let text = r#"{"test": [{"output": [[1]], "input": [[2]]}], "note": {"a": [1]},
        "train": [{"input": [[3]], "output": [[4]]}], "name": "own"}"#;
    let task = parse_task("file", text).unwrap();
    assert_eq!((task.name(), task.order()), ("own", PairOrder::TestFirst));
    assert_eq!(task.pairs().next(), task.test().first());
}

#[test]
fn challenges_and_solutions_are_joined_in_the_order_of_the_challenges() {
    let challenges = r#"{
        "b": {"test": [{"input": [[1]]}, {"input": [[2]]}], "train": [{"input": [[3]], "output": [[4]]}]},
        "a": {"train": [{"input": [[5]], "output": [[6]]}], "test": [{"input": [[7]]}]}}"#;
    let solutions = r#"{"a": [[[8]]], "b": [[[9]], [[0]]], "c": []}"#;
    let tasks = parse_kaggle(challenges, solutions).unwrap();
    let names: Vec<&str> = tasks.iter().map(|task| task.name()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(
        tasks[0].test(),
        [pair(&["1"], &["9"]), pair(&["2"], &["0"])]
    );
    assert_eq!(tasks[1].test(), [pair(&["7"], &["8"])]);
}

#[test]
fn faults_of_a_task_are_named_with_their_place() {
    let row_31 = vec!["0"; 31].join(",");
    let rows_31 = vec!["[0]"; 31].join(",");
    // What to change in the good task, and what is said then.
    let cases = [
        (
            "4]]",
            "10]]",
            "task `a`, train pair 1, input, row 2, column 2: invalid value: integer `10`, expected a colour: a whole number from 0 to 9",
        ),
        (
            "4]]",
            "-1]]",
            "task `a`, train pair 1, input, row 2, column 2: invalid type: integer `-1`, expected a colour",
        ),
        (
            "4]]",
            "4.0]]",
            "task `a`, train pair 1, input, row 2, column 2: invalid type: floating point `4.0`, expected a colour",
        ),
        (
            "4]]",
            "\"4\"]]",
            "task `a`, train pair 1, input, row 2, column 2: invalid type: string \"4\", expected a colour",
        ),
        (
            ", 4]]",
            "]]",
            "task `a`, train pair 1, input, row 2: a row of 1 cells below rows of 2: all rows of a grid have the same length",
        ),
        (
            "[[6, 7]]",
            "[[]]",
            "task `a`, train pair 2, output, row 1: a row has at least 1 cell",
        ),
        (
            "[[6, 7]]",
            "[]",
            "task `a`, train pair 2, output: invalid length 0, expected a grid: an array of 1 to 30 rows",
        ),
        (
            "[[6, 7]]",
            "7",
            "task `a`, train pair 2, output: invalid type: integer `7`, expected a grid",
        ),
        (
            "6, 7",
            &row_31,
            "task `a`, train pair 2, output, row 1: a row has at most 30 cells",
        ),
        (
            "[[6, 7]]",
            &format!("[{rows_31}]"),
            "task `a`, train pair 2, output, row 31: a grid has at most 30 rows",
        ),
        (
            "\"output\": [[0], [1]]",
            "\"solution\": 1",
            "task `a`, test pair 1: missing field `output`",
        ),
        (
            "\"output\": [[5]]",
            "\"output\": [[5]], \"input\": [[5]]",
            "task `a`, train pair 1: duplicate field `input`",
        ),
        ("\"test\"", "\"train\"", "task `a`: duplicate field `train`"),
        ("\"test\"", "\"exam\"", "task `a`: missing field `test`"),
        (
            "[{\"input\": [[8, 9]], \"output\": [[0], [1]]}]",
            "[]",
            "task `a`: `test` is empty: a task has at least one test pair",
        ),
        (
            "\"train\"",
            "\"name\": \"\", \"train\"",
            "task ``: `` cannot be a task's name",
        ),
        (
            "\"train\"",
            "\"name\": \"x|||t1\", \"train\"",
            "task `x|||t1`: `x|||t1` cannot be a task's name",
        ),
        (
            "[[0], [1]]}]}",
            "[[0], [1]]}]",
            "task `a`: EOF while parsing an object at line 2",
        ),
        (
            "[[0], [1]]}]}",
            "[[0], [1]]}]}}",
            "task `a`: trailing characters at line 2",
        ),
    ];
    for (from, to, message) in cases {
        let text = TASK.replacen(from, to, 1);
        assert_ne!(text, TASK, "{from}");
        let error = parse_task("a", &text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}\nexpected\n{message}");
    }
}

#[test]
fn faults_of_a_file_of_tasks_name_the_task() {
    let bad = format!(r#"{{"a": {TASK}, "b": {}}}"#, TASK.replace('4', "11"));
    let error = parse_tasks(&bad).unwrap_err().to_string();
    assert!(
        error.starts_with("task `b`, train pair 1, input, row 2, column 2: invalid value"),
        "{error}"
    );
    let twice = format!(r#"{{"a": {TASK}, "a": {TASK}}}"#);
    let error = parse_tasks(&twice).unwrap_err().to_string();
    assert!(
        error.starts_with("file of tasks: task `a` occurs twice"),
        "{error}"
    );
    let error = parse_tasks("[]").unwrap_err().to_string();
    assert!(
        error.starts_with("file of tasks: invalid type: sequence"),
        "{error}"
    );

    let challenges =
        r#"{"a": {"train": [{"input": [[5]], "output": [[6]]}], "test": [{"input": [[7]]}]}}"#;
    let cases = [
        (
            "{}",
            "task `a`: 1 test inputs in the challenges, 0 outputs in the solutions",
        ),
        (
            r#"{"a": [[[1]], [[2]]]}"#,
            "task `a`: 1 test inputs in the challenges, 2 outputs in the solutions",
        ),
        (
            r#"{"a": [[[1, 12]]]}"#,
            "task `a`, test pair 1, output, row 1, column 2: invalid value: integer `12`",
        ),
    ];
    for (solutions, message) in cases {
        let error = parse_kaggle(challenges, solutions).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}\nexpected\n{message}");
    }
}

#[test]
fn a_task_survives_being_written_and_read() {
    let original = colourful("a");
    let json = |pairs| serde_json::to_string(pairs).unwrap();
    let (train, test) = (json(original.train()), json(original.test()));
    let text = format!(r#"{{"train": {train}, "test": {test}}}"#);
    assert_eq!(parse_task("a", &text).unwrap(), original);
}

proptest! {
    #[test]
    fn no_text_makes_the_parsers_panic(text in "\\PC*|[\\[\\]{}:,\"a-z0-9 ]{0,80}") {
        let _ = (parse_task("a", &text), parse_tasks(&text), parse_kaggle(&text, &text));
    }

    /// A good file with some of its bytes replaced.
    #[test]
    fn no_damage_makes_the_parsers_panic(
        damage in prop::collection::vec((0..TASK.len(), "[\\[\\]{}:,\"0-9eE.-]"), 1..6)
    ) {
        let mut text = TASK.to_owned();
        for (place, symbol) in damage {
            text.replace_range(place..=place, &symbol);
        }
        if let Ok(task) = parse_task("a", &text) {
            prop_assert!(!task.train().is_empty() && !task.test().is_empty());
        }
        let _ = parse_tasks(&format!("{{\"a\": {text}}}"));
    }
}
