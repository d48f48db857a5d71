//! The benchmark data that may lie beside the project.

use std::path::PathBuf;

/// Question and answer of every row of a CSV file of the benchmark data; nothing, with a line that
/// says so, where the data is absent.
pub(crate) fn rows(file: &str) -> Option<Vec<(String, String)>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/datasets", file]
        .iter()
        .collect();
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return None;
    };
    let row = |line: &str| {
        let mut columns = line.split(',').skip(1).map(str::to_string);
        (columns.next().unwrap(), columns.next().unwrap())
    };
    Some(text.lines().skip(1).map(row).collect())
}
