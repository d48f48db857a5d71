//! A device whose memory does not suffice: what it was, how much is needed, and what would fit.

use crate::error::TrainError;
use crate::memory::{evaluation_memory, training_memory};
use hrm_config::{Precision, TrainConfig};
use hrm_model::{Architecture, DeviceKind};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How burn, cubecl and the CUDA driver say that memory is used up (cubecl-runtime 0.11, `IoError` and
/// `LaunchError`; CUDA's `CUDA_ERROR_OUT_OF_MEMORY`).
const SIGNS: [&str; 5] = [
    "out of device memory",
    "out of memory",
    "out-of-memory",
    "out_of_memory",
    "can't allocate buffer of size",
];

/// How much memory some work needs. As an error: that a device has too little for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the device has no memory left: by the estimate this needs {}{}",
    gibibytes(*needed),
    available.map_or_else(String::new, |bytes| format!(", and the device has {}", gibibytes(bytes)))
)]
pub struct MemoryNeed {
    /// Bytes that it needs, by the estimate.
    pub needed: u64,
    /// Bytes that the device has, where that is known.
    pub available: Option<u64>,
    /// What would fit.
    pub cure: String,
}

/// What memory is needed for.
#[derive(Debug, Clone, Copy)]
pub enum Workload<'a> {
    /// A training.
    Training(&'a TrainConfig),
    /// An evaluation in batches of `batch_size`.
    Evaluation {
        /// The number format of the computation.
        precision: Precision,
        /// Puzzles in a batch.
        batch_size: usize,
    },
}

impl MemoryNeed {
    /// What is needed on a device of `kind` that has `available` bytes, with what would fit there.
    pub fn of(
        need: Workload<'_>,
        architecture: &Architecture,
        kind: DeviceKind,
        available: Option<u64>,
    ) -> Self {
        let fitting = Fitting {
            need,
            architecture,
            kind,
        };
        let needed = fitting.bytes(need);
        Self {
            needed,
            available,
            cure: fitting.cure(room(needed, available)),
        }
    }

    /// A warning for whoever starts `stage`, where it needs more than `device` is known to have. The
    /// estimate is no reason not to try.
    pub fn warning(&self, stage: &str, device: &str) -> Option<String> {
        let available = self
            .available
            .filter(|&available| available < self.needed)?;
        Some(format!(
            "`{stage}` needs about {} of memory by the estimate, but {device} has {}; should it not fit, {}",
            gibibytes(self.needed),
            gibibytes(available),
            self.cure
        ))
    }
}

/// Bytes that something that fits may need by the estimate, after `needed` were too many: nine tenths of
/// the device, since its driver takes some; where the estimate said that it would fit, or the device is
/// not known, clearly less than what did not.
fn room(needed: u64, available: Option<u64>) -> u64 {
    match available {
        Some(available) if available < needed => available / 10 * 9,
        _ => needed / 2,
    }
}

/// Looks for what fits.
struct Fitting<'a> {
    need: Workload<'a>,
    architecture: &'a Architecture,
    kind: DeviceKind,
}

impl Fitting<'_> {
    fn bytes(&self, need: Workload<'_>) -> u64 {
        let (architecture, kind) = (self.architecture, self.kind);
        let memory = match need {
            Workload::Training(config) => training_memory(config, architecture, kind),
            Workload::Evaluation {
                precision,
                batch_size,
            } => evaluation_memory(precision, architecture, kind, batch_size),
        };
        memory.total()
    }

    /// What to set, so that no more than `room` bytes are needed.
    fn cure(&self, room: u64) -> String {
        match self.need {
            Workload::Training(config) => {
                match (self.accumulation(config, room), self.batch_size(room)) {
                    (Some(parts), Some(batch)) => format!(
                        "set `gradient_accumulation = {parts}`, which gives the same result up to rounding, \
                         or `batch_size` to {batch} at most"
                    ),
                    (Some(parts), None) => format!("set `gradient_accumulation = {parts}`"),
                    (None, Some(batch)) => format!("set `batch_size` to {batch} at most"),
                    (None, None) => {
                        "no batch fits: take a smaller model, or a device with more memory"
                            .to_owned()
                    }
                }
            }
            Workload::Evaluation { .. } => match self.batch_size(room) {
                Some(batch) => format!("set the evaluation's `batch_size` to {batch} at most"),
                None => "no batch fits: take a device with more memory".to_owned(),
            },
        }
    }

    /// The fewest parts, more than there are, with which a training fits.
    fn accumulation(&self, config: &TrainConfig, room: u64) -> Option<usize> {
        let first = config.gradient_accumulation + 1;
        let last = config.batch_size / config.devices.max(1);
        let fits = |parts: usize| {
            let split = TrainConfig {
                gradient_accumulation: parts,
                ..config.clone()
            };
            self.bytes(Workload::Training(&split)) <= room
        };
        first_true(first, last, fits)
    }

    /// The most puzzles in a batch with which it fits.
    fn batch_size(&self, room: u64) -> Option<usize> {
        let (now, least) = match self.need {
            Workload::Training(config) => (
                config.batch_size,
                config.devices * config.gradient_accumulation,
            ),
            Workload::Evaluation { batch_size, .. } => (batch_size, 1),
        };
        let fits = |batch_size: usize| {
            let needed = match self.need {
                Workload::Training(config) => self.bytes(Workload::Training(&TrainConfig {
                    batch_size,
                    ..config.clone()
                })),
                Workload::Evaluation { precision, .. } => self.bytes(Workload::Evaluation {
                    precision,
                    batch_size,
                }),
            };
            needed <= room
        };
        let removed = first_true(1, now.saturating_sub(least), |less| fits(now - less))?;
        Some(now - removed)
    }
}

