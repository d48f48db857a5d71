//! Two models on the same puzzles.

/// How many puzzles each of two models, `a` and `b`, solves: the 2×2 table of their outcomes. There
/// is at least one puzzle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairedCounts {
    both: u64,
    only_a: u64,
    only_b: u64,
    neither: u64,
}

impl PairedCounts {
    /// The table of these counts. `None` without any puzzle, or with more than a `u64` counts.
    pub fn new(both: u64, only_a: u64, only_b: u64, neither: u64) -> Option<Self> {
        let puzzles = [only_a, only_b, neither]
            .into_iter()
            .try_fold(both, u64::checked_add)?;
        (puzzles > 0).then_some(Self {
            both,
            only_a,
            only_b,
            neither,
        })
    }

    /// The table of the outcomes of `a` and of `b` on each puzzle. `None` without any puzzle.
    pub fn from_outcomes(outcomes: impl IntoIterator<Item = (bool, bool)>) -> Option<Self> {
        let [mut both, mut only_a, mut only_b, mut neither] = [0; 4];
        for outcome in outcomes {
            let count = match outcome {
                (true, true) => &mut both,
                (true, false) => &mut only_a,
                (false, true) => &mut only_b,
                (false, false) => &mut neither,
            };
            *count += 1;
        }
        Self::new(both, only_a, only_b, neither)
    }

    /// Puzzles that both models solve.
    pub fn both(self) -> u64 {
        self.both
    }

    /// Puzzles that `a` solves and `b` does not.
    pub fn only_a(self) -> u64 {
        self.only_a
    }

    /// Puzzles that `b` solves and `a` does not.
    pub fn only_b(self) -> u64 {
        self.only_b
    }

    /// Puzzles that neither model solves.
    pub fn neither(self) -> u64 {
        self.neither
    }

    /// All puzzles.
    pub fn puzzles(self) -> u64 {
        self.both + self.only_a + self.only_b + self.neither
    }

    /// The accuracy of `a` minus that of `b`.
    pub fn difference(self) -> f64 {
        (self.only_a as f64 - self.only_b as f64) / self.puzzles() as f64
    }
}
