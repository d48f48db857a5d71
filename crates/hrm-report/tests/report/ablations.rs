//! Ablation tables: on the page, as CSV and as Markdown.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{ReportData, render};

/// A grid of two settings, and one setting that is the same everywhere.
fn grid() -> ReportData {
    let mut data = fixture::data();
    let cells: [(&[(&str, &str)], u64); 4] = [
        (
            &[
                ("model.h_cycles", "1"),
                ("model.l_cycles", "2"),
                ("lr", "0.1"),
            ],
            300,
        ),
        (
            &[
                ("model.h_cycles", "1"),
                ("model.l_cycles", "10"),
                ("lr", "0.1"),
            ],
            350,
        ),
        (
            &[
                ("model.h_cycles", "3"),
                ("model.l_cycles", "2"),
                ("lr", "0.1"),
            ],
            400,
        ),
        (
            &[
                ("model.h_cycles", "3"),
                ("model.l_cycles", "10"),
                ("lr", "0.1"),
            ],
            500,
        ),
    ];
    fixture::ablate(&mut data, &cells);
    data
}

#[test]
fn rows_show_results_what_differs_and_the_difference_to_the_base() {
    let page = page(&grid());
    assert_has(
        &page,
        &[
            "Ablation on dataset.sudoku, test split",
            "model.<wbr>h_cycles",
            "hrm[variant=3]",
            "<b>60.0 %</b><span class=\"detail\">58.0–62.0</span><span class=\"detail\">1 seed</span>",
            "+40.0 points<span class=\"detail\">+37.0 to +43.0</span>",
            "12.0 MFLOP",
            "<td class=\"like-base\">1</td>",
        ],
    );
    assert_lacks(&page, &[">lr<wbr>", "±"]);
}

#[test]
fn two_swept_settings_are_a_matrix_that_is_darkest_at_the_best() {
    let page = page(&grid());
    assert_has(
        &page,
        &[
            "exact accuracy by model.h_cycles and model.l_cycles",
            "class=\"heat\" style=\"--heat:0%\">60.0 %",
            "class=\"heat\" style=\"--heat:45%\">100.0 %",
        ],
    );
}

#[test]
fn tables_are_written_as_csv_and_markdown() {
    let files = render(&grid()).unwrap();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let csv = text("ablations.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].ends_with("training_seconds,setting.model.h_cycles,setting.model.l_cycles"));
    assert!(
        lines[2]
            .starts_with("\"dataset.sudoku, test split\",hrm[variant=1],exact_accuracy,0.7,0.67"),
        "{}",
        lines[2]
    );
    let markdown = text("ablations.md");
    assert_has(
        &markdown,
        &[
            "## Ablation on dataset.sudoku, test split",
            "| hrm[variant=1] | 1 | 10 | 70.0 % (68.0–72.0) | 1 | +10.0 points (+7.0 to +13.0) | 1,234,567 |",
        ],
    );
}

#[test]
fn text_cannot_leave_its_cell() {
    let mut data = grid();
    data.ablations[0].rows[0]
        .settings
        .insert("note".into(), "a | b\nc".into());
    let files = render(&data).unwrap();
    let markdown = String::from_utf8(files["ablations.md"].clone()).unwrap();
    assert_has(&markdown, &["| a \\| b c |"]);
}

#[test]
fn without_several_results_there_is_no_table() {
    let files = render(&fixture::data()).unwrap();
    assert!(!files.contains_key("ablations.csv") && !files.contains_key("ablations.md"));
}
