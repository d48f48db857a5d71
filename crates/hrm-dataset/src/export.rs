//! Folders exactly as the published builders write them.

use crate::dataset::{IDENTIFIERS_FILE, Names};
use crate::meta::SplitMeta;
use crate::split_files::META_FILE;
use crate::{Dataset, DatasetError, PuzzleDescription, SplitData};
use hrm_arc::{Convention, python_json};
use std::path::Path;

/// Evaluation tasks with their answers, which TRM's evaluation reads.
const TEST_PUZZLES_FILE: &str = "test_puzzles.json";

impl Dataset {
    /// Writes the dataset's folder as one of the published builders does, every augmented puzzle
    /// included: without a card, difficulties, and what else they do not know.
    ///
    /// The published builders write the tokens of augmented Sudokus as 64-bit integers; here all
    /// tokens are bytes, which the published code reads alike.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn export(&self, dir: &Path, convention: Convention) -> Result<(), DatasetError> {
        for (split, data) in &self.splits {
            let folder = dir.join(split.name());
            std::fs::create_dir_all(&folder).map_err(DatasetError::io("create", &folder))?;
            data.write_published_arrays(&folder)?;
            let meta = self.published_meta(data, convention);
            write(&folder.join(META_FILE), &python_json(&meta))?;
        }
        let names = match &self.names {
            Names::Listed(names) => python_json(names),
            Names::Planned(plan) => {
                let plan = plan.dataset();
                if convention == Convention::Trm {
                    let puzzles = plan.test_puzzles_json();
                    write(&dir.join(TEST_PUZZLES_FILE), &puzzles)?;
                }
                plan.identifiers_json(convention)
            }
        };
        write(&dir.join(IDENTIFIERS_FILE), &names)
    }

    /// TRM's builders add the number of puzzles; those of Sudoku and mazes put the number of groups
    /// in its place.
    fn published_meta(&self, data: &SplitData, convention: Convention) -> SplitMeta {
        let total_puzzles = match (convention, self.card.puzzle) {
            (Convention::Hrm, _) => None,
            (
                Convention::Trm,
                PuzzleDescription::Sudoku { .. } | PuzzleDescription::Maze { .. },
            ) => Some(data.groups()),
            (Convention::Trm, PuzzleDescription::Arc | PuzzleDescription::Tokens) => {
                Some(data.puzzles())
            }
        };
        SplitMeta {
            total_puzzles,
            ..data.meta().clone()
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), DatasetError> {
    std::fs::write(path, text).map_err(DatasetError::io("write", path))
}
