//! Checks of `[dataset.NAME]`.

use super::check_text;
use crate::{
    CsvSource, DatasetConfig, FolderSource, MazeSource, Problem, Split, SudokuSource, bounds,
};

impl DatasetConfig {
    /// Everything that can be found wrong without looking at data.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        problems.extend(self.check_one_source());
        problems.extend(bounds::AUGMENTATIONS.check_set("augmentations", self.augmentations));
        let sources = [
            ("sudoku", self.sudoku.as_ref().map(SudokuSource::check)),
            ("maze", self.maze.as_ref().map(MazeSource::check)),
            ("csv", self.csv.as_ref().map(CsvSource::check)),
            ("folder", self.folder.as_ref().map(FolderSource::check)),
        ];
        for (key, found) in sources {
            problems.extend(
                found
                    .into_iter()
                    .flatten()
                    .map(|problem| problem.inside(key)),
            );
        }
        if self.folder.is_some() && self.augmentations() > 0 {
            problems.push(
                Problem::new("augmentations", "an imported folder cannot be augmented")
                    .related("folder")
                    .help("leave `augmentations` out: the folder holds what its builder made"),
            );
        }
        let reason = self.allow_leakage.as_deref();
        problems.extend(reason.and_then(|reason| check_text("allow_leakage", reason)));
        problems.extend(self.check_draws());
        problems.extend(self.check_benchmark());
        problems
    }

    /// Puzzles of a split, where the configuration alone says how many (augmented copies count
    /// as the puzzle they are made of).
    pub fn known_puzzles(&self, split: Split) -> Option<usize> {
        if let Some(benchmark) = self.benchmark {
            let (train, test) = benchmark.rows().unzip();
            return match split {
                Split::Train => Some(self.subsample.or(train)?.saturating_sub(self.validation))
                    .filter(|_| train.is_some()),
                // The test pairs of so many tasks.
                Split::Validation => {
                    Some(self.validation).filter(|&tasks| train.is_some() || tasks == 0)
                }
                Split::Test => test.map(|rows| self.test_rows.unwrap_or(rows)),
            };
        }
        if let Some(sudoku) = &self.sudoku {
            return Some(of_split(
                split,
                sudoku.train,
                sudoku.validation,
                sudoku.test,
            ));
        }
        if let Some(maze) = &self.maze {
            return Some(of_split(split, maze.train, maze.validation, maze.test));
        }
        let csv = self.csv.as_ref()?;
        match split {
            Split::Train => csv
                .subsample
                .map(|rows| rows.saturating_sub(csv.validation)),
            Split::Validation => Some(csv.validation),
            Split::Test => csv.test_rows,
        }
    }

    /// Dotted path of the key that decides the size of `split`, such as `sudoku.validation`.
    pub fn count_key(&self, split: Split) -> Option<String> {
        let source = *self.sources().first()?;
        let key = match (source, split) {
            ("csv" | "benchmark", Split::Train) => "subsample",
            ("csv" | "benchmark", Split::Test) => "test_rows",
            ("folder", Split::Train | Split::Test) => return None,
            _ => split.name(),
        };
        match source {
            "benchmark" => Some(key.to_owned()),
            _ => Some(format!("{source}.{key}")),
        }
    }

    /// Names of the sources that are set.
    pub(super) fn sources(&self) -> Vec<&'static str> {
        [
            ("benchmark", self.benchmark.is_some()),
            ("sudoku", self.sudoku.is_some()),
            ("maze", self.maze.is_some()),
            ("csv", self.csv.is_some()),
            ("folder", self.folder.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, set)| set.then_some(key))
        .collect()
    }

    fn check_one_source(&self) -> Option<Problem> {
        match self.sources().as_slice() {
            [_] => None,
            [first, second, ..] => Some(
                Problem::new(
                    *second,
                    format!("a dataset has one source, but `{first}` and `{second}` are both set"),
                )
                .related(*first)
                .help("make a dataset stage for each"),
            ),
            [] => {
                Some(Problem::new("", "the dataset has no source").help(
                    "add `benchmark` or one of the tables `sudoku`, `maze`, `csv` and `folder`",
                ))
            }
        }
    }
}

const fn of_split(split: Split, train: usize, validation: usize, test: usize) -> usize {
    match split {
        Split::Train => train,
        Split::Validation => validation,
        Split::Test => test,
    }
}

/// The problem with a validation split that takes all of the training rows.
pub(super) fn check_validation(validation: usize, rows: usize) -> Option<Problem> {
    (rows <= validation && rows > 0).then(|| {
        let message = format!("`validation` takes {validation} puzzles from a subsample of {rows}");
        Problem::new("validation", message)
            .related("subsample")
            .help("leave at least one puzzle for training")
    })
}

/// Bounds of the three counts of a generated dataset.
fn check_counts(train: usize, validation: usize, test: usize) -> impl Iterator<Item = Problem> {
    [
        bounds::PUZZLES.check("train", train),
        bounds::PUZZLES_OR_NONE.check("validation", validation),
        bounds::PUZZLES.check("test", test),
    ]
    .into_iter()
    .flatten()
}

