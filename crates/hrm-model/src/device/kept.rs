//! Where compiled kernels and what was tuned are kept for the next process.

use std::ffi::OsString;
use std::path::PathBuf;

/// Names another folder than the user's cache.
pub(super) const VARIABLE: &str = "HRM_CUDA_CACHE";

/// The folder for these cards, in the order of their numbers, and their driver. Which kernel is the fastest
/// depends on both, and cubecl notes neither. `None` where no variable of the environment leads to a folder.
pub(super) fn folder(
    variable: impl Fn(&str) -> Option<OsString>,
    cards: &[String],
    driver: &str,
) -> Option<PathBuf> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let in_home = || Some(PathBuf::from(variable("HOME")?).join(".cache"));
    let in_cache = || {
        // A relative one is to be ignored, as the specification of these folders has it.
        let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
        Some(
            cache
                .filter(|cache| cache.is_absolute())
                .or_else(in_home)?
                .join("hrm/cuda"),
        )
    };
    let base = variable(VARIABLE).map(PathBuf::from).or_else(in_cache)?;
    let mut kinds = cards.to_vec();
    kinds.dedup();
    Some(base.join(file_name(&format!("{}-driver-{driver}", kinds.join("+")))))
}

/// The release of the driver, of the text of `/proc/driver/nvidia/version`.
pub(super) fn driver_release(text: &str) -> Option<&str> {
    let is_release = |word: &&str| {
        let mut parts = word.split('.');
        parts.clone().count() >= 2 && parts.all(|part| part.parse::<u32>().is_ok())
    };
    text.lines().next()?.split_whitespace().find(is_release)
}

/// The text with what has no place in the name of a folder made `-`.
fn file_name(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.+".contains(letter);
    text.chars()
        .map(|letter| if plain(letter) { letter } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(variables: &[(&str, &str)], cards: &[&str]) -> Option<PathBuf> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let cards: Vec<String> = cards.iter().map(ToString::to_string).collect();
        folder(variable, &cards, "580.65.06")
    }

    #[test]
    fn the_folder_has_the_cards_and_the_driver_in_its_name() {
        let home = ("HOME", "/home/me");
        let h100 = "NVIDIA H100 80GB HBM3";
        let place = placed(&[home], &[h100, h100]).unwrap();
        let name = "NVIDIA-H100-80GB-HBM3-driver-580.65.06";
        assert_eq!(place, PathBuf::from("/home/me/.cache/hrm/cuda").join(name));
        let mixed = placed(&[home], &[h100, "A/B"]).unwrap();
        assert!(
            mixed.ends_with("NVIDIA-H100-80GB-HBM3+A-B-driver-580.65.06"),
            "{mixed:?}"
        );
    }

    #[test]
    fn the_nearest_variable_decides_where_it_is() {
        let home = ("HOME", "/home/me");
        let cache = ("XDG_CACHE_HOME", "/cache");
        let own = (VARIABLE, "kernels");
        let parent = |variables: &[_]| {
            let place = placed(variables, &["A"])?;
            Some(place.parent()?.display().to_string())
        };
        assert_eq!(parent(&[home, cache, own]).unwrap(), "kernels");
        assert_eq!(parent(&[home, cache]).unwrap(), "/cache/hrm/cuda");
        assert_eq!(
            parent(&[home, ("XDG_CACHE_HOME", "relative")]).unwrap(),
            "/home/me/.cache/hrm/cuda"
        );
        assert_eq!(
            parent(&[home, ("XDG_CACHE_HOME", "")]).unwrap(),
            "/home/me/.cache/hrm/cuda"
        );
        assert_eq!(parent(&[]), None);
    }

    #[test]
    fn the_release_of_the_driver_is_read() {
        let closed = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\nGCC";
        let open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (a@b)\n";
        assert_eq!(driver_release(closed), Some("535.183.01"));
        assert_eq!(driver_release(open), Some("580.65.06"));
        assert_eq!(driver_release("something else"), None);
        assert_eq!(driver_release(""), None);
    }
}
