//! The manifests that are part of the program.

use crate::{Manifest, ManifestError};

/// Name and text of a manifest in the folder `datasets` at the top of the repository.
macro_rules! manifest {
    ($name:literal) => {
        (
            concat!("datasets/", $name, ".toml"),
            include_str!(concat!("../../../datasets/", $name, ".toml")),
        )
    };
}

const MANIFESTS: [(&str, &str); 13] = [
    manifest!("arc-1d"),
    manifest!("arc-agi-1"),
    manifest!("arc-agi-2"),
    manifest!("arc-kaggle"),
    manifest!("concept-arc"),
    manifest!("maze-generated"),
    manifest!("maze-hard"),
    manifest!("sudoku-bench"),
    manifest!("sudoku-extreme"),
    manifest!("sudoku-extreme-15k"),
    manifest!("sudoku-extreme-1k"),
    manifest!("sudoku-small"),
    manifest!("sudoku-tdoku"),
];

/// All manifests of the repository's folder `datasets`, by name.
///
/// # Errors
/// Where one of them is wrong; the tests see to it that none is.
pub fn embedded_manifests() -> Result<Vec<Manifest>, ManifestError> {
    let parse = |&(file, text): &(&str, &str)| Manifest::parse(file, text);
    MANIFESTS.iter().map(parse).collect()
}
