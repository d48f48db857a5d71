//! A report's data as a small workflow would give it: 4×4 Sudoku, one model, two seeds.

use hrm_report::*;
use std::collections::BTreeMap;

pub(crate) const SEGMENTS: usize = 8;

/// Outcome of a seed after each segment: exactly solved puzzles of 500.
const EXACT: [[u64; SEGMENTS]; 2] = [
    [61, 240, 391, 452, 470, 478, 481, 482],
    [48, 221, 380, 440, 463, 472, 476, 475],
];
const HALTS: [[u64; SEGMENTS]; 2] = [
    [20, 110, 180, 90, 45, 20, 10, 25],
    [15, 96, 172, 104, 50, 22, 9, 32],
];

pub(crate) fn data() -> ReportData {
    ReportData {
        title: "Quick start: 4×4 Sudoku".into(),
        workflow: "quickstart".into(),
        description: Some("Trains a small Hierarchical Reasoning Model on 4×4 Sudoku and tests it on unseen grids.".into()),
        scale: None,
        expectations: Vec::new(),
        command: "hrm run workflows/quickstart.toml".into(),
        generated_at: Some("2026-11-24 08:16 UTC".into()),
        config_toml: "name = \"quickstart\"\n\n[train.hrm]\ndataset = \"sudoku\"\nseeds = [0, 1]\nlr = 0.001\n".into(),
        provenance: provenance(),
        datasets: vec![DatasetInfo {
            name: "dataset.sudoku".into(),
            description: "4×4 Sudoku (boxes of 2×2), 6 to 8 givens, unique solutions, 8 augmentations of each training puzzle.".into(),
            splits: [("train", 1000, 9000), ("validation", 200, 200), ("test", 500, 500)]
                .map(|(split, groups, examples)| SplitCount { split: split.into(), groups, examples })
                .to_vec(),
            guarantee: "No test puzzle is a symmetry of a training or validation puzzle; solution grids may recur.".into(),
            leakage: None,
        }],
        trainings: vec![training(0), training(1)],
        evaluations: vec![evaluation(0), evaluation(1)],
        ablations: Vec::new(),
    }
}

pub(crate) fn training(seed: u64) -> TrainingInfo {
    let wobble = |step: u64| ((step * 37 + seed * 101) % 89) as f64 / 89.0 - 0.5;
    let done = |step: u64| 1.0 - (-(step as f64) / (380.0 + 60.0 * seed as f64)).exp();
    let curve = |every: u64, value: &dyn Fn(u64) -> f64| {
        (1..=2000 / every)
            .map(|i| CurvePoint::one(i * every, value(i * every)))
            .collect()
    };
    let metrics: BTreeMap<String, Vec<CurvePoint>> = [
        (
            "train/lm_loss",
            curve(10, &|step| 1.6 - 1.5 * done(step) + 0.05 * wobble(step)),
        ),
        (
            "validation/lm_loss",
            curve(200, &|step| 1.62 - 1.5 * done(step)),
        ),
        (
            "train/exact_accuracy",
            curve(10, &|step| {
                (0.97 * done(step).powi(3) + 0.06 * wobble(step)).clamp(0.0, 1.0)
            }),
        ),
        (
            "validation/exact_accuracy",
            curve(200, &|step| 0.96 * done(step).powi(3)),
        ),
    ]
    .map(|(name, points)| (name.to_owned(), points))
    .into();
    TrainingInfo {
        id: format!("train.hrm[seed={seed}]"),
        stage: "train.hrm".into(),
        seed,
        parameters: 1_234_567,
        steps: 2000,
        seconds: 121.3 + 3.0 * seed as f64,
        flops_per_segment: Some(1_500_000),
        metrics,
        stop_reason: "all steps done".into(),
        best_step: Some(1800),
        ..TrainingInfo::default()
    }
}

