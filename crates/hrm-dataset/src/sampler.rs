//! The published batch scheme for training, as one endless stream that can be resumed anywhere.

use crate::{Batch, SplitData};
use hrm_random::{ChaCha8Rng, stream};
use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

/// Training batches: an epoch visits every group once in a random order; of each visited group one
/// puzzle is drawn uniformly and all its examples go into the batch in random order, cut where the
/// batch is full. Epochs follow each other without a gap, so every batch is full.
///
/// The draws are a function of the seed, the epoch and the place in its order alone.
#[derive(Debug, Clone)]
pub struct TrainSampler<'a> {
    data: &'a SplitData,
    batch_size: usize,
    seed: u64,
    epoch: u64,
    /// The epoch's order of groups.
    order: Vec<u32>,
    /// Groups of `order` already visited.
    visited: usize,
    /// The epoch's generator, never drawn from: each visit takes a numbered stream of it.
    draws: ChaCha8Rng,
}

/// A place between two batches. Stored beside a checkpoint, it makes a resumed training see the
/// batches that it would have seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplerPosition {
    /// Epochs finished.
    pub epoch: u64,
    /// Groups visited in the current epoch.
    pub groups: u64,
}

impl<'a> TrainSampler<'a> {
    /// The stream of batches that `seed` names, at its beginning.
    pub fn new(data: &'a SplitData, batch_size: usize, seed: u64) -> Self {
        let mut sampler = Self {
            data,
            batch_size,
            seed,
            epoch: 0,
            order: Vec::new(),
            visited: 0,
            draws: stream(seed, "train/puzzles", 0),
        };
        sampler.start_epoch(0);
        sampler
    }

    /// The next batch; all of its slots hold examples.
    pub fn next_batch(&mut self) -> Batch {
        let mut examples = Vec::with_capacity(self.batch_size);
        while examples.len() < self.batch_size {
            if self.visited == self.order.len() {
                self.start_epoch(self.epoch + 1);
            }
            self.visit_group(&mut examples);
        }
        Batch::new(self.data, self.batch_size, &examples)
    }

    /// Where the next batch begins.
    pub fn position(&self) -> SamplerPosition {
        SamplerPosition {
            epoch: self.epoch,
            groups: self.visited as u64,
        }
    }

    /// Goes on as if the batches before `position` had just been drawn.
    pub fn seek(&mut self, position: SamplerPosition) {
        self.start_epoch(position.epoch);
        self.visited = usize::try_from(position.groups)
            .map_or(self.order.len(), |groups| groups.min(self.order.len()));
    }

    fn start_epoch(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.visited = 0;
        self.draws = stream(self.seed, "train/puzzles", epoch);
        self.order.clear();
        // Group indices are stored as `i32`, so they fit.
        self.order.extend(0..self.data.groups() as u32);
        self.order
            .shuffle(&mut stream(self.seed, "train/groups", epoch));
    }

    /// Adds one puzzle's examples of the next group, as many as still fit.
    fn visit_group(&mut self, batch: &mut Vec<usize>) {
        // A numbered stream of one generator costs no key derivation, and makes seeking free.
        let mut draws = self.draws.clone();
        draws.set_stream(self.visited as u64);
        let puzzles = self.data.group_puzzles(self.order[self.visited] as usize);
        self.visited += 1;

        let puzzle = draws.random_range(puzzles.start as u32..puzzles.end as u32);
        let examples = self.data.puzzle_examples(puzzle as usize);
        let room = self.batch_size - batch.len();
        if examples.len() == 1 {
            batch.push(examples.start);
        } else {
            let mut order: Vec<usize> = examples.collect();
            let taken = room.min(order.len());
            batch.extend_from_slice(order.partial_shuffle(&mut draws, taken).0);
        }
    }
}
