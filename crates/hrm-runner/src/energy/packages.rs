//! The energy of CPU packages, as Linux's powercap interface tells it (Intel's RAPL and AMD's counters of
//! the same form).
//!
//! ```text
//! intel-rapl:0/name                 package-0; other names are parts of a package
//! intel-rapl:0/energy_uj            microjoules; begins anew after
//! intel-rapl:0/max_energy_range_uj
//! ```

use super::Counter;
use std::fs;
use std::path::{Path, PathBuf};

/// The packages of the machine.
#[derive(Debug)]
pub(super) struct Packages(Vec<Package>);

#[derive(Debug)]
struct Package {
    energy: PathBuf,
    /// The counter is at most this.
    range: u64,
    last: u64,
}

impl Packages {
    /// The packages below a powercap folder. `None` where there is none, or one does not tell its energy
    /// (on many systems only to root).
    pub(super) fn find(powercap: &Path) -> Option<Self> {
        let zones = fs::read_dir(powercap).ok()?.filter_map(Result::ok);
        let folders = zones.map(|zone| zone.path());
        let packages: Option<Vec<Package>> = folders
            .filter(|folder| is_package(folder))
            .map(|folder| Package::open(&folder))
            .collect();
        packages.filter(|packages| !packages.is_empty()).map(Self)
    }
}

impl Counter for Packages {
    fn advance(&mut self) -> Option<u64> {
        self.0.iter_mut().map(Package::advance).sum()
    }
}

fn is_package(folder: &Path) -> bool {
    fs::read_to_string(folder.join("name")).is_ok_and(|name| name.starts_with("package-"))
}

impl Package {
    fn open(folder: &Path) -> Option<Self> {
        let energy = folder.join("energy_uj");
        Some(Self {
            range: number(&folder.join("max_energy_range_uj"))?,
            last: number(&energy)?,
            energy,
        })
    }

    fn advance(&mut self) -> Option<u64> {
        let now = number(&self.energy)?;
        let used = if now >= self.last {
            now - self.last
        } else {
            self.range.saturating_sub(self.last).saturating_add(now)
        };
        self.last = now;
        Some(used)
    }
}

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn zone(powercap: &TempDir, zone: &str, name: &str, energy: u64) {
        let folder = powercap.path().join(zone);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("name"), format!("{name}\n")).unwrap();
        fs::write(folder.join("max_energy_range_uj"), "1000\n").unwrap();
        fs::write(folder.join("energy_uj"), format!("{energy}\n")).unwrap();
    }

    #[test]
    fn all_packages_count_and_their_parts_do_not() {
        let powercap = tempfile::tempdir().unwrap();
        assert!(Packages::find(powercap.path()).is_none());
        zone(&powercap, "intel-rapl:0", "package-0", 100);
        zone(&powercap, "intel-rapl:0:0", "core", 50);
        zone(&powercap, "intel-rapl:1", "package-1", 900);
        let mut packages = Packages::find(powercap.path()).unwrap();
        zone(&powercap, "intel-rapl:0", "package-0", 160);
        zone(&powercap, "intel-rapl:0:0", "core", 100);
        // Past its range: 100 more to 1,000, and 30.
        zone(&powercap, "intel-rapl:1", "package-1", 30);
        assert_eq!(packages.advance(), Some(60 + 130));
        assert_eq!(packages.advance(), Some(0));
    }

    #[test]
    fn a_package_that_tells_nothing_makes_the_sum_unknown() {
        let powercap = tempfile::tempdir().unwrap();
        zone(&powercap, "intel-rapl:0", "package-0", 100);
        let mut packages = Packages::find(powercap.path()).unwrap();
        fs::remove_file(powercap.path().join("intel-rapl:0/energy_uj")).unwrap();
        assert_eq!(packages.advance(), None);
        assert!(Packages::find(powercap.path()).is_none());
    }
}
