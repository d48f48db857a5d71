//! Writing a bundle.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::{BundleError, FORMAT, INDEX, Index};
use crate::artifact::hash_file;
use crate::manifest::{FILE_NAME, FileEntry};
use crate::{Artifact, Store, StoreError};

/// An artifact of a run, as it goes into a bundle.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// All of it.
    Whole(Artifact),
    /// Its manifest, and those of these files that it has.
    Record(Artifact, &'static [&'static str]),
}

impl Part {
    fn artifact(&self) -> &Artifact {
        match self {
            Self::Whole(artifact) | Self::Record(artifact, _) => artifact,
        }
    }

    /// Folder of its members in the bundle.
    fn folder(&self) -> String {
        let artifact = self.artifact();
        let top = match self {
            Self::Whole(_) => "artifacts",
            Self::Record(..) => "records",
        };
        format!("{top}/{}/{}", artifact.kind(), artifact.key())
    }

    fn has(&self, file: &FileEntry) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Record(artifact, files) => {
                files.contains(&file.path.as_str()) && artifact.file(&file.path).exists()
            }
        }
    }
}

/// A file on its way into a bundle.
struct Member {
    source: PathBuf,
    entry: FileEntry,
}

impl Store {
    /// Writes the run `run` with `parts` to the file `out`, replacing what is there in one step. Every
    /// file is hashed on the way; returns the size of the bundle.
    pub fn write_bundle(&self, run: &str, parts: &[Part], out: &Path) -> Result<u64, BundleError> {
        let mut members = vec![self.log_member(run)?];
        for part in parts {
            members.extend(part_members(part)?);
        }
        let folder = match out.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let error = || StoreError::io("write", out);
        let temporary = tempfile::NamedTempFile::new_in(folder).map_err(error())?;
        write(run, &members, temporary.as_file()).map_err(error())?;
        temporary.as_file().sync_all().map_err(error())?;
        let file = temporary
            .persist(out)
            .map_err(|failed| error()(failed.error))?;
        let metadata = file.metadata().map_err(error())?;
        share(out, &file)?;
        Ok(metadata.len())
    }

    fn log_member(&self, run: &str) -> Result<Member, BundleError> {
        let source = self.run_log_path(run);
        if !source.exists() {
            return Err(BundleError::NoLog {
                run: run.to_owned(),
            });
        }
        Ok(member(source, format!("runs/{run}/log.jsonl"))?)
    }
}

/// The members of an artifact, whose files have to be those of its manifest.
fn part_members(part: &Part) -> Result<Vec<Member>, BundleError> {
    let (artifact, folder) = (part.artifact(), part.folder());
    let mut members = vec![member(
        artifact.file(FILE_NAME),
        format!("{folder}/{FILE_NAME}"),
    )?];
    for file in artifact.manifest().files.iter().filter(|f| part.has(f)) {
        let found = member(artifact.file(&file.path), format!("{folder}/{}", file.path))?;
        if found.entry.blake3 != file.blake3 {
            return Err(BundleError::Damaged {
                kind: artifact.kind().to_owned(),
                key: *artifact.key(),
                problem: format!("`{}` has other content than published", file.path),
            });
        }
        members.push(found);
    }
    Ok(members)
}

fn member(source: PathBuf, path: String) -> Result<Member, StoreError> {
    let metadata = fs::metadata(&source).map_err(StoreError::io("read", &source))?;
    let entry = FileEntry {
        path,
        bytes: metadata.len(),
        blake3: hash_file(&source)?,
    };
    Ok(Member { source, entry })
}

fn write(run: &str, members: &[Member], file: &File) -> std::io::Result<()> {
    let index = Index {
        format: FORMAT,
        run: run.to_owned(),
        files: members.iter().map(|member| member.entry.clone()).collect(),
    };
    let encoder = GzEncoder::new(BufWriter::new(file), Compression::fast());
    let mut archive = Builder::new(encoder);
    let index = serde_json::to_vec_pretty(&index)?;
    append(&mut archive, INDEX, index.len() as u64, &index[..])?;
    for Member { source, entry } in members {
        append(&mut archive, &entry.path, entry.bytes, File::open(source)?)?;
    }
    archive.into_inner()?.finish()?.flush()
}

/// Adds a member without owner and time: the same run gives the same bytes.
fn append(
    archive: &mut Builder<impl Write>,
    path: &str,
    bytes: u64,
    content: impl Read,
) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, content.take(bytes))
}

/// Temporary files are private to the user; a bundle is for others.
fn share(out: &Path, file: &File) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o644))
            .map_err(StoreError::io("write", out))?;
    }
    Ok(())
}
