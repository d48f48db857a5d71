//! The workflows that are run.

use std::fmt::Write;

/// Trainings on each dataset of [`small_stages`].
const TRAININGS: usize = 2;

/// Stages for each dataset of [`small_stages`]: itself, its trainings, and their evaluations.
const STAGES_OF_DATASET: usize = 1 + 2 * TRAININGS;

/// A model that is trained in milliseconds.
const MODEL: &str = r#"
[train.MODEL]
hidden_size = 16
num_heads = 2
h_layers = 1
l_layers = 1
h_cycles = 1
l_cycles = 1
pos_encodings = "learned"
"#;

/// As many stages, a multiple of five, with as little work as a real one can have: of each five, a dataset
/// of 4×4 Sudokus, two trainings of one step on it, and an evaluation of each.
pub(super) fn small_stages(stages: usize) -> String {
    let mut text = "name = \"bench-runner\"\n".to_owned();
    for dataset in 0..stages / STAGES_OF_DATASET {
        let _ = write!(
            text,
            "[dataset.d{dataset}]\nseed = {dataset}\n\
             sudoku = {{ box_rows = 2, box_cols = 2, train = 8, test = 16, givens = [4, 10] }}\n"
        );
        for training in (0..TRAININGS).map(|training| dataset * TRAININGS + training) {
            let head = format!(
                "dataset = \"d{dataset}\"\nseeds = [{training}]\nsteps = 1\nlr_warmup_steps = 0\n\
                 batch_size = 8\nsegments = 1\n"
            );
            text += &train(training, &head);
            let _ = write!(
                text,
                "[evaluate.e{training}]\ntrain = \"t{training}\"\nbatch_size = 16\n"
            );
        }
    }
    text
}

/// Eight stages that a core works on for about as long: four datasets of 9×9 Sudokus, and a training on each.
pub(super) fn busy_stages() -> String {
    let mut text = "name = \"bench-jobs\"\n".to_owned();
    for chain in 0..4 {
        let _ = write!(
            text,
            "[dataset.d{chain}]\nseed = {chain}\n\
             sudoku = {{ box_rows = 3, box_cols = 3, train = 1000, test = 100, givens = [24, 34] }}\n"
        );
        let head = format!(
            "dataset = \"d{chain}\"\nsteps = 40\nlr_warmup_steps = 0\nbatch_size = 32\nsegments = 4\n"
        );
        text += &train(chain, &head);
    }
    text
}

fn train(name: usize, head: &str) -> String {
    let model = MODEL.replace("train.MODEL", &format!("train.t{name}.model"));
    format!("[train.t{name}]\n{head}{model}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn workflows_have_as_many_stages_as_they_say() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workflow.toml");
        for (text, stages) in [(small_stages(100), 100), (busy_stages(), 8)] {
            fs::write(&file, text).unwrap();
            let workflow = hrm_workflow::load(&file, &[]).unwrap();
            assert_eq!(workflow.stages.len(), stages);
        }
    }
}
