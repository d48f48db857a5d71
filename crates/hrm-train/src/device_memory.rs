//! The memory of a device, as the program's own pool of it tells.

use burn::tensor::Device;
use serde::Serialize;

/// Device memory over the steps of a measurement, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DeviceMemory {
    /// In use before the first measured step.
    pub before: u64,
    /// In use after half of the steps.
    pub half: u64,
    /// In use after the last one: where this exceeds `half` by more than a little, memory grows.
    pub after: u64,
    /// The most that was taken from the device. The pool keeps what it once needed, and what lies
    /// unused between pieces is part of it.
    pub peak: u64,
}

impl DeviceMemory {
    /// Takes note of the memory before step `index`, after `warmup` others, of `steps`.
    pub(crate) fn look(&mut self, device: &Device, index: usize, warmup: usize, steps: usize) {
        // Asking waits for the device, which a step should not have to do.
        if index == warmup {
            self.before = self.in_use(device).unwrap_or_default();
        }
        if index == warmup + steps / 2 {
            self.half = self.in_use(device).unwrap_or_default();
        }
    }

    /// Takes note of the memory at the end. `None` where the device's memory is no pool: that of a CPU.
    pub(crate) fn finish(mut self, device: &Device) -> Option<Self> {
        self.after = self.in_use(device)?;
        Some(self)
    }

    fn in_use(&mut self, device: &Device) -> Option<u64> {
        let usage = device.memory_pool_usage()?;
        self.peak = self.peak.max(usage.bytes_reserved);
        Some(usage.bytes_in_use)
    }
}
