//! Where the random decisions of a dataset come from.

use crate::NumpyLegacy;
use hrm_random::ChaCha8Rng;
use rand::Rng;
use rand::seq::SliceRandom;

/// A source of random decisions.
pub(crate) trait Draws {
    /// A whole number of `0..bound`, each as likely as the others; `bound` is at least 1.
    fn below(&mut self, bound: u32) -> u32;

    /// Puts the items in random order.
    fn shuffle<T>(&mut self, items: &mut [T]);
}

/// A stream of [`hrm_random::stream`].
impl Draws for ChaCha8Rng {
    fn below(&mut self, bound: u32) -> u32 {
        self.random_range(0..bound)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        SliceRandom::shuffle(items, self);
    }
}

/// The published builders' draws.
impl Draws for NumpyLegacy {
    fn below(&mut self, bound: u32) -> u32 {
        self.randint(0, bound)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        NumpyLegacy::shuffle(self, items);
    }
}
