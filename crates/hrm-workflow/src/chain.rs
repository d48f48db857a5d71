//! A workflow file together with the files that it extends.

use crate::{
    diagnostics::Diagnostic,
    layer::merge_workflow,
    schema::{EXTENDS, SCALES, SWEEP},
    source::{Place, Sources, read},
    sweep::axes,
    tree::{Entry, Node, Table, Value, parse, set},
};
use hrm_config::StageKind;
use std::path::{Path, PathBuf};

/// One link of the chain that is still to be read.
struct Link {
    path: PathBuf,
    /// Where the file before it names it; not set for the first.
    named_at: Option<Place>,
    /// Its folder, seen from the folder of the first file.
    folder: PathBuf,
}

/// Reads a file and all that it extends, and merges them: the extended file first, so that the
/// extending one has the last word.
///
/// # Errors
///
/// Files that cannot be read or parsed, and circles.
pub(crate) fn load(sources: &mut Sources, path: &Path) -> Result<Table, Vec<Diagnostic>> {
    let mut layers = Vec::new();
    let mut read_files: Vec<PathBuf> = Vec::new();
    let mut next = Some(Link {
        path: path.to_owned(),
        named_at: None,
        folder: PathBuf::new(),
    });
    while let Some(link) = next {
        let text = read(&link.path).map_err(|what| vec![unreadable(&link, &what)])?;
        let file = std::fs::canonicalize(&link.path).unwrap_or_else(|_| link.path.clone());
        if read_files.contains(&file) {
            return Err(vec![circle(&link)]);
        }
        read_files.push(file);
        let source = sources.add(link.path.display().to_string(), text);
        let mut layer = parse(sources, source)?;
        rebase(&mut layer, &link.folder);
        next = extended(&mut layer, &link)?;
        layers.push(layer);
    }
    let mut merged = Table::new();
    for layer in layers.into_iter().rev() {
        merge_workflow(&mut merged, layer);
    }
    Ok(merged)
}

/// Takes `extends` out of a file and follows it.
fn extended(layer: &mut Table, link: &Link) -> Result<Option<Link>, Vec<Diagnostic>> {
    let Some(Entry { node, .. }) = layer.shift_remove(EXTENDS) else {
        return Ok(None);
    };
    let Value::String(name) = &node.value else {
        let message = format!(
            "`{EXTENDS}` must be the path of a workflow file, not {}",
            node.value.describe()
        );
        return Err(vec![Diagnostic::new(message).at(node.at)]);
    };
    let parent = link.path.parent().unwrap_or(Path::new(""));
    let folder = link
        .folder
        .join(Path::new(name).parent().unwrap_or(Path::new("")));
    Ok(Some(Link {
        // Without `.` in the middle, which only makes messages longer.
        path: parent.join(name).components().collect(),
        named_at: Some(node.at),
        folder,
    }))
}

fn unreadable(link: &Link, what: &str) -> Diagnostic {
    let message = format!("the workflow file `{}` {what}", link.path.display());
    match link.named_at {
        Some(place) => Diagnostic::new(message)
            .label(place, "extended here")
            .help("the path is relative to the file that it is written in"),
        None => Diagnostic::new(message),
    }
}

fn circle(link: &Link) -> Diagnostic {
    let message = format!(
        "`{}` extends itself, directly or through others",
        link.path.display()
    );
    let diagnostic = Diagnostic::new(message).help("remove one of the `extends`");
    match link.named_at {
        Some(place) => diagnostic.label(place, "this closes the circle"),
        None => diagnostic,
    }
}

/// Rewrites relative paths in the stages of an extended file, so that they can be read relative
/// to the first file.
fn rebase(layer: &mut Table, folder: &Path) {
    if folder.as_os_str().is_empty() {
        return;
    }
    if let Some(Value::Table(scales)) = layer.get_mut(SCALES).map(|entry| &mut entry.node.value) {
        for entry in scales.values_mut() {
            if let Value::Table(scale) = &mut entry.node.value {
                rebase_stages(scale, folder);
            }
        }
    }
    rebase_stages(layer, folder);
}

fn rebase_stages(layer: &mut Table, folder: &Path) {
    for kind in StageKind::ALL {
        let Some(Value::Table(stages)) = layer
            .get_mut(kind.name())
            .map(|entry| &mut entry.node.value)
        else {
            continue;
        };
        for entry in stages.values_mut() {
            if let Value::Table(stage) = &mut entry.node.value {
                kind.path_keys()
                    .iter()
                    .for_each(|key| rebase_key(stage, key, folder));
            }
        }
    }
}

fn rebase_key(stage: &mut Table, key: &str, folder: &Path) {
    let steps: Vec<_> = key.split('.').collect();
    if let Some(mut entry) = crate::tree::find(stage, &steps).cloned() {
        rebase_value(&mut entry.node, folder);
        set(stage, &steps, &entry);
    }
    for mut axis in axes(stage).into_iter().filter(|axis| axis.label == key) {
        let trail: Vec<_> = std::iter::once(SWEEP)
            .chain(axis.trail.iter().map(String::as_str))
            .collect();
        rebase_value(&mut axis.node, folder);
        set(
            stage,
            &trail,
            &Entry {
                key: axis.key,
                node: axis.node,
            },
        );
    }
}

fn rebase_value(node: &mut Node, folder: &Path) {
    match &mut node.value {
        // A path that is absolute replaces the folder when joined to it.
        Value::String(path) if !path.is_empty() => *path = folder.join(&path).display().to_string(),
        Value::Array(items) => items.iter_mut().for_each(|item| rebase_value(item, folder)),
        _ => {}
    }
}