/// The problem with a `[smallest, largest]` pair in the wrong order.
fn check_order<T: PartialOrd + std::fmt::Debug>(path: &str, pair: &[T; 2]) -> Option<Problem> {
    let [smallest, largest] = pair;
    (smallest > largest).then(|| {
        Problem::new(
            path,
            format!("`{path}` starts at {smallest:?}, above its end {largest:?}"),
        )
        .help(format!(
            "write the smaller one first: `{path} = [{largest:?}, {smallest:?}]`"
        ))
    })
}

impl SudokuSource {
    fn check(&self) -> Vec<Problem> {
        let sides: Vec<_> = [("box_rows", self.box_rows), ("box_cols", self.box_cols)]
            .into_iter()
            .filter_map(|(key, value)| {
                let help = "boxes of 2×2 make 4×4 Sudoku, 2×3 make 6×6 and 3×3 make 9×9";
                bounds::BOX_SIDE
                    .check(key, value)
                    .map(|problem| problem.help(help))
            })
            .collect();
        let givens = if sides.is_empty() {
            self.check_givens()
        } else {
            None
        };
        let guesses = self
            .guesses
            .as_ref()
            .and_then(|pair| check_order("guesses", pair));
        let counts = check_counts(self.train, self.validation, self.test);
        sides
            .into_iter()
            .chain(counts)
            .chain(givens)
            .chain(guesses)
            .collect()
    }

    fn check_givens(&self) -> Option<Problem> {
        let pair = self.givens.as_ref()?;
        if let Some(problem) = check_order("givens", pair) {
            return Some(problem);
        }
        let size = self.box_rows * self.box_cols;
        let [fewest, most] = *pair;
        let related = |problem: Problem| problem.related("box_rows").related("box_cols");
        if most >= size * size {
            let message = format!(
                "`givens` goes up to {most}, but a Sudoku of {size}×{size} has {} cells",
                size * size
            );
            let help = format!(
                "at most {} can be given if something is to be solved",
                size * size - 1
            );
            return Some(related(Problem::new("givens", message).help(help)));
        }
        let needed = fewest_givens(size);
        if most < needed {
            let message = format!(
                "no Sudoku of {size}×{size} with {fewest} to {most} givens has exactly one solution"
            );
            return Some(related(
                Problem::new("givens", message)
                    .help(format!("{needed} givens is the known minimum")),
            ));
        }
        None
    }
}

/// Fewest givens with which a solution can be unique. Known by exhaustive search for 4×4 (4),
/// 6×6 with 2×3 boxes (8) and 9×9 (17: McGuire et al. 2012, arXiv 1201.0749); otherwise all digits
/// but one must be there.
const fn fewest_givens(size: usize) -> usize {
    match size {
        4 => 4,
        6 => 8,
        9 => 17,
        _ => size - 1,
    }
}

impl MazeSource {
    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        problems.extend(bounds::MAZE_SIDE.check("rows", self.rows));
        problems.extend(bounds::MAZE_SIDE.check("cols", self.cols));
        problems.extend(self.check_wall_probability());
        problems.extend(bounds::PATH.check("min_path", self.min_path));
        if problems.is_empty() && self.min_path >= self.rows * self.cols {
            let cells = self.rows * self.cols;
            let message = format!(
                "`min_path` is {}, but a maze of {}×{} has {cells} cells",
                self.min_path, self.rows, self.cols
            );
            problems.push(
                Problem::new("min_path", message)
                    .related("rows")
                    .related("cols")
                    .help(format!(
                        "a path has at most {} steps, and one that long is hardly ever drawn",
                        cells - 1
                    )),
            );
        }
        problems.extend(check_counts(self.train, self.validation, self.test));
        problems
    }

    fn check_wall_probability(&self) -> Option<Problem> {
        let path = "wall_probability";
        let outside = self
            .wall_probability
            .iter()
            .find_map(|&bound| bounds::SHARE.check(path, bound));
        outside.or_else(|| check_order(path, &self.wall_probability))
    }
}

impl CsvSource {
    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        problems.extend(check_text("train", &self.train));
        problems.extend(check_text("test", &self.test));
        problems.extend(bounds::PUZZLES.check_set("subsample", self.subsample));
        problems.extend(bounds::PUZZLES.check_set("test_rows", self.test_rows));
        problems.extend(bounds::PUZZLES_OR_NONE.check("validation", self.validation));
        problems.extend(
            self.subsample
                .and_then(|rows| check_validation(self.validation, rows)),
        );
        problems
    }
}

impl FolderSource {
    fn check(&self) -> Vec<Problem> {
        let path = check_text("path", &self.path);
        path.into_iter()
            .chain(bounds::PUZZLES_OR_NONE.check("validation", self.validation))
            .collect()
    }
}
