//! One representative for all pairs, and all tasks, that are the same up to symmetry.
//!
//! The symmetries are those of the augmentation: the eight transforms and the permutations of the
//! colours 1 to 9. Under each transform the colours are renamed in the order in which they first
//! occur, and the smallest result is the canonical form. The pairs of a task are put in the order
//! that makes the sequence of renamed pairs smallest: the next pair is the one whose renamed form
//! is smallest, and where several different pairs share it, each is tried. That is rare: it takes
//! pairs that only their colours tell apart.

use crate::pair_image::PairImage;
use crate::{COLOURS, Digest, Dihedral, Pair, Task};

/// A hash of the canonical form of one pair: equal for two pairs if and only if an augmentation
/// maps the one onto the other (hash collisions apart).
pub fn canonical_pair(pair: &Pair) -> Digest {
    canonical([pair])
}

/// A hash of the canonical form of a task: equal for two tasks if and only if an augmentation maps
/// the pairs of the one onto those of the other, in whatever order and whichever of them are test
/// pairs (hash collisions apart).
pub fn canonical_task(task: &Task) -> Digest {
    canonical(task.pairs())
}

fn canonical<'a>(pairs: impl IntoIterator<Item = &'a Pair> + Clone) -> Digest {
    let mut smallest = None;
    for dihedral in Dihedral::ALL {
        let pairs = pairs.clone().into_iter();
        let arrangement = Arrangement {
            names: Names::NONE,
            form: Vec::new(),
            rest: pairs.map(|pair| PairImage::new(pair, dihedral)).collect(),
        };
        arrangement.minimize(&mut smallest);
    }
    Digest(*blake3::hash(&smallest.unwrap_or_default()).as_bytes())
}

/// New names of colours, given in the order in which the colours occur.
#[derive(Debug, Clone, Copy)]
struct Names {
    by_colour: [Option<u8>; COLOURS],
    given: u8,
}

impl Names {
    /// The background keeps its name, the others have none yet.
    const NONE: Self = {
        let mut by_colour = [None; COLOURS];
        by_colour[0] = Some(0);
        Self {
            by_colour,
            given: 1,
        }
    };

    fn of(&mut self, colour: u8) -> u8 {
        *self.by_colour[usize::from(colour)].get_or_insert_with(|| {
            self.given += 1;
            self.given - 1
        })
    }
}

/// Pairs of which some are put in order.
#[derive(Debug, Clone)]
struct Arrangement {
    names: Names,
    form: Vec<u8>,
    rest: Vec<PairImage>,
}

impl Arrangement {
    /// Lowers `smallest` to the smallest form that the rest can be brought to, if that is smaller.
    fn minimize(mut self, smallest: &mut Option<Vec<u8>>) {
        while let Some(next) = self.next() {
            self.form.extend_from_slice(&next.form);
            // All forms of a task have one length.
            let beaten = |smallest: &Vec<u8>| self.form[..] > smallest[..self.form.len()];
            if smallest.as_ref().is_some_and(beaten) {
                return;
            }
            // Different pairs with one renamed form give names to different colours, so this goes
            // at most as deep as there are colours.
            for &(index, names) in &next.others {
                self.clone().place(index, names).minimize(smallest);
            }
            let (index, names) = next.first;
            self = self.place(index, names);
        }
        if smallest
            .as_ref()
            .is_none_or(|smallest| self.form < *smallest)
        {
            *smallest = Some(self.form);
        }
    }

    fn place(mut self, index: usize, names: Names) -> Self {
        self.rest.swap_remove(index);
        self.names = names;
        self
    }

    /// What can come next; nothing at the end.
    fn next(&self) -> Option<Next> {
        let mut next: Option<Next> = None;
        for (index, image) in self.rest.iter().enumerate() {
            let (mut form, mut names) = (Vec::new(), self.names);
            image.write(&mut form, |colour| names.of(colour));
            match &mut next {
                Some(next) if form > next.form => {}
                Some(next) if form == next.form => {
                    let mut indices = next.others.iter().map(|&(other, _)| other);
                    let known = |other: usize| self.rest[other] == *image;
                    if !known(next.first.0) && !indices.any(known) {
                        next.others.push((index, names));
                    }
                }
                _ => {
                    next = Some(Next {
                        form,
                        first: (index, names),
                        others: Vec::new(),
                    });
                }
            }
        }
        next
    }
}

/// The smallest renamed form among the rest.
struct Next {
    form: Vec<u8>,
    /// A pair that has it, and the names that it leads to.
    first: (usize, Names),
    /// Different pairs that have it too.
    others: Vec<(usize, Names)>,
}
