//! What the driver tells of NVIDIA GPUs (NVML).

use nvml_wrapper::Nvml;

/// Memory in bytes that every GPU of this machine has. `None` where the driver tells nothing, and where
/// they differ: CUDA may number them otherwise than the driver does.
pub(crate) fn memory_bytes() -> Option<u64> {
    let driver = Nvml::init().ok()?;
    let memory = |index| {
        Some(
            driver
                .device_by_index(index)
                .ok()?
                .memory_info()
                .ok()?
                .total,
        )
    };
    let first = memory(0)?;
    let same = (1..driver.device_count().ok()?).all(|index| memory(index) == Some(first));
    same.then_some(first)
}
