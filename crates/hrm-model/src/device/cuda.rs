//! What the CUDA libraries of this machine say, and what cubecl is told before its first device.

use super::kept;
use super::machine::Machine;
use super::needs::CudaVersion;
use cubecl::config::cache::CacheConfig;
use cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use cubecl::records::RecordLevel;
use cudarc::driver::result::device;
use cudarc::driver::sys::cuDriverGetVersion;
use cudarc::nvrtc::sys::nvrtcVersion;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// This machine.
pub(super) fn machine() -> Machine {
    let driver = driver_version();
    let started = driver.map(|_| cudarc::driver::result::init());
    Machine {
        driver,
        refused: started.and_then(|started| Some(started.err()?.to_string())),
        nvrtc: nvrtc_version(),
        root: PathBuf::from("/"),
        cuda_path: std::env::var_os("CUDA_PATH"),
    }
}

/// The newest CUDA that the driver knows.
#[allow(unsafe_code)]
fn driver_version() -> Option<CudaVersion> {
    // SAFETY: tries to open the library under each of its names, and nothing else.
    if !unsafe { cudarc::driver::sys::is_culib_present() } {
        return None;
    }
    let mut number = 0;
    // SAFETY: the library is there, and the function writes one number, which outlives the call.
    unsafe { cuDriverGetVersion(&raw mut number) }
        .result()
        .ok()?;
    let number = u32::try_from(number).ok()?;
    Some(CudaVersion {
        major: number / 1000,
        minor: number % 1000 / 10,
    })
}

#[allow(unsafe_code)]
fn nvrtc_version() -> Option<CudaVersion> {
    // SAFETY: tries to open the library under each of its names, and nothing else.
    if !unsafe { cudarc::nvrtc::sys::is_culib_present() } {
        return None;
    }
    let (mut major, mut minor) = (0, 0);
    // SAFETY: the library is there, and the function writes two numbers, which outlive the call.
    unsafe { nvrtcVersion(&raw mut major, &raw mut minor) }
        .result()
        .ok()?;
    Some(CudaVersion {
        major: u32::try_from(major).ok()?,
        minor: u32::try_from(minor).ok()?,
    })
}

/// The names of all cards that CUDA shows, in the order of their numbers.
fn cards() -> Vec<String> {
    let count = device::get_count().unwrap_or(0);
    let name = |index| device::get(index).and_then(device::get_name);
    (0..count).filter_map(|index| name(index).ok()).collect()
}

/// The folder where compiled and tuned kernels of this machine's cards are kept; `None` where they are not.
/// The driver has to be there and started.
pub(super) fn kernel_folder() -> Option<PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let text = std::fs::read_to_string("/proc/driver/nvidia/version").unwrap_or_default();
        let release = kept::driver_release(&text).map(str::to_owned);
        let release = release.or_else(|| Some(format!("cuda-{}", driver_version()?)))?;
        kept::folder(|name| std::env::var_os(name), &cards(), &release)
    };
    FOLDER.get_or_init(find).clone()
}

/// Has cubecl keep compiled and tuned kernels in `folder`, or not at all. Only the first call in a process
/// changes anything, and only before its first device.
pub(super) fn keep_kernels(folder: Option<&Path>) {
    let mut config = CubeClRuntimeConfig::from_current_dir().override_from_env();
    config.compilation.cache = folder.is_some();
    config.autotune.disable_cache |= folder.is_none();
    config.throughput.disable_cache |= folder.is_none();
    // A log of what was compiled, which only grows.
    config.environment.records.level = RecordLevel::Off;
    if let Some(folder) = folder {
        config.environment.path = CacheConfig::Directory(folder.to_owned());
    }
    CubeClRuntimeConfig::try_set(config);
}

#[cfg(test)]
mod tests {
    use super::*;
    use cubecl::environment::{self, CacheOption, Namespace, Store, StoreOptions};

    /// A store as cubecl opens one for what it has tuned.
    fn store() -> Store<String, Vec<u8>> {
        let options = StoreOptions::new().storage(Namespace::scoped("autotune", "cards/sums"));
        environment::store(options.cache(CacheOption::Lazy))
    }

    #[test]
    fn what_cubecl_keeps_is_in_the_folder_that_it_was_told() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("card-driver-1.0");
        keep_kernels(Some(&folder));
        keep_kernels(None);
        store().insert("key".to_owned(), vec![1, 2, 3]).unwrap();
        assert_eq!(environment::root(), folder, "only the first call counts");
        assert!(folder.join("default.db").is_file());
        assert_eq!(
            store().get_mut(&"key".to_owned()).cloned(),
            Some(vec![1, 2, 3])
        );
        let config = CubeClRuntimeConfig::get();
        assert!(config.compilation.cache && !config.autotune.disable_cache);
    }
}
