//! Reading from an archive the members that are items of a source, and nothing else.
//!
//! An archive is not trusted. No link, device or folder of it is ever created: its members are only
//! read, and what is read is named by a path of the manifest. The manifest also bounds how many
//! files and bytes there can be.

mod members;
mod tar;

use crate::manifest::Items;
use crate::visit::Visit;
use crate::zstd::ZstdReader;
use crate::{ArchiveFormat, SourceError};
use flate2::bufread::MultiGzDecoder;
use members::Members;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

/// An archive file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Archive {
    pub(crate) path: PathBuf,
    pub(crate) format: ArchiveFormat,
    /// How many leading parts its members' paths have that the items' paths have not.
    pub(crate) strip: usize,
}

impl Archive {
    /// Hands every file of the items to `visit`, in the archive's order.
    ///
    /// # Errors
    /// Where the archive is damaged, has a path that leads out of a folder, a member of an item
    /// that is not a file, one twice, or more files or bytes than the items have.
    pub(crate) fn visit(&self, items: Items<'_>, visit: &mut Visit<'_>) -> Result<(), SourceError> {
        let file = File::open(&self.path).map_err(SourceError::io("open", &self.path))?;
        let mut members = Members::new(self, items, visit);
        match self.format {
            ArchiveFormat::TarGz => {
                tar::visit(MultiGzDecoder::new(BufReader::new(file)), &mut members)
            }
            ArchiveFormat::TarZst => {
                let stream = ZstdReader::new(BufReader::new(file));
                let stream = stream.map_err(|error| members.damaged(&error))?;
                tar::visit(stream, &mut members)
            }
        }
    }
}
