//! A sample as its distinct items, each with its number, and draws from it.

use rand::Rng;
use rand_distr::{Binomial, Distribution};
use std::collections::BTreeMap;

/// The distinct items of a sample, in order, and how often each occurs.
///
/// Outcomes of puzzles have few distinct values, so a resample is drawn as a multinomial count per
/// distinct item instead of item by item.
#[derive(Debug, Clone)]
pub(crate) struct Multiset<T> {
    items: Vec<(T, u64)>,
    size: u64,
}

impl<T> Multiset<T> {
    /// A multiset of items that are distinct.
    pub(crate) fn of_counts(items: impl IntoIterator<Item = (T, u64)>) -> Self {
        let items: Vec<_> = items.into_iter().filter(|&(_, count)| count > 0).collect();
        let size = items.iter().map(|&(_, count)| count).sum();
        Self { items, size }
    }

    /// Number of items, repeated ones included.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The distinct items and how often each occurs.
    pub(crate) fn items(&self) -> &[(T, u64)] {
        &self.items
    }

    /// The mean of a number per item.
    pub(crate) fn mean(&self, value: impl Fn(&T) -> f64) -> f64 {
        let weighted = |(item, count): &(T, u64)| value(item) * *count as f64;
        self.items.iter().map(weighted).sum::<f64>() / self.size as f64
    }

    /// The means of some numbers per item, over as many items drawn with replacement.
    pub(crate) fn resampled_means<const N: usize>(
        &self,
        values: impl Fn(&T) -> [f64; N],
        rng: &mut impl Rng,
    ) -> [f64; N] {
        let (mut draws, mut unseen) = (self.size, self.size);
        let mut sums = [0.0; N];
        for (item, count) in &self.items {
            // Given the draws of the items before, this one's are binomial among the rest.
            let drawn = binomial(draws, *count as f64 / unseen as f64, rng);
            for (sum, value) in sums.iter_mut().zip(values(item)) {
                *sum += value * drawn as f64;
            }
            draws -= drawn;
            unseen -= count;
        }
        sums.map(|sum| sum / self.size as f64)
    }
}

impl<T: Ord> FromIterator<T> for Multiset<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut counts = BTreeMap::new();
        for item in items {
            *counts.entry(item).or_insert(0) += 1;
        }
        Self::of_counts(counts)
    }
}

/// How many of `draws` hit. The probability lies in 0 to 1, so this cannot fail.
fn binomial(draws: u64, probability: f64, rng: &mut impl Rng) -> u64 {
    Binomial::new(draws, probability).map_or(0, |binomial| binomial.sample(rng))
}
