//! Datasets of CSV files.

use crate::build::Progress;
use crate::build::assemble::{Entries, Entry, Wording, assemble, check_augmentations};
use crate::build::classes::{Classes, classes_of, guarantee, leakage, repeats, shared};
use crate::build::csv_table::CsvTable;
use crate::build::draws::DrawSource;
use crate::puzzle::{Class, Labelled};
use crate::{Dataset, DatasetError, Leakage, PuzzleDescription};
use hrm_config::{CsvSource, DatasetConfig, PuzzleKind, Split};
use hrm_random::stream;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Rows that are checked between two reports of progress.
const CHUNK: usize = 1024;

/// A row of the dataset.
struct Row {
    checked: CheckedRow,
    class: Class,
}

/// A row whose answer is right.
struct CheckedRow {
    line: usize,
    entry: Entry,
}

/// Builds a dataset of the rows of two files.
pub(crate) fn build(
    config: &DatasetConfig,
    source: &CsvSource,
    base_dir: &Path,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    progress("reading CSV files", 0, 2);
    let train = CsvTable::read(&base_dir.join(&source.train))?;
    progress("reading CSV files", 1, 2);
    let test = CsvTable::read(&base_dir.join(&source.test))?;
    from_tables(config, source, &train, &test, progress)
}

/// Builds a dataset of the rows of two tables, which are the files that `source` names.
pub(crate) fn from_tables(
    config: &DatasetConfig,
    source: &CsvSource,
    train_table: &CsvTable,
    test_table: &CsvTable,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    let mut draws = DrawSource::of(config)?;
    let mut train = rated(train_table, source.min_rating)?;
    let mut test = rated(test_table, source.min_rating)?;
    if let Some(count) = source.subsample {
        need(train_table, "subsample", count, train.len())?;
        train = draws.subsample(train, count);
    }
    if let Some(count) = source.test_rows {
        need(test_table, "test_rows", count, test.len())?;
        test.truncate(count);
    }
    let kind = kind_of(source.puzzle, train_table, &train)?;
    check_augmentations(config, kind)?;

    let train = check_rows(kind, train_table, &train, progress)?;
    let test = check_rows(kind, test_table, &test, progress)?;
    let (train, test) = classify(train, test, progress);
    let (train, validation) = carve(train, source.validation, config.seed, train_table)?;
    let splits = BTreeMap::from([
        (Split::Train, train),
        (Split::Validation, validation),
        (Split::Test, test),
    ]);
    let (leakage, guarantee) = check_splits(config, kind, &splits, source)?;
    let wording = Wording {
        // Without the files' names: only their content decides the dataset.
        description: format!("{kind} puzzles from CSV files"),
        guarantee,
        difficulty: "`rating` of the CSV file (of the original, for an augmentation)".into(),
        leakage,
    };
    let entries: Entries = splits
        .into_iter()
        .map(|(split, rows)| {
            let entries = rows.into_iter().map(|row| row.checked.entry);
            (split, entries.collect())
        })
        .collect();
    assemble(config, kind, &entries, wording, &mut draws)
}

