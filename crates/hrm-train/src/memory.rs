//! How much device memory trainings and evaluations need.

use crate::parts::{at_a_time, parts_of};
use hrm_config::{Precision, TrainConfig};
use hrm_model::{Architecture, DeviceKind, MemoryEstimate, MemoryUse};

/// Memory that a training needs on the first of its devices, which has the optimizer, by
/// [`Architecture::training_memory`]. `architecture` is that of the configuration.
pub fn training_memory(
    config: &TrainConfig,
    architecture: &Architecture,
    kind: DeviceKind,
) -> MemoryEstimate {
    // However many devices are asked for, there is one CPU.
    let share = match kind {
        DeviceKind::Cpu => config.batch_size,
        DeviceKind::Cuda => config.batch_size.div_ceil(config.devices),
    };
    let least = config.devices * config.gradient_accumulation;
    let parts = parts_of(config.batch_size, architecture, kind, least);
    let memory = memory_use(kind, config.precision, share, &parts);
    architecture.training_memory(&memory, config.ema.is_some())
}

/// Memory that an evaluation needs in batches of `batch_size`, by [`Architecture::evaluation_memory`].
pub fn evaluation_memory(
    precision: Precision,
    architecture: &Architecture,
    kind: DeviceKind,
    batch_size: usize,
) -> MemoryEstimate {
    let parts = parts_of(batch_size, architecture, kind, 1);
    architecture.evaluation_memory(&memory_use(kind, precision, batch_size, &parts))
}

fn memory_use(
    kind: DeviceKind,
    precision: Precision,
    batch_size: usize,
    parts: &[std::ops::Range<usize>],
) -> MemoryUse {
    MemoryUse {
        kind,
        precision,
        batch_size,
        part_size: parts.iter().map(ExactSizeIterator::len).max().unwrap_or(0),
        parts_at_a_time: at_a_time(parts.len(), kind),
    }
}
