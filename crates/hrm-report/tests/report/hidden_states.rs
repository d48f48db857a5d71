//! Forward residuals and participation ratios.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{HiddenStateInfo, ReportData, render};

fn data() -> ReportData {
    let mut data = fixture::data();
    let state = |state: &str, scale: f64| HiddenStateInfo {
        state: state.to_owned(),
        residuals: (1..=12).map(|step| (step, scale / step as f64)).collect(),
        participation: (1..=10).map(|i| (10 * i, scale * i as f64)).collect(),
    };
    data.evaluations[0].hidden_states = vec![state("z_h", 3.0), state("z_l", 1.0)];
    data
}

#[test]
fn they_are_plotted_by_state_and_written_as_a_table() {
    let files = render(&data()).unwrap();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    assert_has(
        &text("residuals.svg"),
        &["norm of the change", "update", "z_H", "z_L"],
    );
    assert_has(
        &text("participation.svg"),
        &["participation ratio (dimensions)", "puzzles"],
    );
    let table = text("hidden_states.csv");
    assert_has(
        &table,
        &[
            "evaluate.test[seed=0],z_h,residual,2,1.5",
            "evaluate.test[seed=0],z_l,participation_ratio,100,10.0",
        ],
    );
    assert_has(&page(&data()), &["Hidden states", "Forward residuals"]);
}

#[test]
fn without_probes_there_is_no_section() {
    assert_lacks(&page(&fixture::data()), &["hidden-states"]);
}