/// Rows whose rating is high enough.
fn rated(table: &CsvTable, min_rating: Option<u32>) -> Result<Vec<usize>, DatasetError> {
    let Some(min_rating) = min_rating else {
        return Ok((0..table.rows()).collect());
    };
    if !table.has_ratings() {
        let reason = "no column `rating`, which `min_rating` needs";
        return Err(DatasetError::malformed(table.path(), reason));
    }
    let mut rows = Vec::new();
    for row in 0..table.rows() {
        let rating = rating(table, row).and_then(|rating| rating.ok_or("`rating` is empty".into()));
        if rating.map_err(|reason| row_error(table, row, reason, 0))? >= min_rating {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn rating(table: &CsvTable, row: usize) -> Result<Option<u32>, String> {
    let Some(text) = table.row(row).rating else {
        return Ok(None);
    };
    match text.trim().parse::<u32>() {
        Ok(rating) if i32::try_from(rating).is_ok() => Ok(Some(rating)),
        _ => Err(format!(
            "rating `{text}` is not a whole number of 0 or more"
        )),
    }
}

/// Refuses to take more rows than there are.
fn need(table: &CsvTable, key: &str, wanted: usize, rows: usize) -> Result<(), DatasetError> {
    if wanted <= rows {
        return Ok(());
    }
    let reason =
        format!("`{key}` is {wanted}, but the usable rows are {rows}; set it to at most {rows}");
    Err(DatasetError::malformed(table.path(), reason))
}

/// The puzzle's size, from the first row.
fn kind_of(
    kind: PuzzleKind,
    table: &CsvTable,
    rows: &[usize],
) -> Result<PuzzleDescription, DatasetError> {
    let &first = rows
        .first()
        .ok_or_else(|| DatasetError::malformed(table.path(), "no rows that can be used"))?;
    let length = table
        .row(first)
        .question
        .unwrap_or_default()
        .chars()
        .count();
    PuzzleDescription::of_text(kind, length).ok_or_else(|| {
        let sizes = match kind {
            PuzzleKind::Sudoku => "16, 36 or 81 for 4×4, 6×6 or 9×9",
            PuzzleKind::Maze => "a square number such as 900 for 30×30",
        };
        let reason = format!("the question has {length} characters, expected {sizes}");
        row_error(table, first, reason, 0)
    })
}

/// Parses and checks rows, in parallel.
fn check_rows(
    kind: PuzzleDescription,
    table: &CsvTable,
    rows: &[usize],
    progress: Progress<'_>,
) -> Result<Vec<CheckedRow>, DatasetError> {
    let mut checked = Vec::with_capacity(rows.len());
    let mut first_bad = None;
    let mut bad = 0;
    for chunk in rows.chunks(CHUNK) {
        progress("checking CSV rows", checked.len() + bad, rows.len());
        let results: Vec<_> = chunk
            .par_iter()
            .map(|&row| check_row(kind, table, row))
            .collect();
        for (result, &row) in results.into_iter().zip(chunk) {
            match result {
                Ok(row) => checked.push(row),
                Err(reason) => {
                    bad += 1;
                    first_bad.get_or_insert((row, reason));
                }
            }
        }
    }
    progress("checking CSV rows", rows.len(), rows.len());
    match first_bad {
        None => Ok(checked),
        Some((row, reason)) => Err(row_error(table, row, reason, bad - 1)),
    }
}

fn check_row(kind: PuzzleDescription, table: &CsvTable, row: usize) -> Result<CheckedRow, String> {
    let text = table.row(row);
    let question = text.question.ok_or("`question` is empty")?;
    let answer = text.answer.ok_or("`answer` is empty")?;
    let puzzle = Labelled::from_text(kind, question, answer)?;
    Ok(CheckedRow {
        line: line(row),
        entry: Entry {
            puzzle,
            difficulty: rating(table, row)?,
        },
    })
}

/// The rows with their classes, which are compared across both files.
fn classify(
    train: Vec<CheckedRow>,
    test: Vec<CheckedRow>,
    progress: Progress<'_>,
) -> (Vec<Row>, Vec<Row>) {
    let rows = train.iter().chain(&test);
    let puzzles: Vec<&Labelled> = rows.map(|row| &row.entry.puzzle).collect();
    let mut classes = classes_of(&puzzles, progress).into_iter();
    let mut with_classes = |rows: Vec<CheckedRow>| {
        let rows = rows.into_iter().zip(classes.by_ref());
        rows.map(|(checked, class)| Row { checked, class })
            .collect()
    };
    (with_classes(train), with_classes(test))
}

/// The line of a row: lines count from 1, and the first one is the header.
fn line(row: usize) -> usize {
    row + 2
}

fn row_error(table: &CsvTable, row: usize, reason: String, more: usize) -> DatasetError {
    DatasetError::Row {
        path: table.path().to_path_buf(),
        line: line(row),
        reason,
        more,
    }
}

/// Moves `count` rows to a validation split, whole classes at a time, so that a puzzle that the
/// file holds in two presentations cannot be in both.
fn carve(
    rows: Vec<Row>,
    count: usize,
    seed: u64,
    table: &CsvTable,
) -> Result<(Vec<Row>, Vec<Row>), DatasetError> {
    let mut places: HashMap<&Class, usize> = HashMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let place = *places.entry(&row.class).or_insert(members.len());
        match members.get_mut(place) {
            Some(members) => members.push(index),
            None => members.push(vec![index]),
        }
    }
    members.shuffle(&mut stream(seed, "csv/validation", 0));
    let mut moved = vec![false; rows.len()];
    let mut missing = count;
    for members in members {
        if members.len() <= missing {
            missing -= members.len();
            members.into_iter().for_each(|index| moved[index] = true);
        }
    }
    if missing > 0 || (count > 0 && count == rows.len()) {
        let rows = rows.len();
        let reason =
            format!("`validation` is {count}, which leaves nothing of {rows} training rows");
        return Err(DatasetError::malformed(table.path(), reason));
    }
    let mut moved = moved.into_iter();
    let (validation, train) = rows.into_iter().partition(|_| moved.next() == Some(true));
    Ok((train, validation))
}

/// What splits share, and what is certain about them in words. Fails where they share what they
/// must not.
fn check_splits(
    config: &DatasetConfig,
    kind: PuzzleDescription,
    splits: &BTreeMap<Split, Vec<Row>>,
    source: &CsvSource,
) -> Result<(Option<Leakage>, String), DatasetError> {
    let classes: Classes = splits
        .iter()
        .map(|(&split, rows)| (split, rows.iter().map(|row| row.class.clone()).collect()))
        .collect();
    let leakage = leakage(
        &shared(&classes),
        config.allow_leakage.as_deref(),
        |(split, index)| {
            let file = if split == Split::Test {
                &source.test
            } else {
                &source.train
            };
            let line = splits
                .get(&split)
                .and_then(|rows| rows.get(index))
                .map_or(0, |row| row.checked.line);
            format!("line {line} of `{file}`")
        },
    )?;
    let mut guarantee = guarantee(kind, leakage.as_ref()) + " Every answer was checked.";
    for (split, classes) in &classes {
        let repeats = repeats(classes);
        if repeats > 0 {
            let (name, all) = (split.name(), classes.len());
            guarantee += &format!(
                " Within {name}, {repeats} of {all} puzzles are symmetric to an earlier one."
            );
        }
    }
    Ok((leakage, guarantee))
}
