//! Splitting a batch over devices, over the cores of a CPU, and over time.
//!
//! Between the matrix products much of burn's CPU backend works on one thread, so parts of the batch
//! run side by side. On a GPU one part runs after another, so that only one of them needs memory at a
//! time. How a batch is split is decided by the configuration alone, never by the number of cores: the
//! sums of float32 numbers depend on it, and the same workflow has to give the same bytes on every
//! machine.

use hrm_dataset::Batch;
use hrm_model::{Architecture, DeviceKind};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::mpsc::channel;
use std::sync::{Mutex, OnceLock};
use std::thread;

/// Parts of a batch of a small model on a CPU.
const PARTS: usize = 4;

/// Parts for a wide model: each makes gradients as large as the model, which are then summed.
const WIDE_PARTS: usize = 2;

/// Width from which a model is wide.
const WIDE: usize = 256;

/// The slots of each part of a batch, in parts that differ by one slot at most. There are `least` parts
/// or more, so that none has more slots than ceil(`batch` / `least`).
pub(crate) fn parts_of(
    batch: usize,
    architecture: &Architecture,
    kind: DeviceKind,
    least: usize,
) -> Vec<Range<usize>> {
    let usual = match kind {
        DeviceKind::Cpu if architecture.hidden_size() < WIDE => PARTS,
        DeviceKind::Cpu => WIDE_PARTS,
        DeviceKind::Cuda => 1,
    };
    let parts = usual.max(least).min(batch.max(1));
    (0..parts)
        .map(|part| part * batch / parts..(part + 1) * batch / parts)
        .collect()
}

/// The device, by its number from 0, that works on part `part`: they take turns, so that the parts that
/// are worked on at a time are neighbors, and few results wait for one before them.
pub(crate) const fn device_of(part: usize, devices: usize) -> usize {
    part % devices
}

/// How many parts are worked on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lanes {
    /// As many as there are cores, for which each takes the next part.
    Cores,
    /// One on each of so many devices, which take their own parts (see [`device_of`]).
    Devices(usize),
}

