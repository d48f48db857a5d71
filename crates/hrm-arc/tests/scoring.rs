//! Votes and scores on cases small enough to check by hand.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::tasks::{grid, pair, task};
use hrm_arc::dataset::PuzzleRef;
use hrm_arc::scoring::{Outcomes, Prediction, Rule, VoteError, Votes};
use hrm_arc::tokens::{Offset, SEQ_LEN, Tokens, encode};
use hrm_arc::{Augmentation, ColourPermutation, Dihedral, Grid, Task};

/// Task `a` has the test inputs 1 and 2 with the outputs 3 and 4, task `b` 5 with 6.
fn tasks() -> Vec<Task> {
    let train = || vec![pair(&["7"], &["8"])];
    vec![
        task(
            "a",
            train(),
            vec![pair(&["1"], &["3"]), pair(&["2"], &["4"])],
        ),
        task("b", train(), vec![pair(&["5"], &["6"])]),
    ]
}

fn turned() -> Augmentation {
    Augmentation {
        dihedral: Dihedral::ALL[1],
        colours: ColourPermutation::parse("0345678912").unwrap(),
    }
}

/// One prediction, given in the task's own orientation and colours.
struct Row<'a> {
    row: usize,
    task: &'a str,
    index: usize,
    input: &'a str,
    output: &'a str,
    q: f64,
}

fn tokens(grid: &Grid, augmentation: &Augmentation) -> Tokens {
    let mut tokens = [0; SEQ_LEN];
    encode(grid, augmentation, Offset::default(), &mut tokens);
    tokens
}

impl Row<'_> {
    fn vote(&self, votes: &mut Votes<'_>) -> Result<(), VoteError> {
        let augmentation = if self.index == 0 {
            Augmentation::IDENTITY
        } else {
            turned()
        };
        votes.add(&Prediction {
            row: self.row,
            puzzle: PuzzleRef {
                task: self.task,
                augmentation,
                index: self.index,
            },
            input: &tokens(&grid(&[self.input]), &augmentation),
            output: &tokens(&grid(&[self.output]), &augmentation),
            q_halt_logit: self.q,
        })
    }
}

