//! The choice among puzzles by difficulty.

use crate::{assert_has, assert_lacks, fixture, page};

#[test]
fn puzzles_can_be_chosen_by_their_difficulty() {
    let page = page(&fixture::data());
    assert_has(
        &page,
        &[
            "<label for=\"difficulty\">Difficulty</label>",
            "<option value=\"\" selected>all</option><option value=\"0\">0</option>",
            "<option value=\"2\">2</option></select>",
            "All 12 puzzles are shown.",
            "data-difficulty=\"2\"",
            "difficulty 1",
        ],
    );
}

#[test]
fn where_there_is_no_choice_it_is_said_why() {
    let mut data = fixture::data();
    let set = |data: &mut hrm_report::ReportData, difficulty| {
        let evaluations = data.evaluations.iter_mut();
        for trace in evaluations.flat_map(|evaluation| &mut evaluation.traces) {
            trace.difficulty = difficulty;
        }
    };
    set(&mut data, Some(0));
    let alike = page(&data);
    assert_has(
        &alike,
        &["The known difficulties of these puzzles are all 0."],
    );
    set(&mut data, None);
    let unknown = page(&data);
    assert_has(&unknown, &["The difficulty of these puzzles is not known."]);
    for page in [alike, unknown] {
        assert_lacks(&page, &["<select"]);
    }
}

#[test]
fn a_puzzle_of_unknown_difficulty_has_no_range() {
    let mut data = fixture::data();
    data.evaluations[0].traces.push(fixture::maze_trace());
    let page = page(&data);
    let maze = page
        .find("aria-label=\"5×7 maze\"")
        .or(page.find("5×7 maze 3"));
    let figure = &page[..maze.unwrap()];
    let figure = &figure[figure.rfind("<figure").unwrap()..];
    assert_lacks(figure, &["data-difficulty"]);
}
