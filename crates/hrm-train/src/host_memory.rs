//! The main memory of this process.

use serde::Serialize;

/// Main memory over the steps of a measurement, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HostMemory {
    /// Resident before the first measured step.
    pub before: u64,
    /// Resident after half of the steps.
    pub half: u64,
    /// Resident after the last one: where this exceeds `half` by more than a little, memory grows.
    pub after: u64,
    /// The most that was ever resident.
    pub peak: u64,
}

impl HostMemory {
    /// Takes note of the memory before step `index`, after `warmup` others, of `steps`.
    pub(crate) fn look(&mut self, index: usize, warmup: usize, steps: usize) {
        let resident = resident().map_or(0, |(resident, _)| resident);
        if index == warmup {
            self.before = resident;
        }
        if index == warmup + steps / 2 {
            self.half = resident;
        }
    }

    /// Takes note of the memory at the end. `None` where the system does not tell it (it does on Linux).
    pub(crate) fn finish(mut self) -> Option<Self> {
        (self.after, self.peak) = resident()?;
        Some(self)
    }
}

/// What is resident now, and the most that ever was.
fn resident() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some((field(&status, "VmRSS:")?, field(&status, "VmHWM:")?))
}

/// A field of `/proc/self/status`, in bytes.
fn field(status: &str, name: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_read_in_bytes() {
        let status = "VmPeak:\t    9 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";
        assert_eq!(field(status, "VmRSS:"), Some(1 << 20));
        assert_eq!(field(status, "VmHWM:"), Some(2 << 20));
        assert_eq!(field(status, "VmSwap:"), None);
    }
}
