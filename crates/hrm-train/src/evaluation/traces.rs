//! Chooses the puzzles whose predictions are kept.

use super::result::PuzzleTrace;

/// Keeps the first solved and the first failed puzzles, half and half where there are enough.
#[derive(Debug)]
pub(super) struct TraceKeeper {
    wanted: usize,
    solved: Vec<PuzzleTrace>,
    failed: Vec<PuzzleTrace>,
}

impl TraceKeeper {
    pub(super) fn new(wanted: usize) -> Self {
        Self {
            wanted,
            solved: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Offers a puzzle; `make` is called only if it is kept.
    pub(super) fn offer(&mut self, exact: bool, make: impl FnOnce() -> PuzzleTrace) {
        let kept = if exact {
            &mut self.solved
        } else {
            &mut self.failed
        };
        if kept.len() < self.wanted {
            kept.push(make());
        }
    }

    /// The chosen puzzles: solved ones first, then failed ones.
    pub(super) fn finish(mut self) -> Vec<PuzzleTrace> {
        let half = self.wanted / 2;
        let solved = self
            .solved
            .len()
            .min((self.wanted - half).max(self.wanted.saturating_sub(self.failed.len())));
        let failed = self.failed.len().min(self.wanted - solved);
        self.solved.truncate(solved);
        self.failed.truncate(failed);
        self.solved.append(&mut self.failed);
        self.solved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(index: u32, exact: bool) -> PuzzleTrace {
        PuzzleTrace {
            index,
            question: vec![],
            answer: vec![],
            predictions: vec![],
            q_halt: vec![],
            halt_segment: 1,
            exact,
        }
    }

    fn chosen(wanted: usize, solved: u32, failed: u32) -> (usize, usize) {
        let mut keeper = TraceKeeper::new(wanted);
        (0..solved).for_each(|i| keeper.offer(true, || trace(i, true)));
        (0..failed).for_each(|i| keeper.offer(false, || trace(i, false)));
        let traces = keeper.finish();
        let solved = traces.iter().filter(|t| t.exact).count();
        (solved, traces.len() - solved)
    }

    #[test]
    fn half_and_half_where_there_are_enough() {
        assert_eq!(chosen(6, 10, 10), (3, 3));
        assert_eq!(chosen(6, 10, 1), (5, 1));
        assert_eq!(chosen(6, 0, 10), (0, 6));
        assert_eq!(chosen(6, 2, 2), (2, 2));
        assert_eq!(chosen(0, 5, 5), (0, 0));
    }
}
