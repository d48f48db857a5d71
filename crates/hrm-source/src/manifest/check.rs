//! What a manifest must fulfil beyond the types of its values.

use super::{ArchiveFormat, Manifest, RelativePath};
use std::collections::BTreeSet;

/// The first key that is wrong, and why.
pub(super) fn fault(manifest: &Manifest, file: &str) -> Option<(String, String)> {
    fixed_keys(manifest, file)
        .or_else(|| files(manifest))
        .or_else(|| folders(manifest))
        .or_else(|| paths(manifest))
        .map(|(key, reason)| (key, reason.to_owned()))
}

type Fault = Option<(String, &'static str)>;

fn fixed_keys(manifest: &Manifest, file: &str) -> Fault {
    let stem = file
        .rsplit(['/', '\\'])
        .next()
        .and_then(|name| name.strip_suffix(".toml"));
    let fault = |key: &str, reason| Some((key.to_owned(), reason));
    let texts = [
        ("title", &manifest.title),
        ("about", &manifest.about),
        ("licence", &manifest.licence),
        ("citation", &manifest.citation),
        ("verified", &manifest.verified),
    ];
    if let Some((key, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return fault(key, "must not be empty");
    }
    if !is_folder_name(&manifest.name) || stem != Some(&manifest.name) {
        return fault(
            "name",
            "must be the file's name without `.toml`: letters a-z, digits and `-`",
        );
    }
    if !is_folder_name(&manifest.revision) {
        return fault("revision", "must consist of letters a-z, digits and `-`");
    }
    if manifest.files.is_empty() && manifest.folders.is_empty() {
        return fault(
            "file",
            "there must be at least one `[[file]]` or `[[folder]]`",
        );
    }
    let is_unknown = |path: &RelativePath| ArchiveFormat::of_name(path.as_str()).is_none();
    if manifest.archives.iter().any(is_unknown) {
        return fault("archives", "must end with `.tar.gz` or `.tar.zst`");
    }
    None
}

fn is_folder_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(allowed)
}

fn files(manifest: &Manifest) -> Fault {
    manifest.files.iter().enumerate().find_map(|(index, file)| {
        let fault = |key: &str, reason| Some((format!("file[{index}].{key}"), reason));
        if file.url.is_none() && manifest.download.is_none() && manifest.home.is_some() {
            return fault("url", "must be given, because there is no `[download]`");
        }
        if file.url.is_some() && manifest.home.is_none() {
            return fault("url", "cannot be without a `home`");
        }
        if file.rows.is_some() == file.tasks.is_some() {
            return fault("rows", "exactly one of `rows` and `tasks` must be given");
        }
        None
    })
}

fn folders(manifest: &Manifest) -> Fault {
    manifest
        .folders
        .iter()
        .enumerate()
        .find_map(|(index, folder)| {
            let fault = |key: &str, reason| Some((format!("folder[{index}].{key}"), reason));
            if manifest.download.is_none() && manifest.home.is_some() {
                return fault(
                    "path",
                    "a folder of a source with a `home` needs a `[download]`",
                );
            }
            if folder.files == 0 {
                return fault("files", "must be at least 1");
            }
            if folder.extension.is_empty() || folder.extension.contains(['.', '/']) {
                return fault(
                    "extension",
                    "must be an ending without dots, for example `json`",
                );
            }
            None
        })
}

/// No item may lie at or below another one's path.
fn paths(manifest: &Manifest) -> Fault {
    let files = manifest.files.iter().map(|file| &file.path);
    let folders = manifest.folders.iter().map(|folder| &folder.path);
    let mut seen = BTreeSet::new();
    for path in files.chain(folders) {
        // With the `/`, a path that is a prefix of another one is its parent.
        let path = format!("{path}/");
        let nested = |other: &String| path.starts_with(other.as_str()) || other.starts_with(&path);
        if seen.iter().any(nested) {
            return Some((
                path,
                "two items must not share a path or lie in one another",
            ));
        }
        seen.insert(path);
    }
    None
}
