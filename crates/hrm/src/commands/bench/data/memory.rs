//! The largest memory that a process ever had.

/// Largest resident memory of this process so far, bytes; nothing where the system does not tell.
pub(super) fn peak() -> Option<u64> {
    of_status(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn of_status(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status() {
        let status = "Name:\thrm\nVmPeak:\t    900 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 1000 kB\n";
        assert_eq!(of_status(status), Some(1234 * 1024));
        assert_eq!(of_status("Name:\thrm\n"), None);
    }
}
