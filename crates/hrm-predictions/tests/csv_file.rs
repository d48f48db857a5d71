//! CSV files of Sudoku and maze predictions.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

use hrm_config::{Metric, PuzzleKind};
use hrm_predictions::{PredictionTable, Scores};
use std::fs;

const QUESTION: &str = "1234341.2143432.";
const ANSWER: &str = "1234341221434321";

fn score(text: &str, puzzle: PuzzleKind) -> Result<Scores, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.csv");
    fs::write(&path, text).unwrap();
    let scored = PredictionTable::read(&path, puzzle).and_then(|table| table.score());
    scored
        .map(|scored| scored.scores)
        .map_err(|error| error.to_string())
}

fn counts(scores: &Scores) -> Vec<(Metric, u64, u64)> {
    let counts = scores.puzzle_counts().unwrap().counts();
    let count = counts
        .iter()
        .map(|c| (c.metric, c.share.count, c.share.total));
    count.collect()
}

#[test]
fn sudokus_are_scored_by_every_metric_and_rating() {
    let other = "2143432112343412";
    let text = format!(
        "source,question,answer,rating,prediction\n\
         a,{QUESTION},{ANSWER},0,{ANSWER}\n\
         a,{QUESTION},{ANSWER},12,{other}\n\
         b,{QUESTION},{ANSWER},,\n"
    );
    let scores = score(&text, PuzzleKind::Sudoku).unwrap();
    assert_eq!(
        counts(&scores),
        [
            (Metric::ExactAccuracy, 1, 3),
            (Metric::CellAccuracy, 16, 48),
            (Metric::BlankCellAccuracy, 2, 6),
            (Metric::RulesKept, 2, 3),
            (Metric::GivensKept, 1, 3),
            (Metric::Valid, 1, 3),
        ]
    );
    let Scores::Sudoku(sudoku) = scores else {
        unreachable!("the file holds Sudokus")
    };
    assert_eq!(sudoku.all.answered.count, 2);
    assert_eq!(
        (
            sudoku.by_rating[0].counts.exact.count,
            sudoku.by_rating[2].counts.exact.total
        ),
        (1, 1)
    );
    assert_eq!(sudoku.unrated.exact.total, 1);
    assert_eq!(sudoku.puzzles[2].source.as_deref(), Some("b"));
}

#[test]
fn mazes_keep_their_spaces_and_three_scores() {
    // The label goes down first; the other shortest path goes right first.
    let question = "S   G   #";
    let label = "So  G   #";
    let maze = |prediction: &str| {
        let text = format!("question,answer,prediction\n\"{question}\",{label},{prediction}\n");
        counts(&score(&text, PuzzleKind::Maze).unwrap())
    };
    let scores = |exact, shortest, valid| {
        vec![
            (Metric::ExactAccuracy, exact, 1),
            (Metric::ShortestPath, shortest, 1),
            (Metric::ValidPath, valid, 1),
        ]
    };
    assert_eq!(maze(label)[..3], scores(1, 1, 1));
    assert_eq!(maze("S  oG   #")[..3], scores(0, 1, 1));
    assert_eq!(maze("So oG   #")[..3], scores(0, 0, 0));
}

#[test]
fn crlf_quotes_and_a_byte_order_mark_change_nothing() {
    let text = format!(
        "\u{feff}\"question\",\"answer\",\"prediction\"\r\n\"{QUESTION}\",\"{ANSWER}\",\"{ANSWER}\"\r\n"
    );
    assert_eq!(counts(&score(&text, PuzzleKind::Sudoku).unwrap())[0].1, 1);
}

#[test]
fn what_is_malformed_is_named_with_line_and_column() {
    let head = "question,answer,prediction,rating";
    let good = format!("{QUESTION},{ANSWER},{ANSWER},3");
    let file = |row: &str| format!("{head}\n{good}\n{row}\n");
    let cases = [
        (
            file(&format!("{QUESTION},{ANSWER},123,1")),
            "p.csv`, line 3, column `prediction`: ",
        ),
        (
            file(&format!("{QUESTION},{ANSWER},{}x,1", &ANSWER[1..])),
            "line 3, column `prediction`: ",
        ),
        (
            file(&format!("{QUESTION},{QUESTION},{ANSWER},1")),
            "line 3, column `answer`: the answer does not solve",
        ),
        (
            file(&format!("1{QUESTION},{ANSWER},{ANSWER},1")),
            "line 3, column `question`: ",
        ),
        (
            file(&format!("{QUESTION},{ANSWER},{ANSWER},1.5")),
            "line 3, column `rating`: `1.5` is not a whole number",
        ),
        (
            file(&format!("{QUESTION},{ANSWER}")),
            "line 3: 2 cells, but the header has 4",
        ),
        (
            file(&format!("{good},")),
            "line 3: 5 cells, but the header has 4",
        ),
        (
            format!("question,answer\n{QUESTION},{ANSWER}\n"),
            "no column `prediction`; the columns are `question`, `answer`",
        ),
        (
            "question,question,answer,prediction\n".to_owned(),
            "two columns are named `question`",
        ),
        (format!("{head}\n"), "it has no rows"),
        (String::new(), "no column `question`"),
        (
            format!("{head}\n12,34,56,\n"),
            "line 2, column `question`: 2 characters are no Sudoku",
        ),
    ];
    for (text, expected) in cases {
        let error = score(&text, PuzzleKind::Sudoku).unwrap_err();
        assert!(
            error.contains(expected),
            "expected `{expected}` in `{error}`"
        );
    }
}

#[test]
fn puzzles_have_the_tokens_of_datasets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.csv");
    let read = |text: &str, puzzle| {
        fs::write(&path, text).unwrap();
        PredictionTable::read(&path, puzzle).and_then(|table| table.puzzles())
    };
    let text = format!("question,answer,prediction,rating\n{QUESTION},{ANSWER},{ANSWER},3\n");
    let sudokus = read(&text, PuzzleKind::Sudoku).unwrap();
    let digits = |text: &str| -> Vec<u8> {
        let digit = |c: char| c.to_digit(10).unwrap_or(0) as u8 + 1;
        text.chars().map(digit).collect()
    };
    assert_eq!(sudokus[0].question, digits(QUESTION));
    assert_eq!(sudokus[0].answer, digits(ANSWER));
    assert_eq!(sudokus[0].prediction, sudokus[0].answer);
    assert_eq!(sudokus[0].difficulty, Some(3));
    // A zero is a blank, too: how a file writes it makes no other puzzle.
    let zeros = text.replace('.', "0");
    assert_eq!(read(&zeros, PuzzleKind::Sudoku).unwrap(), sudokus);

    let text = "question,answer,prediction\nS #  ##G ,So# x##G ,\n";
    let mazes = read(text, PuzzleKind::Maze);
    let error = mazes.unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
    let text = "question,answer,prediction\nS #  ##G ,So# o##G ,\n";
    let mazes = read(text, PuzzleKind::Maze).unwrap();
    assert_eq!(mazes[0].question, [3, 2, 1, 2, 2, 1, 1, 4, 2]);
    assert_eq!(mazes[0].answer, [3, 5, 1, 2, 5, 1, 1, 4, 2]);
    assert!(mazes[0].prediction.is_empty());
}