/// The first number from `first` to `last` that fits, where all after it do.
fn first_true(first: usize, last: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (first, last.checked_add(1)?);
    while low < high {
        let middle = low.midpoint(high);
        if fits(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    (low <= last).then_some(low)
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

/// Does `work`. Where it fails, or panics, because the device has no memory left, `explained` says so.
pub(crate) fn explained<T>(
    work: impl FnOnce() -> Result<T, TrainError>,
    explained: impl FnOnce() -> Result<MemoryNeed, TrainError>,
) -> Result<T, TrainError> {
    // Whatever a panic leaves half done is dropped with the work.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(TrainError::Read { reason, .. })) if is_out_of_memory(&reason) => {}
        Ok(result) => return result,
        Err(panic) if message(&*panic).is_some_and(is_out_of_memory) => {}
        Err(panic) => resume_unwind(panic),
    }
    Err(TrainError::OutOfMemory(explained()?))
}

/// Whether an error's text says that the device's memory is used up.
fn is_out_of_memory(text: &str) -> bool {
    let text = text.to_lowercase();
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> Option<&str> {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_model::Dims;

    const GIB: u64 = 1 << 30;

    fn maze() -> (TrainConfig, Architecture) {
        let config = TrainConfig {
            precision: Precision::Bf16,
            ..TrainConfig::for_dataset("mazes")
        };
        let dims = Dims {
            vocab_size: 6,
            seq_len: 900,
            num_puzzle_identifiers: 1,
        };
        let architecture = Architecture::new(&config.model, dims).unwrap();
        (config, architecture)
    }

    fn needed(config: &TrainConfig, architecture: &Architecture) -> u64 {
        training_memory(config, architecture, DeviceKind::Cuda).total()
    }

    #[test]
    fn what_is_said_to_fit_does_and_one_more_does_not() {
        let (config, architecture) = maze();
        let kind = DeviceKind::Cuda;
        let found = MemoryNeed::of(
            Workload::Training(&config),
            &architecture,
            kind,
            Some(80 * GIB),
        );
        let warning = found.warning("train.hrm", "cuda:0").unwrap();
        assert!(warning.starts_with("`train.hrm` needs about "), "{warning}");
        assert!(
            warning.contains("but cuda:0 has 80.0 GiB; should it not fit, set `gradient_acc"),
            "{warning}"
        );
        let fitting = Fitting {
            need: Workload::Training(&config),
            architecture: &architecture,
            kind,
        };
        let room = 72 * GIB;
        let parts = fitting.accumulation(&config, room).unwrap();
        let batch = fitting.batch_size(room).unwrap();
        assert!(parts > 1 && batch < config.batch_size);
        let parted = |gradient_accumulation| TrainConfig {
            gradient_accumulation,
            ..config.clone()
        };
        let smaller = |batch_size| TrainConfig {
            batch_size,
            ..config.clone()
        };
        assert!(needed(&parted(parts), &architecture) <= room);
        assert!(needed(&parted(parts - 1), &architecture) > room);
        assert!(needed(&smaller(batch), &architecture) <= room);
        assert!(needed(&smaller(batch + 1), &architecture) > room);
        let cure = format!(
            "set `gradient_accumulation = {parts}`, which gives the same result up to rounding, or \
             `batch_size` to {batch} at most"
        );
        assert_eq!(found.cure, cure);
        let message = found.to_string();
        assert!(message.starts_with("the device has no memory left: by the estimate this needs "));
        assert!(
            message.ends_with(" GiB, and the device has 80.0 GiB"),
            "{message}"
        );
    }

    #[test]
    fn where_the_device_is_not_known_half_is_proposed() {
        let (config, architecture) = maze();
        let kind = DeviceKind::Cuda;
        let evaluation = Workload::Evaluation {
            precision: config.precision,
            batch_size: 512,
        };
        let found = MemoryNeed::of(evaluation, &architecture, kind, None);
        assert_eq!(found.warning("evaluate.test", "cuda:0"), None);
        assert!(!found.to_string().contains("and the device has"));
        let batch: usize = found.cure.split(' ').rev().nth(2).unwrap().parse().unwrap();
        assert!((200..256).contains(&batch), "{}", found.cure);
        // Weights alone are too many.
        let tiny = MemoryNeed::of(
            Workload::Training(&config),
            &architecture,
            kind,
            Some(1 << 20),
        );
        assert!(tiny.cure.starts_with("no batch fits"), "{}", tiny.cure);
    }

    #[test]
    fn errors_and_panics_are_told_apart() {
        let advice = || MemoryNeed {
            needed: 3 * GIB,
            available: None,
            cure: String::new(),
        };
        let read = |reason: &str| TrainError::Read {
            what: "predictions",
            reason: reason.to_owned(),
        };
        let told = |work: &dyn Fn() -> Result<(), TrainError>| {
            explained(work, || Ok(advice())).unwrap_err().to_string()
        };
        let gone = advice().to_string();
        for reason in [
            "IO error: out of device memory allocating 1073741824 bytes\nbacktrace",
            "An out-of-memory error happened during launch",
            "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")",
            "can't allocate buffer of size: 99",
        ] {
            assert_eq!(told(&|| Err(read(reason))), gone, "{reason}");
            assert_eq!(told(&|| panic!("{reason}")), gone, "{reason}");
        }
        let other = "the kernel cannot be compiled";
        assert!(told(&|| Err(read(other))).contains(other));
        let panics = catch_unwind(|| explained::<()>(|| panic!("{other}"), || Ok(advice())));
        assert!(panics.is_err());
    }
}
