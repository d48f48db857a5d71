//! Writing a folder all at once or not at all.

use crate::error::CliError;
use crate::exit::Exit;
use std::fs;
use std::path::Path;

/// Makes the folder `out`, which must not exist, of what `write` puts into it. It gets its name
/// when it is complete; if writing fails, nothing is left.
pub(super) fn make(
    out: &Path,
    write: impl FnOnce(&Path) -> Result<(), CliError>,
) -> Result<(), CliError> {
    if out.exists() {
        let message = format!("`{}` is there already", out.display());
        return Err(CliError::new(Exit::Usage, message).help("remove it, or name another folder"));
    }
    let unfinished = out.with_added_extension(format!("unfinished-{}", std::process::id()));
    fs::create_dir_all(&unfinished).map_err(CliError::file("create", &unfinished))?;
    let made = write(&unfinished).and_then(|()| {
        let renamed = fs::rename(&unfinished, out);
        renamed.map_err(CliError::file("create", out))
    });
    if made.is_err() {
        // The error that is reported says more than that this failed, too.
        let _ = fs::remove_dir_all(&unfinished);
    }
    made
}
