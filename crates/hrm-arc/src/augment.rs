//! The augmentations of a task: distinct ones, as a function of seed, name and number.

use crate::draws::Draws;
use crate::pair_image::PairImage;
use crate::{Augmentation, ColourPermutation, Dihedral, Task};
use std::collections::HashSet;

/// Tries for each wanted augmentation before a task stays short, as in the published builders.
const TRIES_PER_AUGMENTATION: usize = 5;

/// The original (first) and up to `count` augmentations of a task, no two with the same content.
///
/// Two puzzles have the same content where they have the same pairs, in whatever order. Fewer than
/// `count` come back where 5 · `count` tries do not find more: a task with few colours has only
/// few distinct images. The draws are the task's own, a function of `seed` and its name, so other
/// tasks and threads do not matter, and a larger `count` only appends (up to the number of tries).
pub fn augmentations(seed: u64, task: &Task, count: usize) -> Vec<Augmentation> {
    let purpose = format!("arc/augmentations/{}", task.name());
    draw_augmentations(task, count, &mut hrm_random::stream(seed, &purpose, 0))
}

/// [`augmentations`] from any source of draws.
pub(crate) fn draw_augmentations(
    task: &Task,
    count: usize,
    draws: &mut impl Draws,
) -> Vec<Augmentation> {
    let mut images = Images::new(task);
    let mut found = vec![Augmentation::IDENTITY];
    if count == 0 {
        return found;
    }
    let mut contents = HashSet::from([images.content(&Augmentation::IDENTITY)]);
    for _ in 0..count.saturating_mul(TRIES_PER_AUGMENTATION) {
        let dihedral = Dihedral::ALL[draws.below(8) as usize];
        let colours = ColourPermutation::shuffled(|colours| draws.shuffle(colours));
        let augmentation = Augmentation { dihedral, colours };
        if contents.insert(images.content(&augmentation)) {
            found.push(augmentation);
        }
        if found.len() > count {
            break;
        }
    }
    found
}

/// A hash of the pairs of an augmented task, whatever their order.
type Content = [u8; 16];

/// The pairs of a task under each of the eight transforms, ready for renaming their colours.
struct Images {
    /// By transform and pair.
    pairs: [Vec<PairImage>; 8],
    /// Buffers that are used again.
    bytes: Vec<u8>,
    hashes: Vec<Content>,
}

impl Images {
    fn new(task: &Task) -> Self {
        let image = |dihedral| task.pairs().map(move |pair| PairImage::new(pair, dihedral));
        Self {
            pairs: Dihedral::ALL.map(|dihedral| image(dihedral).collect()),
            bytes: Vec::new(),
            hashes: Vec::new(),
        }
    }

    fn content(&mut self, augmentation: &Augmentation) -> Content {
        let Augmentation { dihedral, colours } = augmentation;
        self.hashes.clear();
        for pair in &self.pairs[usize::from(dihedral.number())] {
            self.bytes.clear();
            pair.write(&mut self.bytes, |colour| colours.apply(colour));
            self.hashes.push(short_hash(&self.bytes));
        }
        self.hashes.sort_unstable();
        short_hash(self.hashes.as_flattened())
    }
}

/// 128 bits: two of a million contents agree by chance with a probability of 10⁻²⁷.
fn short_hash(bytes: &[u8]) -> Content {
    let mut hash = Content::default();
    blake3::Hasher::new()
        .update(bytes)
        .finalize_xof()
        .fill(&mut hash);
    hash
}