pub(crate) fn evaluation(seed: u64) -> EvaluationInfo {
    let exact = EXACT[seed as usize];
    let by_segment = exact
        .iter()
        .enumerate()
        .map(|(index, &hits)| SegmentResult {
            segment: index + 1,
            exact: Some(Count { hits, total: 500 }),
            cells: Some(Count {
                hits: 8000 - (500 - hits) * 4,
                total: 8000,
            }),
            q_halt: Some(Count {
                hits: 440 + index as u64 * 5,
                total: 500,
            }),
        });
    EvaluationInfo {
        id: format!("evaluate.test[seed={seed}]"),
        stage: "evaluate.test".into(),
        training: format!("train.hrm[seed={seed}]"),
        split: "test".into(),
        checkpoint: "last".into(),
        segments_trained: 8,
        puzzles: 500,
        by_segment: by_segment.collect(),
        adaptive: Some(AdaptiveResult {
            exact: Count {
                hits: 479 - seed * 6,
                total: 500,
            },
            mean_segments: 3.42 + 0.2 * seed as f64,
        }),
        halt_histogram: HALTS[seed as usize].to_vec(),
        traces: (0..6)
            .map(|index| sudoku_trace(seed * 100 + index, index % 3 != 2))
            .collect(),
        scores: sudoku_scores(),
        test_evaluation: Some(TestEvaluation {
            ordinal: seed + 1,
            evaluations: 2,
            trainings: 2,
        }),
        ..EvaluationInfo::default()
    }
}

pub(crate) fn metric(metric: &str, hits: u64, total: u64) -> MetricCount {
    MetricCount {
        metric: metric.into(),
        count: Count { hits, total },
        of_puzzles: !metric.contains("cell"),
    }
}

fn sudoku_scores() -> FinalScores {
    let bucket = |rating_min, rating_max, hits, total| RatingScores {
        rating_min,
        rating_max,
        scores: vec![metric("exact_accuracy", hits, total)],
    };
    FinalScores {
        overall: vec![
            metric("exact_accuracy", 482, 500),
            metric("blank_cell_accuracy", 3912, 4000),
            metric("valid", 481, 500),
        ],
        by_rating: vec![
            bucket(None, None, 3, 4),
            bucket(Some(0), Some(0), 250, 250),
            bucket(Some(1), Some(9), 200, 215),
            bucket(Some(100), None, 29, 31),
        ],
        votes: Vec::new(),
    }
}

/// Votes on 10 ARC tasks whose scores grow with the number of augmentations.
pub(crate) fn votes() -> Vec<ArcScore> {
    let mut votes = Vec::new();
    for augmentations in [0, 1, 10, 100] {
        for (rule, attempts) in [
            ("arc-prize", &[2][..]),
            ("hrm", &[1, 2]),
            ("trm", &[1, 2, 10]),
        ] {
            votes.extend(attempts.iter().map(|&k| ArcScore {
                augmentations,
                rule: rule.into(),
                k,
                solved: k.min(4) + augmentations / 10,
                total: 20,
                tasks: 10,
            }));
        }
    }
    votes
}

/// A 4×4 Sudoku whose blanks are filled in over the segments; an unsolved one keeps two errors.
pub(crate) fn sudoku_trace(index: u64, exact: bool) -> PuzzleTrace {
    let answer: Vec<u8> = [1, 2, 3, 4, 3, 4, 1, 2, 2, 1, 4, 3, 4, 3, 2, 1]
        .map(|digit| (digit + index as u8) % 4 + 2)
        .to_vec();
    let blank = |cell: usize| (cell * 7 + index as usize) % 16 < 9;
    let question = answer
        .iter()
        .enumerate()
        .map(|(cell, &token)| if blank(cell) { 1 } else { token })
        .collect();
    let settled = |cell: usize| 1 + (cell * 5 + index as usize) % 4;
    let stuck = |cell: usize| !exact && blank(cell) && cell < 6;
    let token = |cell: usize, segment: usize| {
        let right = answer[cell];
        let wrong = (right - 2 + 1 + (segment as u8 % 2)) % 4 + 2;
        if blank(cell) && (segment < settled(cell) || stuck(cell)) {
            wrong
        } else {
            right
        }
    };
    PuzzleTrace {
        index,
        difficulty: Some(index as i64 % 3),
        puzzle: PuzzleView::Sudoku {
            box_rows: 2,
            box_cols: 2,
        },
        question,
        predictions: (1..=SEGMENTS)
            .map(|segment| (0..16).map(|cell| token(cell, segment)).collect())
            .collect(),
        halt_segment: exact.then_some(5),
        q_halt: (1..=SEGMENTS)
            .map(|segment| {
                if exact {
                    segment as f32 * 1.3 - 6.0
                } else {
                    -4.2
                }
            })
            .collect(),
        exact,
        answer,
    }
}

