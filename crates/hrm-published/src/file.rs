//! From the text of `values.toml` to checked values.

use crate::{PublishedError, PublishedValue, Source};
use hrm_config::{Benchmark, Comparability, Measure, Split};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: BTreeMap<String, SourceEntry>,
    value: Vec<ValueEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    title: String,
    reference: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueEntry {
    id: String,
    source: String,
    table: String,
    method: String,
    benchmark: String,
    metric: String,
    value: f64,
    unit: Option<String>,
    sd: Option<f64>,
    seeds: Option<u32>,
    seen: bool,
    #[serde(default)]
    published_only: bool,
    #[serde(default)]
    comparability: Comparability,
    note: Option<String>,
}

/// Reads and checks the text of a file of published values.
pub(crate) fn read(text: &str) -> Result<Vec<PublishedValue>, PublishedError> {
    let file: File =
        toml::from_str(text).map_err(|error| PublishedError::Form(error.to_string()))?;
    let mut ids = BTreeSet::new();
    if let Some(entry) = file
        .value
        .iter()
        .find(|entry| !ids.insert(entry.id.as_str()))
    {
        return Err(PublishedError::Repeated(entry.id.clone()));
    }
    let read = |entry| read_value(entry, &file.source);
    file.value.into_iter().map(read).collect()
}

fn read_value(
    entry: ValueEntry,
    sources: &BTreeMap<String, SourceEntry>,
) -> Result<PublishedValue, PublishedError> {
    let wrong = |what: String| PublishedError::Value {
        id: entry.id.clone(),
        what,
    };
    let source = sources.get(&entry.source).ok_or_else(|| {
        wrong(format!(
            "names the source `{}`, which is not there",
            entry.source
        ))
    })?;
    if entry.unit.is_none() && !(-1.0..=1.0).contains(&entry.value) {
        return Err(wrong(format!("is no share but {}", entry.value)));
    }
    let measure = match entry.published_only {
        true => None,
        false => Some(measure(&entry).map_err(wrong)?),
    };
    Ok(PublishedValue {
        source: Source {
            id: entry.source.clone(),
            title: source.title.clone(),
            reference: source.reference.clone(),
        },
        comparability: Comparability {
            dataset: Some(entry.benchmark.clone()),
            split: measure.map(|_| Split::Test),
            ..entry.comparability
        },
        id: entry.id,
        table: entry.table,
        method: entry.method,
        benchmark: entry.benchmark,
        metric: entry.metric,
        value: entry.value,
        unit: entry.unit,
        sd: entry.sd,
        seeds: entry.seeds,
        seen: entry.seen,
        measure,
        note: entry.note,
    })
}

/// The measure of a value that can be measured here, or what speaks against that.
fn measure(entry: &ValueEntry) -> Result<Measure, String> {
    let known = |benchmark: &Benchmark| benchmark.test_set() == entry.benchmark;
    if !Benchmark::ALL.iter().any(known) {
        return Err(format!(
            "is of `{}`, which is no benchmark here",
            entry.benchmark
        ));
    }
    let Comparability {
        architecture,
        puzzles,
        ..
    } = &entry.comparability;
    if architecture.arch.is_none() || architecture.hidden_size.is_none() {
        return Err("does not say of which model and width it is".to_owned());
    }
    // Otherwise a few puzzles of ours would stand beside all of theirs.
    if puzzles.is_none() {
        return Err("does not say of how many puzzles it is".to_owned());
    }
    let measure: Measure = entry
        .metric
        .parse()
        .map_err(|error| format!("has a metric: {error}"))?;
    if measure.is_share() && entry.unit.is_some() {
        return Err("is a share and has a unit".to_owned());
    }
    Ok(measure)
}

#[cfg(test)]
mod tests {
    use super::read;

    const SOURCE: &str = "[source.hrm]\ntitle = \"T\"\nreference = \"R\"\n";
    const VALUE: &str = "[[value]]\nid = \"a\"\nsource = \"hrm\"\ntable = \"Figure 1\"\nmethod = \"HRM\"\n\
        benchmark = \"maze-hard\"\nmetric = \"exact_accuracy\"\nvalue = 0.745\nseen = true\n\
        comparability = { puzzles = 1000, architecture = { arch = \"hrm\", hidden_size = 512 } }\n";

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_found_when_the_file_is_read() {
        let file = |from: &str, to: &str| format!("{SOURCE}{}", VALUE.replace(from, to));
        assert_eq!(read(&file("", "")).map(|values| values.len()), Ok(1));
        for (text, expected) in [
            (format!("{SOURCE}{VALUE}{VALUE}"), "`a` is there twice"),
            (file("\"hrm\"\ntable", "\"hrn\"\ntable"), "the source `hrn`"),
            (file("0.745", "74.5"), "is no share but 74.5"),
            (
                file("maze-hard", "maze-unique"),
                "`maze-unique`, which is no benchmark",
            ),
            (
                file("exact_accuracy", "accuracy"),
                "`accuracy` is not a measure",
            ),
            (
                file("arch = \"hrm\"", "l_layers = 2"),
                "does not say of which model",
            ),
            (file("puzzles = 1000, ", ""), "of how many puzzles"),
            (
                file("seen = true", "seen = true\nunit = \"%\""),
                "is a share and has a unit",
            ),
            (file("seen = true", "sen = true"), "unknown field `sen`"),
        ] {
            let found = message(&text);
            assert!(found.contains(expected), "{found}");
        }
    }
}
