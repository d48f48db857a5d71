//! What the page says.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{Axis, ReportData};

#[test]
fn every_result_stands_with_its_interval_and_its_count() {
    let page = page(&fixture::data());
    // Intervals by statsmodels: proportion_confint(482, 500, method="wilson") and so on.
    assert_has(
        &page,
        &[
            "96.4 %",
            "94.4–97.7 %",
            "482/500",
            "95.0 %",
            "92.7–96.6 %",
            "475/500",
        ],
    );
    assert_has(
        &page,
        &[
            "95.8 %",
            "93.7–97.2 %",
            "479/500",
            "3.42 segments on average",
        ],
    );
    assert_has(
        &page,
        &[
            "99.1 %",
            "1,234,567",
            "2 min 01 s",
            "2,000 steps",
            "best at step 1,800",
        ],
    );
}

#[test]
fn seeds_are_summarized_with_mean_and_spread() {
    let page = page(&fixture::data());
    assert_has(
        &page,
        &[
            "hrm solves <strong>95.7 %</strong> of 500 unseen test puzzles exactly, on average over 2 trainings",
        ],
    );
    assert_has(
        &page,
        &[
            "<strong>hrm</strong> over 2 seeds: mean 95.7 %, sample standard deviation 1.0 percentage points",
        ],
    );
    assert_has(
        &page,
        &["lowest 95.0 %, highest 96.4 %; 95 % t interval of the mean 86.8–100.0 %"],
    );
}

#[test]
fn one_seed_has_no_spread() {
    let mut data = fixture::data();
    data.trainings.pop();
    data.evaluations.pop();
    let page = page(&data);
    assert_has(
        &page,
        &[
            "hrm solves <strong>96.4 %</strong> of 500 unseen test puzzles exactly (482 of 500; 95 % interval 94.4–97.7 %).",
        ],
    );
    assert_has(&page, &["One seed only (hrm)"]);
    assert_lacks(&page, &["standard deviation", "t interval", "±"]);
}

#[test]
fn trainings_that_differ_in_more_than_the_seed_are_not_averaged() {
    let mut data = fixture::data();
    for (training, value) in data.trainings.iter_mut().zip(["0.001", "0.002"]) {
        training.axes = vec![Axis {
            name: "lr".into(),
            value: value.into(),
        }];
    }
    let page = page(&data);
    assert_has(
        &page,
        &[
            "The best of 2 variants: hrm[lr=0.001] solves <strong>96.4 %</strong>",
            "2 variants are compared",
        ],
    );
    assert_lacks(&page, &["standard deviation"]);
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = page(&fixture::data());
    assert_lacks(
        &page,
        &[
            "http://", "https://", "src=", "url(", "@import", "<link", "fetch(", "import(",
        ],
    );
}

#[test]
fn sections_follow_the_order_of_reading() {
    let mut data = fixture::data();
    fixture::ablate(
        &mut data,
        &[(&[("lr", "0.1")], 480), (&[("lr", "0.2")], 470)],
    );
    data.evaluations[0].scores.votes = fixture::votes();
    let page = page(&data);
    let sections = [
        "class=\"headline\"",
        "class=\"warnings\"",
        "id=\"training\"",
        "id=\"segments\"",
        "Accuracy against compute",
        "Votes over augmentations",
        "id=\"gallery\"",
        "Ablation on dataset.sudoku",
        "id=\"workflow\"",
        "id=\"provenance\"",
    ];
    let rest = ["id=\"datasets\"", "id=\"configuration\"", "id=\"command\""];
    let places: Vec<usize> = sections
        .iter()
        .chain(&rest)
        .map(|section| page.find(section).expect(section))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn provenance_configuration_and_command_are_complete() {
    let data = fixture::data();
    let page = page(&data);
    assert_has(
        &page,
        &[
            "hrm run workflows/quickstart.toml",
            "3f2a9c1d, with uncommitted changes",
            "seeds = [0, 1]",
            "24.0 GiB",
        ],
    );
    assert_has(
        &page,
        &[
            "solution grids may recur",
            "9,000",
            "hrm 0.1.0, burn 0.22.1",
            "2 logical cores",
        ],
    );
    for stage in &data.provenance.stages {
        assert_has(&page, &[&stage.id, &stage.key, &stage.content_hash]);
    }
}

#[test]
fn the_gallery_keeps_every_segment_and_marks_errors_without_color() {
    let mut data = fixture::data();
    data.evaluations.truncate(1);
    data.evaluations[0].traces = vec![fixture::sudoku_trace(2, false), fixture::maze_trace()];
    let page = page(&data);
    assert_has(
        &page,
        &[
            "4×4 Sudoku 2",
            "✗ failed",
            "5×7 maze 3",
            "✓ solved",
            "type=\"range\" min=\"0\" max=\"8\"",
        ],
    );
    assert_has(
        &page,
        &[
            "class=\"given\"",
            "wrong",
            "box-left",
            "q_halt −4.2",
            "segment 8 of 8 · 4 wrong cells",
        ],
    );
    assert_has(&page, &["i.wrong::after"]);
    let trace = fixture::maze_trace();
    for tokens in [
        &trace.question,
        &trace.answer,
        &trace.predictions[0],
        &trace.predictions[1],
    ] {
        let hex: String = tokens.iter().map(|token| format!("{token:02x}")).collect();
        assert_has(&page, &[&hex]);
    }
}

#[test]
fn no_text_of_the_data_becomes_markup() {
    const EVIL: &str = "<script>alert(\"1\")</script>'&";
    let text = serde_json::to_string(&fixture::data()).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    poison(&mut value, EVIL);
    let data: ReportData = serde_json::from_value(value).unwrap();
    let files = hrm_report::render(&data).unwrap();
    let page = String::from_utf8(files["index.html"].clone()).unwrap();
    assert_lacks(&page, &["<script>alert", "</script>'"]);
    assert_has(
        &page,
        &["&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'&amp;"],
    );
    assert_eq!(
        page.matches("<script").count(),
        1,
        "only the page's own script"
    );
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".svg")) {
        let svg = std::str::from_utf8(bytes).unwrap();
        roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Ends every text with markup, at the end so that ids still tell stages and seeds apart.
fn poison(value: &mut serde_json::Value, evil: &str) {
    match value {
        serde_json::Value::String(text) => text.push_str(evil),
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| poison(value, evil)),
        serde_json::Value::Object(fields) => {
            fields.values_mut().for_each(|value| poison(value, evil))
        }
        _ => {}
    }
}