impl Lanes {
    /// The lanes of so many devices of a kind.
    pub(crate) const fn of(kind: DeviceKind, devices: usize) -> Self {
        match kind {
            DeviceKind::Cpu => Self::Cores,
            DeviceKind::Cuda => Self::Devices(devices),
        }
    }
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

/// Does the work of all parts; results in the order of the parts.
pub(crate) fn run_parts<T: Send, R: Send>(
    parts: Vec<T>,
    lanes: Lanes,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut results = Vec::with_capacity(parts.len());
    fold_parts(parts, lanes, work, |result| results.push(result));
    results
}

/// Does the work of all parts and gives each result to `take`, in the order of the parts and as soon as
/// those before it are there, so that few of them have to be kept.
pub(crate) fn fold_parts<T: Send, R: Send>(
    parts: Vec<T>,
    lanes: Lanes,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R),
) {
    let pools = match lanes {
        Lanes::Cores => pools_for(parts.len()),
        Lanes::Devices(_) => &[],
    };
    let queues = match lanes {
        Lanes::Devices(devices) => devices,
        Lanes::Cores => 1,
    };
    let workers = queues.max(pools.len());
    if workers <= 1 {
        parts.into_iter().for_each(|part| take(work(part)));
        return;
    }
    let queues = Queues::new(parts, queues);
    let (queues, work) = (&queues, &work);
    let (sender, results) = channel();
    thread::scope(|scope| {
        let start = |worker: usize| {
            let sender = sender.clone();
            let run = move || {
                while let Some((index, part)) = queues.next(worker) {
                    // The other end listens until this one is gone.
                    let _ = sender.send((index, work(part)));
                }
            };
            scope.spawn(move || match pools.get(worker) {
                Some(pool) => pool.install(run),
                None => run(),
            })
        };
        let threads: Vec<_> = (0..workers).map(start).collect();
        drop(sender);
        in_order(results, &mut take);
        for thread in threads {
            // The panic of a worker goes on here, with its message.
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

/// Parts that wait for workers, each with its number.
struct Queues<T>(Vec<Mutex<VecDeque<(usize, T)>>>);

impl<T> Queues<T> {
    fn new(parts: Vec<T>, count: usize) -> Self {
        let mut queues: Vec<VecDeque<(usize, T)>> = (0..count).map(|_| VecDeque::new()).collect();
        for (index, part) in parts.into_iter().enumerate() {
            queues[device_of(index, count)].push_back((index, part));
        }
        Self(queues.into_iter().map(Mutex::new).collect())
    }

    /// The next part for a worker.
    fn next(&self, worker: usize) -> Option<(usize, T)> {
        let queue = &self.0[worker % self.0.len()];
        // Nothing that can panic is done with a queue.
        queue.lock().ok()?.pop_front()
    }
}

/// Passes numbered results on in the order of their numbers.
fn in_order<R>(results: impl IntoIterator<Item = (usize, R)>, take: &mut impl FnMut(R)) {
    let (mut waiting, mut next) = (BTreeMap::new(), 0);
    for (index, result) in results {
        waiting.insert(index, result);
        while let Some(result) = waiting.remove(&next) {
            take(result);
            next += 1;
        }
    }
}

/// How many of so many parts are worked on at a time on one device of a kind.
pub(crate) fn at_a_time(parts: usize, kind: DeviceKind) -> usize {
    match kind {
        DeviceKind::Cpu => parts.min(rayon::current_num_threads()).clamp(1, PARTS),
        DeviceKind::Cuda => 1,
    }
}

/// A pool of threads for each part that runs at a time, all of them together as large as the
/// machine: what runs inside of one never waits for a core that another part has.
fn pools_for(parts: usize) -> &'static [ThreadPool] {
    /// By the number of pools.
    static POOLS: [OnceLock<Vec<ThreadPool>>; PARTS + 1] = [const { OnceLock::new() }; PARTS + 1];
    let cores = rayon::current_num_threads();
    let count = at_a_time(parts, DeviceKind::Cpu);
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
    use std::panic::catch_unwind;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

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
    fn no_part_is_larger_than_asked() {
        let small = architecture(64);
        assert_eq!(parts_of(10, &small, DeviceKind::Cuda, 2), vec![0..5, 5..10]);
        assert_eq!(
            parts_of(10, &small, DeviceKind::Cuda, 3),
            vec![0..3, 3..6, 6..10]
        );
        assert_eq!(parts_of(10, &small, DeviceKind::Cpu, 2).len(), PARTS);
        assert_eq!(parts_of(10, &small, DeviceKind::Cpu, 8).len(), 8);
        for (batch, least) in (1..20).flat_map(|batch| (1..=batch).map(move |least| (batch, least)))
        {
            let parts = parts_of(batch, &small, DeviceKind::Cuda, least);
            assert!(parts.iter().all(|part| part.len() <= batch.div_ceil(least)));
            assert!(parts.iter().all(|part| !part.is_empty()));
        }
    }

    #[test]
    fn results_keep_the_order_of_the_parts() {
        for lanes in [Lanes::Cores, Lanes::Devices(1), Lanes::Devices(3)] {
            let squares = run_parts((0..50).collect(), lanes, |i: u64| {
                // The first ones are the last to be done.
                thread::sleep(Duration::from_millis(if i < 3 { 5 } else { 0 }));
                i * i
            });
            assert_eq!(squares, (0..50).map(|i| i * i).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn a_device_works_on_one_part_at_a_time() {
        let devices = 3;
        let busy: Vec<AtomicUsize> = (0..devices).map(|_| AtomicUsize::new(0)).collect();
        let most = run_parts((0..20).collect(), Lanes::Devices(devices), |part| {
            let busy = &busy[device_of(part, devices)];
            let others = busy.fetch_add(1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(1));
            busy.fetch_sub(1, Ordering::SeqCst);
            others
        });
        assert_eq!(most, vec![0; 20]);
    }

    #[test]
    fn a_panic_comes_through_with_its_message() {
        let work = |part: u32| assert_ne!(part, 3, "out of memory");
        for lanes in [Lanes::Cores, Lanes::Devices(2)] {
            let ended = catch_unwind(|| run_parts((0..8).collect(), lanes, work));
            let panic = ended.unwrap_err();
            let message = panic.downcast_ref::<String>().unwrap();
            assert!(message.contains("out of memory"), "{message}");
        }
    }
}
