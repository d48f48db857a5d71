//! `hrm data export`

use super::out_folder;
use super::place::{Finder, Place};
use crate::cli::{DataExport, Format};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_audit::PuzzleSet;
use hrm_corpus::CorpusError;
use hrm_dataset::Dataset;
use std::fs::File;
use std::io::Write;
use std::path::Path;

pub(super) fn export(args: &DataExport, state: &Path) -> Result<Exit, CliError> {
    let finder = Finder::new(state, &args.raw_data)?;
    match args.format {
        Format::Published => published(&finder, args)?,
        Format::Csv => rows(&finder, args, "csv", |set, _| {
            Ok(hrm_corpus::csv(set).map(String::into_bytes))
        })?,
        Format::Parquet => rows(&finder, args, "parquet", hrm_corpus::parquet)?,
    }
    output::line(&args.out.display().to_string())?;
    Ok(Exit::Ok)
}

fn published(finder: &Finder<'_>, args: &DataExport) -> Result<(), CliError> {
    let Place::Path(dir) = finder.place(&args.name)? else {
        let message = format!("`{}` is a source, not a dataset", args.name);
        let help = "build a dataset of it in a workflow, or write it with `--format csv`";
        return Err(CliError::new(Exit::Usage, message).help(help));
    };
    let dataset = Dataset::read(&dir)?;
    out_folder::make(&args.out, |dir| Ok(dataset.write(dir)?))
}

/// A set as a file's bytes; nothing where it has ARC tasks. Errors name the path.
type Encode = fn(&PuzzleSet, &Path) -> Result<Option<Vec<u8>>, CorpusError>;

/// One file for each set, named for it.
fn rows(
    finder: &Finder<'_>,
    args: &DataExport,
    format: &str,
    encode: Encode,
) -> Result<(), CliError> {
    let corpus = finder.corpus(&args.name)?;
    out_folder::make(&args.out, |dir| {
        for set in &corpus.sets {
            let path = dir.join(Path::new(&set.name).with_extension(format));
            let rows = encode(set, &path)?.ok_or_else(|| {
                let message = format!("`{}` has ARC tasks, which are no rows", args.name);
                CliError::new(Exit::Usage, message).help(format!("leave out `--format {format}`"))
            })?;
            // Two sets of one name must not become one file.
            let mut file = File::create_new(&path).map_err(CliError::file("create", &path))?;
            let written = file.write_all(&rows);
            written.map_err(CliError::file("write", &path))?;
        }
        Ok(())
    })
}
