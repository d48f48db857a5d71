//! The page of a comparison.

use crate::{assert_has, assert_lacks};
use hrm_report::*;
use serde_json::json;

fn side(name: &str, exact: u64) -> ComparedSide {
    ComparedSide {
        name: name.to_owned(),
        training: Some(format!("train.{name}")),
        puzzles: 500,
        exact,
        interval: Some([0.0, 1.0]),
        scores: vec![MetricCount {
            metric: "exact_accuracy".into(),
            count: Count {
                hits: exact,
                total: 500,
            },
            of_puzzles: true,
        }],
        cost: SideCost {
            training_seconds: Some(121.3),
            training_flops: Some(3.214e13),
            ..SideCost::default()
        },
        ..ComparedSide::default()
    }
}

fn difference(b: &str) -> Difference {
    Difference {
        a: "small".into(),
        b: b.into(),
        paired: Some(Paired {
            puzzles: 500,
            both: 460,
            only_a: vec![3, 9],
            only_b: (20..42).collect(),
            neither: 16,
            interval: Some([0.022, 0.06]),
            p: 0.000_036,
            p_corrected: 0.0316,
            detectable: Some(0.024),
        }),
        difference: 0.04,
        verdict: Verdict::BIsBetter,
        disputed: vec![DisputedPuzzle {
            index: 9,
            puzzle: PuzzleView::Sudoku {
                box_rows: 2,
                box_cols: 2,
            },
            question: vec![2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            answer: vec![2, 3, 4, 5, 4, 5, 2, 3, 3, 2, 5, 4, 5, 4, 3, 2],
            predictions: [
                vec![2, 3, 4, 5, 4, 5, 2, 3, 3, 2, 5, 4, 5, 4, 3, 2],
                vec![2, 3, 4, 5, 4, 5, 2, 3, 3, 2, 5, 4, 5, 4, 3, 5],
            ],
        }],
    }
}

fn data() -> ComparisonData {
    ComparisonData {
        sides: vec![side("small", 462), side("large", 482)],
        warnings: vec!["A is the 3rd evaluation on this test split, of 2 trainings.".into()],
        differing: vec![DifferingKey {
            key: "model.hidden_size".into(),
            values: vec![Some(json!(64)), None],
        }],
        differences: vec![difference("large")],
        by_difficulty: vec![
            DifficultyGroup {
                from: 0,
                to: 0,
                puzzles: 300,
                exact: vec![290, 298],
            },
            DifficultyGroup {
                from: 1,
                to: 7,
                puzzles: 200,
                exact: vec![172, 184],
            },
        ],
    }
}

fn page(data: &ComparisonData) -> String {
    comparison_page(data, "hrm compare small large").unwrap()
}

#[test]
fn the_page_says_what_is_better_and_why() {
    let page = page(&data());
    let parts = [
        "<h1>small against large</h1>",
        "large is better than small: it solves 4.0 points more of the 500 puzzles that both evaluated.",
        "A is the 3rd evaluation on this test split",
        "model.hidden_size",
        "not set",
        // Intervals by statsmodels: proportion_confint(482, 500, method="wilson") and so on.
        "96.4 %<span class=\"detail\">94.4–97.7 %, 482/500",
        "<td>460</td><td>2</td>",
        "<td>22</td><td>16</td>",
        "+4.0 points",
        "+2.2 to +6.0 points",
        "&lt; 0.001",
        "0.032",
        "2.4 points",
        "A solved, B failed: 2",
        "B solved, A failed: 22",
        "3, 9</p>",
        "1–7",
        "86.0 %",
        "2 min 01 s",
        "32.1 TFLOP",
        "hrm compare small large",
    ];
    assert_has(&page, &parts);
    // The order in which a reader wants to know.
    let ids = [
        "summary",
        "configuration",
        "metrics",
        "test",
        "difficulty",
        "disputed",
        "cost",
    ];
    let places = ids.map(|id| page.find(&format!("id=\"{id}\"")).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.find("class=\"warnings\"").unwrap() < places[1]);
}

#[test]
fn a_disputed_puzzle_shows_both_predictions_with_what_is_wrong() {
    let page = page(&data());
    assert_has(&page, &["4×4 Sudoku 9", "✓ A", "✗ B"]);
    assert_eq!(page.matches("class=\"wrong\"").count(), 1);
    assert_lacks(&page, &["changed\""]);
    let mut unanswered = data();
    unanswered.differences[0].disputed[0].predictions[1].clear();
    assert_has(&self::page(&unanswered), &["B gave no answer"]);
}

#[test]
fn plots_are_drawn_for_any_number_of_sides_and_say_what_their_axes_count() {
    let mut data = data();
    for name in ["third", "fourth", "fifth", "sixth", "seventh"] {
        data.sides.push(side(name, 450));
        data.differences.push(difference(name));
        for group in &mut data.by_difficulty {
            group.exact.push(150);
        }
    }
    let page = page(&data);
    assert_eq!(page.matches("<svg class=\"plot\"").count(), 2);
    for svg in page.split("<svg class=\"plot\"").skip(1) {
        let svg = format!("<svg {}</svg>", svg.split("</svg>").next().unwrap());
        roxmltree::Document::parse(&svg).unwrap();
    }
    // Letters of the forest plot and names of the groups, each as a tick of its own.
    let ticks = |name: &str| page.matches(&format!(">\n{name}\n</text>")).count();
    assert_eq!([ticks("A"), ticks("G"), ticks("1–7")], [1, 1, 1]);
    assert_has(
        &page,
        &[
            "\nexact accuracy\n",
            "\ndifficulty of the puzzles\n",
            "G against A",
        ],
    );
}

#[test]
fn nothing_in_common_and_nothing_known_is_said() {
    let mut data = data();
    data.by_difficulty.clear();
    data.differing.clear();
    data.sides[1].puzzles = 0;
    data.sides[1].exact = 0;
    data.sides[1].scores.clear();
    data.sides[1].training = None;
    data.sides[1].cost = SideCost::default();
    let difference = &mut data.differences[0];
    difference.paired = None;
    difference.verdict = Verdict::NotPaired;
    difference.disputed.clear();
    let page = page(&data);
    assert_has(
        &page,
        &[
            "small and large share no puzzle, so nothing is tested.",
            "The configurations are the same.",
            "another program",
            "No puzzle was evaluated by both sides.",
            "<td>–</td>",
        ],
    );
    assert_lacks(&page, &["NaN", "inf", "id=\"difficulty\""]);
}

#[test]
fn the_page_loads_nothing_and_escapes_what_it_is_given() {
    let mut data = data();
    data.sides[0].name = "<script>alert(1)</script>".into();
    data.warnings = vec!["<img>".into()];
    let page = page(&data);
    assert_lacks(
        &page,
        &[
            "<script", "<img", " src=", "url(", "@import", "<link", "http:",
        ],
    );
    assert_eq!(page, self::page(&data));
}
