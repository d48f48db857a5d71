//! Training batches, made ahead of the steps that take them.

use crate::error::TrainError;
use hrm_dataset::{Batch, SamplerPosition, TrainSampler};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Builder, Scope};

/// Batches that lie ready.
const READY: usize = 2;

/// What a thread makes of a sampler.
#[derive(Debug)]
pub(super) struct Batches {
    made: Receiver<(Batch, SamplerPosition)>,
}

impl Batches {
    /// Starts to draw the sampler's batches, in their order, on a thread of `scope`. It ends when this
    /// is dropped.
    pub(super) fn start<'scope, 'data: 'scope>(
        scope: &'scope Scope<'scope, '_>,
        mut sampler: TrainSampler<'data>,
    ) -> Result<Self, TrainError> {
        let (sender, made) = sync_channel(READY);
        let make = move || {
            loop {
                let batch = sampler.next_batch();
                if sender.send((batch, sampler.position())).is_err() {
                    return;
                }
            }
        };
        let thread = Builder::new().name("batches".to_owned());
        thread
            .spawn_scoped(scope, make)
            .map_err(TrainError::Thread)?;
        Ok(Self { made })
    }

    /// The next batch, and the sampler's position after it.
    pub(super) fn next(&self) -> Result<(Batch, SamplerPosition), TrainError> {
        // Nothing is sent after a panic, which the scope passes on.
        let ended = |_| TrainError::Dataset("no more batches are made".to_owned());
        self.made.recv().map_err(ended)
    }
}
