//! The manifest of an artifact: which files it has, and what they were made from.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Damage, Key, StoreError};

/// Name of the manifest inside an artifact.
pub(crate) const FILE_NAME: &str = "artifact.json";

/// Field of the file with the hash of all the others. Manifests of before there was one lack it.
const SEAL: &str = "seal";

/// `artifact.json`: what an artifact consists of. Only `files` enters `content_hash`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Key of the stage.
    pub key: Key,
    /// Kind of the stage, for example `train`.
    pub kind: String,
    /// Name of the workflow for which it was made; others may use it too.
    pub workflow: String,
    /// Instance of the stage for which it was made, for example `train.hrm[seed=1]`.
    pub instance: String,
    /// Hash of the files' paths and contents, 64 hexadecimal digits; decides the keys downstream.
    pub content_hash: String,
    /// When it was published, RFC 3339 in UTC.
    pub created_at: String,
    /// The artifacts it was made from.
    pub inputs: Vec<InputRef>,
    /// The parts of the key, as the plan hashed them: what decided the result.
    pub key_parts: Value,
    /// Every file except the store's own, sorted by path.
    pub files: Vec<FileEntry>,
}

/// An artifact that was an input of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRef {
    /// Instance that made the input, for example `dataset.sudoku`.
    pub instance: String,
    /// Key of the input.
    pub key: Key,
}

/// One file of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path inside the artifact, with `/` on every system.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// blake3 hash of the content, 64 hexadecimal digits.
    pub blake3: String,
}

impl Manifest {
    /// Reads the manifest of the artifact folder `dir`, which has to be that of `kind` and `key`.
    pub(crate) fn read(
        dir: &Path,
        kind: &str,
        key: &Key,
    ) -> Result<Result<Self, Damage>, StoreError> {
        let path = dir.join(FILE_NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(Err(damage("is missing")));
            }
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        Ok(Self::parse(&bytes, kind, key))
    }

    /// Reads a manifest that is what was written, of `kind` and `key`.
    fn parse(bytes: &[u8], kind: &str, key: &Key) -> Result<Self, Damage> {
        let misread = |error: serde_json::Error| damage(format!("cannot be understood: {error}"));
        let mut fields: Map<String, Value> = serde_json::from_slice(bytes).map_err(misread)?;
        let seal = fields.remove(SEAL);
        let manifest: Self = serde_json::from_value(Value::Object(fields)).map_err(misread)?;
        let manifest = manifest.checked(kind, key)?;
        match seal {
            Some(seal) if seal != manifest.seal().map_err(misread)? => {
                Err(damage("is not what was written"))
            }
            _ => Ok(manifest),
        }
    }

    /// The hash of everything that it says.
    fn seal(&self) -> Result<String, serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        Ok(blake3::hash(&bytes).to_hex().to_string())
    }

    /// Writes it into a folder that is not published yet, which has to make it durable; returns its path.
    pub(crate) fn write(&self, dir: &Path) -> Result<PathBuf, StoreError> {
        let path = dir.join(FILE_NAME);
        let text = self
            .sealed()
            .map_err(|error| StoreError::io("write", &path)(error.into()))?;
        fs::write(&path, text).map_err(StoreError::io("write", &path))?;
        Ok(path)
    }

    fn sealed(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut fields = serde_json::to_value(self)?;
        fields[SEAL] = self.seal()?.into();
        serde_json::to_vec_pretty(&fields)
    }

    /// A damaged manifest must not vouch for anything: its parts have to agree with each other and with
    /// the place where it lies.
    fn checked(self, kind: &str, key: &Key) -> Result<Self, Damage> {
        if self.kind != kind || self.key != *key {
            let other = format!("belongs to `{}` {}", self.kind, self.key);
            return Err(damage(other));
        }
        if let Some(file) = self.files.iter().find(|file| !is_inside(&file.path)) {
            return Err(damage(format!("names `{}`, which lies outside", file.path)));
        }
        if self.content_hash != content_hash(&self.files) {
            return Err(damage(
                "has a content hash that its list of files does not give",
            ));
        }
        Ok(self)
    }
}

/// The hash of an artifact's content: over paths and hashes of its files, sorted by path.
pub(crate) fn content_hash(files: &[FileEntry]) -> String {
    let mut files: Vec<&FileEntry> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut hasher = blake3::Hasher::new();
    for file in files {
        // No path holds a zero byte and no hash a line break, so that no two lists run together.
        for part in [&file.path, "\0", &file.blake3, "\n"] {
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// Whether a path stays below the folder that it is joined to.
pub(crate) fn is_inside(path: &str) -> bool {
    let mut components = Path::new(path).components().peekable();
    components.peek().is_some() && components.all(|part| matches!(part, Component::Normal(_)))
}

fn damage(problem: impl Into<String>) -> Damage {
    Damage::Manifest {
        problem: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, blake3: &str) -> FileEntry {
        FileEntry {
            path: path.to_owned(),
            bytes: 1,
            blake3: blake3.to_owned(),
        }
    }

    #[test]
    fn the_content_hash_depends_on_paths_and_hashes_but_not_on_the_order() {
        let hash = |files: &[(&str, &str)]| {
            content_hash(
                &files
                    .iter()
                    .map(|(path, hash)| file(path, hash))
                    .collect::<Vec<_>>(),
            )
        };
        let base = hash(&[("a", "11"), ("b", "22")]);
        assert_eq!(base, hash(&[("b", "22"), ("a", "11")]));
        for other in [
            hash(&[("a", "11"), ("b", "23")]),
            hash(&[("a", "11"), ("c", "22")]),
            hash(&[("a", "22"), ("b", "11")]),
            hash(&[("a", "11")]),
            hash(&[]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn no_flipped_bit_gives_another_manifest() {
        let manifest = Manifest {
            key: "00112233445566778899aabbccddeeff".parse().unwrap(),
            kind: "train".to_owned(),
            workflow: "quickstart".to_owned(),
            instance: "train.hrm[seed=1]".to_owned(),
            content_hash: content_hash(&[file("a", "11")]),
            created_at: "2026-01-01T00:00:00.000000Z".to_owned(),
            inputs: Vec::new(),
            key_parts: serde_json::json!({ "config": { "lr": 1e-4, "steps": [1, 2] } }),
            files: vec![file("a", "11")],
        };
        let bytes = manifest.sealed().unwrap();
        let parse = |bytes: &[u8]| Manifest::parse(bytes, "train", &manifest.key);
        assert_eq!(parse(&bytes).unwrap(), manifest);
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << bit;
                if let Ok(other) = parse(&flipped) {
                    // A blank between two fields was hit.
                    assert_eq!(other, manifest, "byte {place}, bit {bit}");
                }
            }
        }
    }

    #[test]
    fn only_paths_below_the_artifact_are_inside() {
        for good in ["a", "train/all__inputs.npy", "a..b", "..."] {
            assert!(is_inside(good), "{good}");
        }
        for bad in ["", "..", "../a", "a/../../b", "/etc/passwd"] {
            assert!(!is_inside(bad), "{bad}");
        }
    }
}
