//! What a reader of a comparison has to know before believing it.

use super::{Side, question_differences};
use hrm_config::Split;
use hrm_report::{Difference, side_letter};

/// The warnings in the order of their weight.
pub(super) fn warnings(sides: &[Side], differences: &[Difference]) -> Vec<String> {
    let [first, others @ ..] = sides else {
        return Vec::new();
    };
    let mut warnings = Vec::new();
    for (index, (other, difference)) in others.iter().zip(differences).enumerate() {
        let letter = side_letter(index + 1);
        warnings.extend(of_question(first, other, &letter));
        warnings.extend(of_pairing(first, other, difference, &letter));
    }
    let letters = sides.iter().enumerate();
    warnings.extend(letters.flat_map(|(index, side)| of_side(side, &side_letter(index))));
    warnings
}

/// The sides answer different questions, which `--across` allows.
fn of_question(first: &Side, other: &Side, letter: &str) -> Option<String> {
    let differences = question_differences(first, other);
    let parts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    (!parts.is_empty()).then(|| {
        format!(
            "A and {letter} answer different questions, compared because it was asked for: {}.",
            parts.join("; ")
        )
    })
}

fn of_pairing(first: &Side, other: &Side, difference: &Difference, letter: &str) -> Option<String> {
    let (a, b) = (first.info.puzzles, other.info.puzzles);
    match &difference.paired {
        None => Some(format!(
            "A and {letter} share no puzzle: their accuracies are of different puzzles, and nothing is tested."
        )),
        Some(paired) if paired.puzzles < a.max(b) => Some(format!(
            "The test of {letter} against A is on the {} puzzles that both evaluated, of {a} and {b}.",
            paired.puzzles
        )),
        Some(_) => None,
    }
}

fn of_side(side: &Side, letter: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    if side.recorded.is_some() {
        warnings.push(format!(
            "{letter} is made of predictions of another program: only its puzzles were checked, how it was trained and \
             selected is not known."
        ));
    }
    match side.info.comparability.split {
        Some(Split::Train) => warnings.push(format!(
            "{letter} is evaluated on the training split: it shows what was memorized, not what was learned."
        )),
        Some(Split::Validation) => warnings.push(format!(
            "{letter} is evaluated on the validation split, by which checkpoints are chosen: it is optimistic."
        )),
        Some(Split::Test) | None => {}
    }
    if let Some(place) = &side.info.test_evaluation {
        warnings.push(format!("{letter} is the {place}."));
    }
    warnings
}
