//! The names in the output, and that it reads back.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "allowed in tests; their helpers do not count as such, and no file uses all of them"
)]

mod common;

use common::{boxes, row};
use hrm_score::{Kind, PredictionRow, Scores, score_predictions};
use serde_json::json;

#[test]
fn sudoku_scores_name_every_count() {
    let predictions = [PredictionRow {
        rating: Some(3),
        ..row(".42...3.....21.3", "3421123443122143", "1421123443122143")
    }];
    let scores = score_predictions(boxes(2, 2), predictions).unwrap();
    let text = serde_json::to_string(&scores).unwrap();
    assert_eq!(serde_json::from_str::<Scores>(&text).unwrap(), scores);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let counts = json!({
        "answered": {"count": 1, "total": 1},
        "exact": {"count": 0, "total": 1},
        "cells_right": {"count": 15, "total": 16},
        "blank_cells_right": {"count": 9, "total": 10},
        "rules_kept": {"count": 0, "total": 1},
        "givens_kept": {"count": 1, "total": 1},
        "valid": {"count": 0, "total": 1},
    });
    assert_eq!(value["kind"], "sudoku");
    assert_eq!(value["all"], counts);
    let bucket = json!({"rating_min": 1, "rating_max": 9, "counts": counts});
    assert_eq!(value["by_rating"][1], bucket);
    let puzzle = json!({
        "source": null,
        "rating": 3,
        "outcome": {
            "answered": true,
            "exact": false,
            "cells_right": {"count": 15, "total": 16},
            "blank_cells_right": {"count": 9, "total": 10},
            "rules_kept": false,
            "givens_kept": true,
            "valid": false,
        },
    });
    assert_eq!(value["puzzles"], json!([puzzle]));
}

#[test]
fn maze_scores_name_every_count() {
    let kind = Kind::Maze { rows: 2, cols: 2 };
    let scores = score_predictions(kind, [row("S  G", "S oG", "So G")]).unwrap();
    let text = serde_json::to_string(&scores).unwrap();
    assert_eq!(serde_json::from_str::<Scores>(&text).unwrap(), scores);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "kind": "maze",
        "all": {
            "answered": {"count": 1, "total": 1},
            "exact": {"count": 0, "total": 1},
            "shortest_path": {"count": 1, "total": 1},
            "valid_path": {"count": 1, "total": 1},
            "cells_right": {"count": 2, "total": 4},
        },
        "puzzles": [{
            "source": null,
            "rating": null,
            "outcome": {
                "answered": true,
                "exact": false,
                "shortest_path": true,
                "valid_path": true,
                "cells_right": {"count": 2, "total": 4},
            },
        }],
    });
    assert_eq!(value, expected);
}
