//! Finding a profile by its name, and reading it.

use crate::{Profile, ProfileError};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const EXTENSION: &str = "toml";

/// The profile `name`: a file that ends in `.toml`, or the file `name.toml` of the first of `folders`
/// that has it.
pub fn load(name: &str, folders: &[PathBuf]) -> Result<Profile, ProfileError> {
    let path = Path::new(name);
    if path.extension().is_some_and(|found| found == EXTENSION) {
        return read(path.to_owned());
    }
    // A name must not lead out of the folders.
    let is_name = !name.contains(['/', '\\']);
    for folder in folders.iter().filter(|_| is_name) {
        match read(folder.join(format!("{name}.{EXTENSION}"))) {
            Err(ProfileError::Unreadable { source, .. })
                if source.kind() == ErrorKind::NotFound => {}
            found => return found,
        }
    }
    Err(ProfileError::Unknown {
        name: name.to_owned(),
        folders: folders.to_owned(),
        known: known(folders),
    })
}

fn read(path: PathBuf) -> Result<Profile, ProfileError> {
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(ProfileError::Unreadable { path, source }),
    };
    toml::from_str(&text).map_err(|source| ProfileError::Wrong {
        path,
        source: Box::new(source),
    })
}

/// Names of the profiles in `folders`.
fn known(folders: &[PathBuf]) -> Vec<String> {
    let entries = folders.iter().flat_map(fs::read_dir).flatten().flatten();
    let name = |path: &Path| {
        let is_profile = path.extension().is_some_and(|found| found == EXTENSION);
        is_profile.then(|| Some(path.file_stem()?.to_string_lossy().into_owned()))?
    };
    let mut names: Vec<String> = entries.filter_map(|entry| name(&entry.path())).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecutorName;

    /// Two folders, of which the first has `cluster` and the second has `cluster`, `site` and `bad`.
    fn folders() -> (tempfile::TempDir, Vec<PathBuf>) {
        let root = tempfile::tempdir().unwrap();
        let folders = vec![root.path().join("project"), root.path().join("home")];
        folders
            .iter()
            .for_each(|folder| fs::create_dir(folder).unwrap());
        let write = |folder: usize, name: &str, text: &str| {
            fs::write(folders[folder].join(name), text).unwrap();
        };
        write(0, "cluster.toml", "executor = 'slurm'\njobs = 7");
        write(1, "cluster.toml", "executor = 'local'");
        write(1, "site.toml", "");
        write(
            1,
            "bad.toml",
            "executor = 'slurm'\n\n[slurm.train]\ngpu = 1\n",
        );
        (root, folders)
    }

    #[test]
    fn the_first_folder_counts() {
        let (_root, folders) = folders();
        let profile = load("cluster", &folders).unwrap();
        assert_eq!(profile.executor, ExecutorName::Slurm);
        assert_eq!(profile.jobs.unwrap().get(), 7);
        assert_eq!(load("site", &folders).unwrap(), Profile::default());
    }

    #[test]
    fn a_file_can_be_named() {
        let (_root, folders) = folders();
        let path = folders[1].join("cluster.toml");
        let profile = load(path.to_str().unwrap(), &folders).unwrap();
        assert_eq!(profile.executor, ExecutorName::Local);
        let error = load("nowhere/it.toml", &folders).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the profile `nowhere/it.toml` cannot be read")
        );
    }

    #[test]
    fn an_unknown_name_tells_the_known_ones() {
        let (_root, folders) = folders();
        let error = load("clutser", &folders).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("there is no profile `clutser` in `")
        );
        assert_eq!(error.help().unwrap(), "there is `bad`, `cluster`, `site`");
        let error = load("../home/site", &folders).unwrap_err();
        assert!(matches!(error, ProfileError::Unknown { .. }));
    }

    #[test]
    fn the_profile_of_the_docs_is_one() {
        let page = include_str!("../../../docs/cluster.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        let profile: Profile = toml::from_str(text).unwrap();
        assert_eq!(profile.executor, ExecutorName::Slurm);
        let large = profile.slurm.resources("train", "large");
        assert_eq!(large.memory.as_deref(), Some("64G"));
        assert_eq!(large.extra, ["--mail-type=FAIL", "--constraint=a100"]);
    }

    #[test]
    fn a_wrong_key_is_shown_in_its_line() {
        let (_root, folders) = folders();
        let text = load("bad", &folders).unwrap_err().to_string();
        let shown = text.split_once("is wrong: ").unwrap().1;
        insta::assert_snapshot!(shown, @"
        TOML parse error at line 4, column 1
          |
        4 | gpu = 1
          | ^^^
        unknown field `gpu`, expected one of `partition`, `account`, `time`, `memory`, `cpus`, `gpus`, `extra`
        ");
    }
}
