//! Missing, damaged and absurd data: a report is made all the same, and says what is missing.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{
    AdaptiveResult, Axis, Count, CurvePoint, EvaluationInfo, PuzzleTrace, PuzzleView, ReportData,
    SegmentResult, TrainingInfo, render,
};

#[test]
fn without_data_every_section_says_so() {
    let files = render(&ReportData::default()).unwrap();
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        [
            "index.html",
            "metrics.csv",
            "scores.csv",
            "segments.csv",
            "summary.csv"
        ]
    );
    let page = page(&ReportData::default());
    assert_has(
        &page,
        &[
            "This report has no evaluation yet.",
            "No metrics of a training are recorded.",
        ],
    );
    assert_has(
        &page,
        &[
            "No exact accuracy by segment is recorded.",
            "No halting behavior is recorded.",
        ],
    );
    assert_has(
        &page,
        &[
            "No puzzle was kept for the gallery.",
            "No dataset is recorded.",
            "No stage is recorded.",
        ],
    );
    assert_lacks(&page, &["NaN", "inf%"]);
}

#[test]
fn one_point_is_a_plot() {
    let mut data = fixture::data();
    data.trainings.truncate(1);
    data.evaluations.truncate(1);
    data.trainings[0].metrics = [(
        "validation/exact_accuracy".to_owned(),
        vec![CurvePoint::one(0, 0.5)],
    )]
    .into();
    data.evaluations[0].by_segment.truncate(1);
    let files = render(&data).unwrap();
    assert!(files.contains_key("accuracy.svg") && files.contains_key("segments.svg"));
    assert!(!files.contains_key("loss.svg"));
}

#[test]
fn a_segment_before_the_first_does_not_panic() {
    let mut data = fixture::data();
    for evaluation in &mut data.evaluations {
        evaluation.by_segment.truncate(1);
        evaluation.by_segment[0].segment = 0;
    }
    assert!(render(&data).unwrap().contains_key("segments.svg"));
}

#[test]
fn values_that_are_not_finite_are_left_out_and_named() {
    let mut data = fixture::data();
    let values = [
        (1, f64::NAN),
        (2, f64::INFINITY),
        (3, f64::NEG_INFINITY),
        (4, 1e300),
        (5, -7.0),
        (6, 1.0),
    ]
    .map(|(step, value)| CurvePoint::one(step, value))
    .to_vec();
    data.trainings[0]
        .metrics
        .insert("train/lm_loss".into(), values);
    data.trainings[1].seconds = f64::NAN;
    data.evaluations[0].adaptive = Some(AdaptiveResult {
        exact: Count { hits: 1, total: 2 },
        mean_segments: f64::NAN,
    });
    let page = page(&data);
    assert_has(
        &page,
        &["train.hrm[seed=0]: train/lm_loss has 3 values that are not finite and not drawn."],
    );
    assert_has(&page, &["Not drawn: 5 values that the axis cannot show."]);
}

#[test]
fn a_metric_without_a_finite_value_has_no_plot() {
    let mut data = ReportData::default();
    let metrics = [(
        "train/lm_loss".to_owned(),
        vec![CurvePoint::one(1, f64::NAN)],
    )]
    .into();
    data.trainings.push(TrainingInfo {
        id: "train.hrm".into(),
        metrics,
        ..TrainingInfo::default()
    });
    assert!(!render(&data).unwrap().contains_key("loss.svg"));
    assert_has(&page(&data), &["No metrics of a training are recorded."]);
}

#[test]
fn absurd_counts_and_sizes_do_not_panic() {
    for (hits, total, mean_segments) in [
        (0, 0, 0.0),
        (1, 2, -1e12),
        (1, 2, 1e300),
        (1, 2, f64::INFINITY),
        (5, 2, 1.0),
        (u64::MAX, 1, 1.0),
        (u64::MAX, u64::MAX, 1.0),
    ] {
        let count = Count { hits, total };
        let result = SegmentResult {
            segment: usize::MAX >> 12,
            exact: Some(count),
            cells: Some(count),
            q_halt: Some(count),
        };
        let evaluation = EvaluationInfo {
            id: "evaluate.test".into(),
            training: "train.unknown".into(),
            segments_trained: usize::MAX,
            puzzles: u64::MAX,
            by_segment: vec![
                SegmentResult {
                    segment: 0,
                    ..result
                },
                result,
            ],
            adaptive: Some(AdaptiveResult {
                exact: count,
                mean_segments,
            }),
            halt_histogram: vec![hits, total, u64::MAX],
            ..EvaluationInfo::default()
        };
        let evaluations = vec![evaluation.clone(), evaluation];
        render(&ReportData {
            evaluations,
            ..ReportData::default()
        })
        .unwrap();
    }
}

#[test]
fn damaged_traces_do_not_panic() {
    let puzzles = [
        PuzzleView::Sudoku {
            box_rows: 0,
            box_cols: 0,
        },
        PuzzleView::Sudoku {
            box_rows: usize::MAX,
            box_cols: 2,
        },
        PuzzleView::Maze { rows: 0, cols: 0 },
        PuzzleView::Tokens { cols: 3 },
    ];
    let whole = fixture::sudoku_trace(1, true);
    let traces = puzzles.into_iter().flat_map(|puzzle| {
        let whole = PuzzleTrace {
            puzzle,
            ..whole.clone()
        };
        [
            PuzzleTrace {
                predictions: vec![],
                q_halt: vec![],
                ..whole.clone()
            },
            PuzzleTrace {
                answer: vec![255],
                predictions: vec![vec![], vec![255; 40]],
                q_halt: vec![0.0, f32::NAN],
                ..whole.clone()
            },
            PuzzleTrace {
                question: vec![],
                halt_segment: Some(99),
                ..whole
            },
        ]
    });
    let mut data = fixture::data();
    data.evaluations[0].traces = traces.collect();
    assert_has(&page(&data), &["no prediction was kept", "q_halt none"]);
}

#[test]
fn metrics_that_were_not_counted_are_dashes() {
    let mut data = fixture::data();
    for evaluation in &mut data.evaluations {
        evaluation.scores.overall.clear();
        for result in &mut evaluation.by_segment {
            (result.exact, result.cells) = (None, None);
        }
    }
    assert_has(
        &page(&data),
        &[
            "Exact accuracy was not counted.",
            "<td data-label=\"Cell accuracy\">–</td>",
        ],
    );
}

#[test]
fn many_variants_still_fit_the_legend() {
    let mut data = fixture::data();
    (data.trainings, data.evaluations) = (0..40)
        .map(|seed| {
            let id = format!("train.hrm[seed={seed}]");
            let training = TrainingInfo {
                id: id.clone(),
                axes: vec![Axis {
                    name: "variant".into(),
                    value: seed.to_string(),
                }],
                ..fixture::training(seed % 2)
            };
            (
                training,
                EvaluationInfo {
                    training: id,
                    ..fixture::evaluation(seed % 2)
                },
            )
        })
        .unzip();
    let files = render(&data).unwrap();
    assert!(
        std::str::from_utf8(&files["segments.svg"])
            .unwrap()
            .contains("and 16 more")
    );
    assert!(
        files["index.html"]
            .windows(18)
            .any(|window| window == b"34 more are in seg")
    );
}
