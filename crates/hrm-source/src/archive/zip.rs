//! Members of a zip file.

use super::members::{Kind, Members};
use crate::SourceError;
use std::fs::File;
use std::io::BufReader;
use zip::ZipArchive;

pub(super) fn visit(file: File, members: &mut Members<'_, '_>) -> Result<(), SourceError> {
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| members.damaged(&error))?;
    for index in 0..archive.len() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| members.damaged(&error))?;
        let kind = if entry.is_dir() {
            Kind::Folder
        } else if entry.is_file() {
            Kind::File
        } else {
            Kind::Other
        };
        let path = entry.name_raw().to_vec();
        members.take(&path, kind, &mut entry)?;
    }
    Ok(())
}
