//! The augmentations of a task: distinct ones, as a function of seed, name and number.

use crate::{Augmentation, COLOURS, ColourPermutation, Dihedral, Draws, Pair, Task};
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
    /// By transform and pair: the colours of input and output, one after the other.
    cells: [Vec<Vec<u8>>; 8],
    /// By pair: the sizes of input and output.
    sizes: Vec<[usize; 4]>,
    renamed: Vec<u8>,
    pairs: Vec<Content>,
}

impl Images {
    fn new(task: &Task) -> Self {
        let cells = |dihedral: Dihedral, pair: &Pair| {
            let input = dihedral.image_cells(&pair.input);
            input.chain(dihedral.image_cells(&pair.output)).collect()
        };
        let size = |pair: &Pair| {
            let (input, output) = (&pair.input, &pair.output);
            [input.rows(), input.cols(), output.rows(), output.cols()]
        };
        Self {
            cells: Dihedral::ALL
                .map(|dihedral| task.pairs().map(|pair| cells(dihedral, pair)).collect()),
            sizes: task.pairs().map(size).collect(),
            renamed: Vec::new(),
            pairs: Vec::new(),
        }
    }

    fn content(&mut self, augmentation: &Augmentation) -> Content {
        let Augmentation { dihedral, colours } = augmentation;
        let names: [u8; COLOURS] = std::array::from_fn(|colour| colours.apply(colour as u8));
        self.pairs.clear();
        let cells = &self.cells[usize::from(dihedral.number())];
        for (cells, &[input_rows, input_cols, output_rows, output_cols]) in
            cells.iter().zip(&self.sizes)
        {
            let input = dihedral.image_size(input_rows, input_cols);
            let output = dihedral.image_size(output_rows, output_cols);
            self.renamed.clear();
            self.renamed
                .extend([input.0, input.1, output.0, output.1].map(|side| side as u8));
            self.renamed
                .extend(cells.iter().map(|&colour| names[usize::from(colour)]));
            self.pairs.push(short_hash(&self.renamed));
        }
        self.pairs.sort_unstable();
        short_hash(self.pairs.as_flattened())
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
