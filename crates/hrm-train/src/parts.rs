//! Splitting a batch over devices, and over the cores of a CPU.
//!
//! Between the matrix products much of burn's CPU backend works on one thread, so parts of the batch
//! run side by side. How a batch is split is decided by the configuration alone, never by the number
//! of cores: the sums of float32 numbers depend on it, and the same workflow has to give the same
//! bytes on every machine.

use hrm_dataset::Batch;
use hrm_model::{Architecture, DeviceKind};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::ops::Range;
use std::sync::{Mutex, OnceLock};
use std::thread;

/// Parts of a batch of a small model on a CPU.
const PARTS: usize = 4;

/// Parts for a wide model: each makes gradients as large as the model, which are then summed.
const WIDE_PARTS: usize = 2;

/// Width from which a model is wide.
const WIDE: usize = 256;

/// The slots of each part of a batch, at least one part for each of `devices`.
pub(crate) fn parts_of(
    batch: usize,
    architecture: &Architecture,
    kind: DeviceKind,
    devices: usize,
) -> Vec<Range<usize>> {
    let most = match kind {
        DeviceKind::Cpu if architecture.hidden_size() < WIDE => PARTS,
        DeviceKind::Cpu => WIDE_PARTS,
        DeviceKind::Cuda => 1,
    };
    let parts = most.max(devices).min(batch.max(1));
    (0..parts)
        .map(|part| part * batch / parts..(part + 1) * batch / parts)
        .collect()
}

/// The device, by its number from 0, that works on part `part` of `parts`: neighbors share one.
pub(crate) const fn device_of(part: usize, parts: usize, devices: usize) -> usize {
    part * devices / parts
}

/// The given slots of a batch as a batch of their own.
pub(crate) fn slots(batch: &Batch, range: Range<usize>) -> Batch {
    let cells = range.start * batch.seq_len..range.end * batch.seq_len;
    Batch {
        size: range.len(),
        seq_len: batch.seq_len,
        inputs: batch.inputs[cells.clone()].to_vec(),
        labels: batch.labels[cells].to_vec(),
        puzzle_identifiers: batch.puzzle_identifiers[range.clone()].to_vec(),
        examples: batch.examples[range].to_vec(),
    }
}

/// Does the work of all parts, as many at a time as there are cores; results in the order of the
/// parts.
pub(crate) fn run_parts<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let pools = pools_for(parts.len());
    if pools.len() <= 1 {
        return parts.into_iter().map(work).collect();
    }
    let mut results: Vec<Option<R>> = parts.iter().map(|_| None).collect();
    let queue = Mutex::new(parts.into_iter().zip(results.iter_mut()));
    // A poisoned queue means that another worker panicked, which ends the scope with that panic.
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    thread::scope(|scope| {
        for pool in pools {
            scope.spawn(|| {
                pool.install(|| {
                    while let Some((part, result)) = next() {
                        *result = Some(work(part));
                    }
                });
            });
        }
    });
    drop(queue);
    results.into_iter().flatten().collect()
}

/// A pool of threads for each part that runs at a time, all of them together as large as the
/// machine: what runs inside of one never waits for a core that another part has.
fn pools_for(parts: usize) -> &'static [ThreadPool] {
    /// By the number of pools.
    static POOLS: [OnceLock<Vec<ThreadPool>>; PARTS + 1] = [const { OnceLock::new() }; PARTS + 1];
    let cores = rayon::current_num_threads();
    let count = parts.min(cores).clamp(1, PARTS);
    POOLS[count].get_or_init(|| {
        let pool = |_| ThreadPoolBuilder::new().num_threads(cores / count).build();
        // Where threads cannot be had, parts run one after another.
        (0..count).map_while(|i| pool(i).ok()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_config::ModelConfig;
    use hrm_model::Dims;

    fn architecture(hidden_size: usize) -> Architecture {
        let config = ModelConfig {
            hidden_size,
            num_heads: 2,
            ..ModelConfig::default()
        };
        let dims = Dims {
            vocab_size: 6,
            seq_len: 4,
            num_puzzle_identifiers: 1,
        };
        Architecture::new(&config, dims).unwrap()
    }

    #[test]
    fn parts_cover_the_batch_in_order() {
        let small = architecture(64);
        assert_eq!(
            parts_of(10, &small, DeviceKind::Cpu, 1),
            vec![0..2, 2..5, 5..7, 7..10]
        );
        assert_eq!(parts_of(2, &small, DeviceKind::Cpu, 1), vec![0..1, 1..2]);
        assert_eq!(parts_of(10, &small, DeviceKind::Cuda, 1), vec![0..10]);
        assert_eq!(
            parts_of(10, &architecture(256), DeviceKind::Cpu, 1),
            vec![0..5, 5..10]
        );
    }

    #[test]
    fn every_device_gets_a_part_and_neighbors_share_one() {
        let small = architecture(64);
        assert_eq!(parts_of(10, &small, DeviceKind::Cuda, 2), vec![0..5, 5..10]);
        assert_eq!(parts_of(10, &small, DeviceKind::Cpu, 2).len(), PARTS);
        assert_eq!(parts_of(10, &small, DeviceKind::Cpu, 8).len(), 8);
        let devices = |parts, devices| -> Vec<usize> {
            (0..parts)
                .map(|part| device_of(part, parts, devices))
                .collect()
        };
        assert_eq!(devices(4, 1), [0, 0, 0, 0]);
        assert_eq!(devices(4, 2), [0, 0, 1, 1]);
        assert_eq!(devices(4, 3), [0, 0, 1, 2]);
        assert_eq!(devices(8, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn results_keep_the_order_of_the_parts() {
        let squares = run_parts((0..50).collect(), |i: u64| i * i);
        assert_eq!(squares, (0..50).map(|i| i * i).collect::<Vec<u64>>());
    }
}