fn row<'a>(row: usize, task: &'a str, index: usize, io: [&'a str; 2], q: f64) -> Row<'a> {
    let [input, output] = io;
    Row {
        row,
        task,
        index,
        input,
        output,
        q,
    }
}

fn votes<'t>(tasks: &'t [Task], rows: &[Row<'_>]) -> Votes<'t> {
    let mut votes = Votes::new(tasks).unwrap();
    rows.iter().for_each(|row| row.vote(&mut votes).unwrap());
    votes
}

/// The candidates of a test input, with their votes.
fn ranking(outcomes: &Outcomes<'_>, task: &str, test: usize) -> Vec<(u8, usize)> {
    let found = outcomes
        .iter()
        .find(|outcome| outcome.task == task && outcome.test_index == test);
    let candidates = &found.unwrap().candidates;
    let candidate =
        |candidate: &hrm_arc::scoring::Candidate<'_>| (candidate.grid.cells()[0], candidate.votes);
    candidates.iter().map(candidate).collect()
}

#[test]
fn candidates_are_ranked_by_votes_then_q_then_row() {
    let tasks = tasks();
    let rows = [
        // Arrives first, but row 9 is the later one of two that tie exactly.
        row(9, "b", 5, ["5", "1"], 1.0),
        row(2, "b", 0, ["5", "6"], -9.0),
        row(3, "b", 1, ["5", "6"], -9.0),
        row(4, "b", 2, ["5", "2"], 1.0),
        row(5, "b", 3, ["5", "3"], 2.0),
    ];
    let votes = votes(&tasks, &rows);
    let outcomes = votes.outcomes(usize::MAX).unwrap();
    assert_eq!(ranking(&outcomes, "b", 0), [(6, 2), (3, 1), (2, 1), (1, 1)]);
}

#[test]
fn rules_differ_where_a_task_is_solved_in_part() {
    let tasks = tasks();
    let rows = [
        row(0, "a", 0, ["1", "3"], 0.0),
        row(1, "a", 0, ["2", "9"], 1.0),
        row(2, "a", 1, ["2", "4"], 0.0),
        row(3, "b", 0, ["5", "6"], 0.0),
    ];
    let votes = votes(&tasks, &rows);
    let outcomes = votes.outcomes(usize::MAX).unwrap();
    let score = |k, rule| {
        let score = outcomes.pass_at(k, rule);
        (score.solved_parts, score.parts_per_task, score.tasks)
    };
    assert_eq!(score(1, Rule::Hrm), (1, 1, 2));
    assert_eq!(score(1, Rule::Trm), (3, 2, 2));
    assert_eq!(score(2, Rule::Hrm), (2, 1, 2));
    assert_eq!(score(2, Rule::Trm), (4, 2, 2));
    assert_eq!(outcomes.pass_at(1, Rule::Trm).solved_tasks(), 1.5);
    assert_eq!(outcomes.pass_at(1, Rule::Trm).value(), Some(0.75));
    assert_eq!(outcomes.arc_prize().value(), Some(1.0));
}

#[test]
fn only_the_first_augmentations_vote() {
    let tasks = tasks();
    let rows = [
        row(0, "b", 0, ["5", "1"], 0.0),
        row(1, "b", 1, ["5", "6"], 0.0),
        row(2, "b", 2, ["5", "6"], 0.0),
    ];
    let votes = votes(&tasks, &rows);
    let ranking = |augmentations| ranking(&votes.outcomes(augmentations).unwrap(), "b", 0);
    assert_eq!(ranking(0), [(1, 1)]);
    assert_eq!(ranking(1), [(1, 1), (6, 1)]);
    assert_eq!(ranking(2), [(6, 2), (1, 1)]);
    assert_eq!(ranking(2), ranking(usize::MAX));
}

#[test]
fn what_is_not_predicted_is_not_solved_and_keeps_its_place_in_the_submission() {
    let tasks = tasks();
    let votes = votes(&tasks, &[row(0, "a", 1, ["2", "4"], 0.0)]);
    let outcomes = votes.outcomes(usize::MAX).unwrap();
    assert_eq!(outcomes.pass_at(1000, Rule::Hrm).value(), Some(0.0));
    assert_eq!(outcomes.pass_at(1000, Rule::Trm).value(), Some(0.25));
    let blank = r#"{"attempt_1": [[0]], "attempt_2": [[0]]}"#;
    let four = r#"{"attempt_1": [[4]], "attempt_2": [[4]]}"#;
    let expected = format!(r#"{{"a": [{blank}, {four}], "b": [{blank}]}}"#);
    assert_eq!(outcomes.submission_json(), expected);
}

#[test]
fn test_pairs_with_one_input_share_its_votes() {
    let test = vec![pair(&["1"], &["3"]), pair(&["1"], &["4"])];
    let tasks = [task("a", vec![pair(&["7"], &["8"])], test)];
    let votes = votes(&tasks, &[row(0, "a", 0, ["1", "4"], 0.0)]);
    let outcomes = votes.outcomes(usize::MAX).unwrap();
    let ranks: Vec<Option<usize>> = outcomes.iter().map(|outcome| outcome.rank).collect();
    assert_eq!(ranks, [None, Some(1)]);
}

#[test]
fn predictions_that_do_not_fit_are_refused() {
    let tasks = tasks();
    let task = |name: &str| name.to_owned();
    let cases = [
        (
            row(7, "c", 0, ["1", "3"], 0.0),
            VoteError::UnknownTask {
                row: 7,
                task: task("c"),
            },
        ),
        (
            row(7, "b", 1, ["1", "3"], 0.0),
            VoteError::UnknownInput {
                row: 7,
                task: task("b"),
            },
        ),
        (
            row(7, "b", 1, ["5", "3"], f64::NAN),
            VoteError::NotANumber {
                row: 7,
                task: task("b"),
            },
        ),
    ];
    for (row, error) in cases {
        assert_eq!(row.vote(&mut Votes::new(&tasks).unwrap()), Err(error));
    }
    let twice = [
        row(7, "b", 1, ["5", "6"], 0.0),
        row(7, "b", 2, ["5", "6"], 0.0),
    ];
    let twice = votes(&tasks, &twice);
    let error = twice.outcomes(usize::MAX).unwrap_err();
    assert_eq!(
        error,
        VoteError::RepeatedRow {
            row: 7,
            task: task("b")
        }
    );
    let other = [tasks[0].clone()];
    let error = Votes::new(&tasks)
        .unwrap()
        .merge(Votes::new(&other).unwrap());
    assert_eq!(error, Err(VoteError::OtherTasks));
    let repeated = [tasks[0].clone(), tasks[0].clone()];
    assert_eq!(
        Votes::new(&repeated).unwrap_err(),
        VoteError::RepeatedTask(task("a"))
    );
    let many = vec![pair(&["1"], &["2"]); 31];
    let many = [common::tasks::task("a", many.clone(), many)];
    assert_eq!(
        Votes::new(&many).unwrap_err(),
        VoteError::TooManyTestInputs {
            task: task("a"),
            found: 31
        }
    );
}
