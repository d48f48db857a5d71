//! The files beside the page.

use crate::fixture;
use hrm_report::{ReportData, render};
use std::path::Path;

const PLOTS: [&str; 6] = [
    "loss", "accuracy", "segments", "compute", "halting", "adaptive",
];

#[test]
fn there_are_the_page_every_plot_twice_and_the_tables() {
    let mut expected: Vec<String> = PLOTS
        .iter()
        .flat_map(|plot| [format!("{plot}.svg"), format!("{plot}.png")])
        .collect();
    expected.extend(
        [
            "index.html",
            "summary.csv",
            "segments.csv",
            "scores.csv",
            "metrics.csv",
        ]
        .map(str::to_owned),
    );
    expected.sort();
    let files: Vec<String> = render(&fixture::data()).unwrap().into_keys().collect();
    assert_eq!(files, expected);
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    assert!(render(&fixture::data()).unwrap() == render(&fixture::data()).unwrap());
}

#[test]
fn the_data_survives_json() {
    let data = fixture::data();
    let text = serde_json::to_string(&data).unwrap();
    assert_eq!(serde_json::from_str::<ReportData>(&text).unwrap(), data);
}

#[test]
fn svgs_are_xml_with_labeled_axes() {
    let files = render(&fixture::data()).unwrap();
    for (plot, labels) in [
        ("loss", ["loss (nats per cell)", "optimizer steps", "train"]),
        (
            "accuracy",
            ["exact accuracy", "optimizer steps", "validation"],
        ),
        (
            "segments",
            ["exact accuracy", "supervision segments", "training maximum"],
        ),
        (
            "compute",
            ["exact accuracy", "compute per puzzle (MFLOP)", "hrm"],
        ),
        ("halting", ["share of puzzles", "halting segment", "hrm"]),
        (
            "adaptive",
            [
                "exact accuracy",
                "mean segments per puzzle",
                "learned halting",
            ],
        ),
    ] {
        let svg = std::str::from_utf8(&files[&format!("{plot}.svg")]).unwrap();
        let document =
            roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{plot}: {error}"));
        let texts: Vec<&str> = document
            .descendants()
            .filter_map(|node| node.text())
            .map(str::trim)
            .collect();
        for label in labels {
            assert!(texts.contains(&label), "{plot} lacks {label}: {texts:?}");
        }
        assert!(svg.contains("font-family=\"DejaVu Sans, sans-serif\""));
    }
}

#[test]
fn pngs_are_pictures_of_the_announced_size() {
    let files = render(&fixture::data()).unwrap();
    for plot in PLOTS {
        let file = &files[&format!("{plot}.png")];
        assert_eq!(file[..8], *b"\x89PNG\r\n\x1a\n", "{plot}");
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        assert_eq!((number(16), number(20)), (1440, 990), "{plot}");
        assert!(
            file.len() > 20_000,
            "{plot} has only {} bytes: is it empty?",
            file.len()
        );
    }
}

#[test]
fn tables_hold_the_counts() {
    let files = render(&fixture::data()).unwrap();
    let rows = |name: &str| {
        String::from_utf8(files[name].clone())
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let summary = rows("summary.csv");
    assert_eq!(summary.len(), 3);
    assert!(
        summary[0].starts_with(
            "evaluation,training,seed,split,checkpoint,segments,exact_hits,exact_total"
        )
    );
    assert!(
        summary[1].starts_with(
            "evaluate.test[seed=0],train.hrm[seed=0],0,test,last,8,482,500,0.964,0.94381567"
        ),
        "{summary:?}"
    );
    let segments = rows("segments.csv");
    assert_eq!(segments.len(), 1 + 2 * fixture::SEGMENTS);
    assert_eq!(
        segments[1],
        "evaluate.test[seed=0],1,61,500,6244,8000,440,500,1500000.0,20"
    );
    let scores = rows("scores.csv");
    assert_eq!(scores.len(), 1 + 2 * (3 + 4));
    assert_eq!(scores[0], "evaluation,of,score,hits,total");
    assert_eq!(
        scores[7],
        "evaluate.test[seed=0],rating 100 and more,exact_accuracy,29,31"
    );
    let metrics = rows("metrics.csv");
    assert_eq!(metrics.len(), 1 + 2 * (200 + 10 + 200 + 10));
    assert_eq!(
        metrics[0],
        "training,seed,metric,step,values,not_finite,mean,low,high"
    );
}

#[test]
fn every_file_can_be_written_under_its_name() {
    let mut data = fixture::data();
    data.evaluations[0].traces.push(fixture::maze_trace());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in render(&data).unwrap() {
        std::fs::write(folder.join(&name), &bytes).unwrap();
        assert_eq!(std::fs::read(folder.join(&name)).unwrap(), bytes);
    }
}
