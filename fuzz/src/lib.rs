//! What each fuzz target does with arbitrary bytes. Nothing may panic, hang, or use memory without
//! bound; what is read must survive being written.

mod archive;
mod dataset;
mod folder;

pub use archive::archive;
pub use dataset::{dataset_folder, npy};

use folder::Folder;
use hrm_arc::{Convention, Task, canonical_task, parse_kaggle, parse_task, parse_tasks};
use hrm_audit::PuzzleSet;
use hrm_source::Manifest;

/// Puzzles that were read are compared, measured and written, as `hrm data` does.
fn use_puzzles(sets: &[PuzzleSet]) {
    let _ = hrm_audit::audit(sets);
    let _ = hrm_audit::inspect(String::new(), Vec::new(), sets, 2);
}

/// A file of rows. What was read is read again from what is written of it.
pub fn csv_rows(data: &[u8]) {
    let folder = Folder::new("csv_rows");
    let read = |bytes: &[u8]| hrm_corpus::of_path("x", &folder.write("train.csv", bytes));
    let Ok(corpus) = read(data) else { return };
    use_puzzles(&corpus.sets);
    for set in &corpus.sets {
        let text = hrm_corpus::csv(set).expect("rows hold no ARC tasks");
        let again = read(text.as_bytes()).expect("what is written can be read");
        assert_eq!(set.entries, again.sets[0].entries);
    }
}

/// A file of one task, and one of many.
pub fn arc_task(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(task) = parse_task("x", text) {
        use_tasks(&[task]);
    }
    if let Ok(tasks) = parse_tasks(text) {
        use_tasks(&tasks);
    }
}

/// Challenges and solutions, separated by a zero byte.
pub fn arc_kaggle(data: &[u8]) {
    let mut halves = data.splitn(2, |byte| *byte == 0).map(std::str::from_utf8);
    let (Some(Ok(challenges)), Some(Ok(solutions))) = (halves.next(), halves.next()) else {
        return;
    };
    if let Ok(tasks) = parse_kaggle(challenges, solutions) {
        use_tasks(&tasks);
    }
}

fn use_tasks(tasks: &[Task]) {
    for task in tasks.iter().take(4) {
        let _ = canonical_task(task);
        let _ = hrm_arc::augmentations(0, task, 2);
    }
}

/// A name that can be read is written the same way, unless it says that nothing is augmented.
pub fn puzzle_names(data: &[u8]) {
    let Ok(name) = std::str::from_utf8(data) else {
        return;
    };
    for convention in [Convention::Hrm, Convention::Trm] {
        if let Ok((task, augmentation)) = convention.parse_name(name) {
            let again = convention.puzzle_name(task, &augmentation);
            assert!(again == name || again == task, "{name} became {again}");
        }
    }
}

/// A checkpoint in any of the formats.
pub fn checkpoint(data: &[u8]) {
    if let Ok(checkpoint) = hrm_checkpoint::parse(data) {
        let values = checkpoint.into_values();
        let _ = hrm_checkpoint::safetensors_bytes(&values);
    }
}

/// A manifest.
pub fn manifest(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Manifest::parse("probe.toml", text);
    }
}

/// A workflow file; what is wrong with it is rendered too.
pub fn workflow(data: &[u8]) {
    let folder = Folder::new("workflow");
    let path = folder.write("probe.toml", data);
    if let Err(diagnostics) = hrm_workflow::load(&path, &[]) {
        let _ = diagnostics.render(true);
    }
}