/// A 5×7 maze solved in three segments.
pub(crate) fn maze_trace() -> PuzzleTrace {
    let tokens = |rows: [&str; 5]| -> Vec<u8> {
        rows.concat()
            .bytes()
            .map(|cell| b"# SGo".iter().position(|&known| known == cell).unwrap() as u8 + 1)
            .collect()
    };
    let question = tokens(["S #   #", "#   # G", "  # #  ", "#     #", "   #   "]);
    let answer = tokens(["So#   #", "#oo # G", " o# #oo", "#ooooo#", "   #   "]);
    let first = tokens(["So#oo #", "#oooo#G", "  # #o ", "#     #", "   #   "]);
    let second = tokens(["So#   #", "#oo # G", " o# #o ", "#ooooo#", "   #   "]);
    PuzzleTrace {
        index: 3,
        difficulty: None,
        puzzle: PuzzleView::Maze { rows: 5, cols: 7 },
        predictions: vec![first, second, answer.clone()],
        halt_segment: None,
        q_halt: vec![-3.0, 0.4, f32::NAN],
        exact: true,
        question,
        answer,
    }
}

fn provenance() -> Provenance {
    let stage = |id: &str, seconds: f64, status: &str, inputs: &[&str]| StageProvenance {
        id: id.into(),
        kind: id.split('.').next().unwrap().into(),
        key: format!(
            "{:032x}",
            id.len() as u128 * 0x1234_5678_9abc_def0_1234_5678
        ),
        content_hash: format!("{:064x}", id.len() as u128 * 0xfedc_ba98_7654_3210_fedc),
        status: status.into(),
        seconds,
        inputs: inputs.iter().map(|&input| input.to_owned()).collect(),
    };
    Provenance {
        run_id: "01k9ze4m".into(),
        started: "2026-11-24 08:10 UTC".into(),
        seconds: 262.0,
        environment: Environment {
            host: "bench".into(),
            os: "Debian GNU/Linux 13".into(),
            cpu: "AMD EPYC 7B13".into(),
            cores: 2,
            memory_bytes: 24 << 30,
            device: "cpu".into(),
            hrm_version: "0.1.0".into(),
            burn_version: "0.22.1".into(),
            git_commit: Some("3f2a9c1d".into()),
            git_dirty: true,
        },
        stages: vec![
            stage("dataset.sudoku", 1.4, "cached", &[]),
            stage("train.hrm[seed=0]", 121.3, "done", &["dataset.sudoku"]),
            stage("train.hrm[seed=1]", 124.3, "done", &["dataset.sudoku"]),
            stage(
                "evaluate.test[seed=0]",
                6.1,
                "done",
                &["dataset.sudoku", "train.hrm[seed=0]"],
            ),
            stage(
                "evaluate.test[seed=1]",
                6.0,
                "done",
                &["dataset.sudoku", "train.hrm[seed=1]"],
            ),
            stage(
                "report.main",
                0.5,
                "done",
                &["evaluate.test[seed=0]", "evaluate.test[seed=1]"],
            ),
        ],
    }
}

/// One seed of each of these values of a setting of the model, solving as many of 500 puzzles; adds the
/// trainings and evaluations behind them.
pub(crate) fn ablate(data: &mut ReportData, rows: &[(&[(&str, &str)], u64)]) {
    data.trainings.clear();
    data.evaluations.clear();
    let mut table = Vec::new();
    for (place, (settings, hits)) in rows.iter().enumerate() {
        let id = format!("[variant={place}]");
        let axis = Axis {
            name: "variant".into(),
            value: place.to_string(),
        };
        data.trainings.push(TrainingInfo {
            id: format!("train.hrm{id}"),
            axes: vec![axis],
            ..training(0)
        });
        data.evaluations.push(EvaluationInfo {
            id: format!("evaluate.test{id}"),
            training: format!("train.hrm{id}"),
            ..evaluation(0)
        });
        let value = *hits as f64 / 500.0;
        let first = rows[0].1 as f64 / 500.0;
        table.push(AblationRow {
            evaluations: vec![format!("evaluate.test{id}")],
            settings: settings
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
            estimate: Some(Estimate {
                value,
                interval: Some([value - 0.02, value + 0.02]),
                seeds: 1,
                puzzles: 500,
                is_share: true,
            }),
            difference: (place > 0).then_some(BaseDifference {
                value: value - first,
                interval: Some([value - first - 0.03, value - first + 0.03]),
            }),
        });
    }
    data.ablations = vec![Ablation {
        puzzles: "dataset.sudoku, test split".into(),
        measure: "exact_accuracy".into(),
        questions: Vec::new(),
        rows: table,
    }];
}
