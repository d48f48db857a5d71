//! Checks of the keys that name and change a benchmark.

use super::dataset::check_validation;
use crate::{DatasetConfig, Draws, Problem, bounds};

impl DatasetConfig {
    /// Published draws exist where there is a published builder, and make what that makes.
    pub(super) fn check_draws(&self) -> Option<Problem> {
        if self.draws == Draws::Own {
            return None;
        }
        let (validation, key) = match (&self.benchmark, &self.csv) {
            (Some(_), _) => (self.validation, "validation"),
            (None, Some(csv)) => (csv.validation, "csv.validation"),
            (None, None) => {
                let message = "published draws exist for benchmarks and CSV files only";
                return Some(Problem::new("draws", message).help("leave `draws` out"));
            }
        };
        if validation > 0 {
            let message =
                "the published datasets have no validation split, so published draws make none";
            return Some(
                Problem::new(key, message)
                    .related("draws")
                    .help(format!("leave out `{key}` or `draws`")),
            );
        }
        (self.seed > u64::from(u32::MAX)).then(|| {
            let message = format!("`seed` is {}, but NumPy's seeds have 32 bits", self.seed);
            Problem::new("seed", message)
                .related("draws")
                .help("the published seed is 42")
        })
    }

    /// The keys that change a benchmark.
    pub(super) fn check_benchmark(&self) -> Vec<Problem> {
        let Some(benchmark) = self.benchmark else {
            let set = [
                ("subsample", self.subsample.is_some()),
                ("test_rows", self.test_rows.is_some()),
                ("validation", self.validation > 0),
            ];
            let set = set.into_iter().filter(|&(_, set)| set);
            return set.map(|(key, _)| self.not_a_benchmark(key)).collect();
        };
        let mut problems = Vec::new();
        problems.extend(bounds::PUZZLES.check_set("subsample", self.subsample));
        problems.extend(bounds::PUZZLES.check_set("test_rows", self.test_rows));
        problems.extend(bounds::PUZZLES_OR_NONE.check("validation", self.validation));
        let name = benchmark.name();
        if let Some((train, test)) = benchmark.rows() {
            let counts = [
                ("subsample", self.subsample, train, "training"),
                ("test_rows", self.test_rows, test, "test"),
            ];
            for (key, wanted, rows, what) in counts {
                if let Some(wanted) = wanted.filter(|&wanted| wanted > rows) {
                    let message =
                        format!("`{key}` is {wanted}, but `{name}` has {rows} {what} rows");
                    let help = format!("set `{key}` to at most {rows}");
                    problems.push(Problem::new(key, message).related("benchmark").help(help));
                }
            }
        }
        let rows = self.subsample.or(benchmark.rows().map(|(train, _)| train));
        problems.extend(rows.and_then(|rows| check_validation(self.validation, rows)));
        problems
    }

    /// The problem with a key of benchmarks beside another source.
    fn not_a_benchmark(&self, key: &'static str) -> Problem {
        let problem = Problem::new(key, format!("`{key}` belongs to a `benchmark`"));
        match self.sources().first() {
            Some(source) => problem.related(*source).help(format!(
                "set `{source}.{key}` instead, where there is such a key"
            )),
            None => problem,
        }
    }
}
