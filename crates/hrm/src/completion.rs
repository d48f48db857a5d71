//! What may stand for the arguments that name runs, stages, metrics and the like.
//!
//! The scripts that `hrm completions` prints set [`VARIABLE`] and run this program with the words of
//! the command line. What cannot be read gives no candidates: a shell has no place for errors.

use clap_complete::engine::ValueCompleter;
use clap_complete::{CompletionCandidate, PathCompleter};
use hrm_config::{ComparabilityKey, StageKind};
use hrm_runner::QUESTION;
use hrm_store::{Database, QueryValue, Store};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

/// The environment variable that tells of a shell's question, with the shell's name.
pub(crate) const VARIABLE: &str = "HRM_COMPLETE";

/// Runs that are offered: the latest ones.
const RUNS: u32 = 50;

/// Ids of runs, with workflow, status and time, and `latest`.
pub(crate) fn runs(current: &OsStr) -> Vec<CompletionCandidate> {
    let runs = database().and_then(|database| database.runs(RUNS).ok());
    let runs = runs.unwrap_or_default().into_iter().map(|run| {
        let help = format!("{}, {}, {}", run.workflow, run.status, run.started_at);
        CompletionCandidate::new(run.id).help(Some(help.into()))
    });
    let latest = CompletionCandidate::new("latest").help(Some("the latest run".into()));
    let all = std::iter::once(latest).chain(runs);
    all.filter(|candidate| begins(candidate.get_value(), current))
        .collect()
}

/// Runs, and files of workflows.
pub(crate) fn runs_and_files(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut candidates = runs(current);
    candidates.extend(PathCompleter::file().complete(current));
    candidates
}

/// Instances of evaluations that were run.
pub(crate) fn evaluations(current: &OsStr) -> Vec<CompletionCandidate> {
    that_begin(current, instances(StageKind::Evaluate))
}

/// Instances of trainings that were run, and folders of models.
pub(crate) fn models(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut candidates = that_begin(current, instances(StageKind::Train));
    candidates.extend(PathCompleter::dir().complete(current));
    candidates
}

/// Names and instances of the stages of the workflow file that stands on the command line.
pub(crate) fn stages(current: &OsStr) -> Vec<CompletionCandidate> {
    let file = words().into_iter().find(|word| word.ends_with(".toml"));
    let workflow = file.and_then(|file| hrm_workflow::load(file.as_ref(), &[]).ok());
    let stages = workflow.map(|workflow| workflow.stages).unwrap_or_default();
    let names = stages
        .into_iter()
        .flat_map(|stage| [format!("{}.{}", stage.kind, stage.name), stage.id]);
    that_begin(current, names)
}

/// The last word of a filter as a name.
pub(crate) fn filter(current: &OsStr) -> Vec<CompletionCandidate> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
    after(current, |text| text.trim_end_matches(is_name).len())
}

/// A name to sort by, perhaps after a `-`.
pub(crate) fn sort(current: &OsStr) -> Vec<CompletionCandidate> {
    after(current, |text| usize::from(text.starts_with('-')))
}

/// The last of some names between commas.
pub(crate) fn columns(current: &OsStr) -> Vec<CompletionCandidate> {
    after(current, |text| text.rfind(',').map_or(0, |comma| comma + 1))
}

/// Keys that a comparison may cross.
pub(crate) fn comparability_keys(current: &OsStr) -> Vec<CompletionCandidate> {
    let names = QUESTION.map(ComparabilityKey::name).map(str::to_owned);
    that_begin(current, names)
}

/// Names of configuration, scores and circumstances after as much of the word as `keep` keeps.
fn after(current: &OsStr, keep: impl Fn(&str) -> usize) -> Vec<CompletionCandidate> {
    let text = current.to_string_lossy();
    let (kept, _) = text.split_at(keep(&text));
    let names = database().and_then(|database| hrm_runner::result_names(&database).ok());
    let names = names.unwrap_or_default().into_iter();
    that_begin(current, names.map(|name| format!("{kept}{name}")))
}

fn that_begin(
    current: &OsStr,
    texts: impl IntoIterator<Item = String>,
) -> Vec<CompletionCandidate> {
    let unique: BTreeSet<String> = texts.into_iter().collect();
    let texts = unique.into_iter();
    texts
        .filter(|text| begins(text.as_ref(), current))
        .map(CompletionCandidate::new)
        .collect()
}

fn begins(text: &OsStr, current: &OsStr) -> bool {
    text.as_encoded_bytes()
        .starts_with(current.as_encoded_bytes())
}

/// Instances of a kind of stage that have results.
fn instances(kind: StageKind) -> Vec<String> {
    let sql = "SELECT DISTINCT stage FROM v1_stages
               WHERE kind = ? AND status IN ('done', 'cached') ORDER BY stage";
    let kind = QueryValue::Text(kind.name().to_owned());
    let found = database().and_then(|database| database.query(sql, &[kind]).ok());
    let rows = found.map(|found| found.rows).unwrap_or_default();
    let text = |value| match value {
        QueryValue::Text(text) => Some(text),
        _ => None,
    };
    rows.into_iter().flatten().filter_map(text).collect()
}

/// The database of the state folder that the command line or the environment names, if there is one:
/// a question by a shell creates nothing.
fn database() -> Option<Database> {
    let words = words();
    let flag = words.iter().position(|word| word == "--state");
    let value = flag.and_then(|flag| words.get(flag + 1)).cloned();
    let joined = || {
        let mut words = words.iter();
        words.find_map(|word| word.strip_prefix("--state=").map(str::to_owned))
    };
    let state = value
        .or_else(joined)
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HRM_STATE").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from(".hrm"));
    if !state.join("version").exists() {
        return None;
    }
    Database::open_readonly(&Store::open(&state).ok()?).ok()
}

/// The words of the command line that is completed.
fn words() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}
