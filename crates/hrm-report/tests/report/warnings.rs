//! What a reader is warned of.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{Count, CurvePoint, ReportData};

#[test]
fn each_weakness_has_its_warning() {
    type Weakness = fn(&mut ReportData);
    let cases: [(Weakness, &str); 12] = [
        (
            |data| data.datasets[0].leakage = Some("a pilot".into()),
            "The splits of dataset.sudoku share puzzles, which its author allows: a pilot",
        ),
        (
            |data| data.evaluations[0].split = "train".into(),
            "evaluate.test[seed=0] is evaluated on the training split",
        ),
        (
            |data| data.evaluations[0].split = "validation".into(),
            "by which checkpoints are chosen",
        ),
        (
            |data| data.evaluations[0].puzzles = 0,
            "evaluate.test[seed=0] evaluated no puzzles",
        ),
        (
            |data| data.evaluations[0].segments_trained = 4,
            "runs 8 segments, more than the 4 of its training",
        ),
        (|data| data.evaluations.truncate(1), "One seed only (hrm)"),
        (
            |data| data.provenance.environment.git_dirty = true,
            "had uncommitted changes",
        ),
        (
            |data| {
                let spikes = vec![CurvePoint::one(300, 2.5), CurvePoint::one(700, 4.0)];
                let metrics = &mut data.trainings[0].metrics;
                metrics.insert("train/loss_spike".into(), spikes);
            },
            "the loss jumped 2 times, most near step 700 to 4.0 times its recent median",
        ),
        (
            |data| data.trainings[0].stage = "train.other".into(),
            "2 variants are compared",
        ),
        (
            |data| {
                data.evaluations[0].puzzles = 20;
                data.evaluations[0].by_segment[7].exact = Some(Count {
                    hits: 10,
                    total: 20,
                });
            },
            "has only 20 puzzles: its 95 % interval is 40.1 percentage points wide",
        ),
        (
            |data| {
                for evaluation in &mut data.evaluations {
                    evaluation.by_segment[7].exact = Some(Count {
                        hits: 250,
                        total: 500,
                    });
                }
            },
            "2 evaluations have few puzzles: their 95 % intervals are wider than 5 percentage points",
        ),
        (
            |data| {
                let rows: [(&[(&str, &str)], u64); 2] =
                    [(&[("lr", "0.1")], 480), (&[("lr", "0.2")], 481)];
                fixture::ablate(data, &rows);
                data.ablations[0].questions = vec!["segments".into()];
            },
            "The results on dataset.sudoku, test split differ in segments",
        ),
    ];
    let mut clean = fixture::data();
    clean.provenance.environment.git_dirty = false;
    assert_lacks(&page(&clean), &["Before you quote these numbers"]);
    for (weaken, warning) in cases {
        let mut data = clean.clone();
        weaken(&mut data);
        assert_has(&page(&data), &["Before you quote these numbers", warning]);
    }
}
