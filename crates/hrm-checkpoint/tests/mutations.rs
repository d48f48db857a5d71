//! Files with random changes give numbers or an error, without panic and within bounded memory.
#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::container::{Entry, container, entry};
use common::{data, tiny_model};
use hrm_checkpoint::{parse, safetensors_bytes, torch_bytes};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::cell::Cell;
use std::io::{Cursor, Read};
use zip::ZipArchive;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Changed files of each kind.
const CASES: u32 = 2_000;

/// One change to a file. Positions are taken modulo the length.
#[derive(Debug, Clone)]
enum Change {
    Byte(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    /// Copies a piece of the file to another place.
    Splice(usize, usize, usize),
}

fn any_change() -> impl Strategy<Value = Change> {
    let position = || any::<usize>();
    prop_oneof![
        6 => (position(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        1 => position().prop_map(Change::Cut),
        2 => (position(), 0usize..40).prop_map(|(at, len)| Change::Remove(at, len)),
        2 => (position(), prop::collection::vec(any::<u8>(), 1..12))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (position(), 1usize..60, position())
            .prop_map(|(from, len, to)| Change::Splice(from, len, to)),
    ]
}

fn change(file: &mut Vec<u8>, change: Change) {
    if file.is_empty() {
        return;
    }
    let len = file.len();
    let piece = |at: usize, piece: usize| at % len..(at % len + piece).min(len);
    match change {
        Change::Byte(at, byte) => file[at % len] = byte,
        Change::Cut(at) => file.truncate(at % len),
        Change::Remove(at, removed) => drop(file.drain(piece(at, removed))),
        Change::Insert(at, bytes) => drop(file.splice(piece(at, 0), bytes)),
        Change::Splice(from, spliced, to) => {
            let bytes = file[piece(from, spliced)].to_vec();
            file.splice(piece(to, 0), bytes);
        }
    }
}

/// Parses a file; the memory above that of the file itself must stay in proportion.
fn parse_within_bounds(file: &[u8]) -> bool {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let parsed = parse(file);
    let extra = ALLOCATOR.peak_usage() - before;
    assert!(
        extra <= 200 * file.len() + (1 << 16),
        "{extra} bytes for a file of {}",
        file.len()
    );
    if let Ok(checkpoint) = &parsed {
        let numbers: usize = checkpoint
            .tensors
            .values()
            .map(|tensor| tensor.values.len())
            .sum();
        assert!(numbers <= file.len());
    }
    parsed.is_ok()
}

/// The entries of a container.
fn entries(file: &[u8]) -> Vec<Entry> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let count = archive.len();
    let read = |index| {
        let mut content = Vec::new();
        let mut file = archive.by_index(index).unwrap();
        file.read_to_end(&mut content).unwrap();
        entry(&file.name().unwrap(), content)
    };
    (0..count).map(read).collect()
}

/// Runs changes of `file`, each wrapped into a file to parse. Returns how many were read.
fn run(file: &[u8], wrap: impl Fn(Vec<u8>) -> Vec<u8>) -> usize {
    let changes = prop::collection::vec(any_change(), 1..4);
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::with_cases(CASES), random);
    let read = Cell::new(0);
    let outcome = runner.run(&changes, |changes| {
        let mut file = file.to_vec();
        changes.into_iter().for_each(|next| change(&mut file, next));
        read.set(read.get() + usize::from(parse_within_bounds(&wrap(file))));
        Ok(())
    });
    outcome.unwrap();
    read.get()
}

/// One test, because the allocator counts for the whole process.
#[test]
fn changed_files_are_read_within_bounds() {
    let kinds = std::fs::read(data("kinds.pt")).unwrap();
    run(&kinds, |file| file);
    run(&torch_bytes(&tiny_model()).unwrap(), |file| file);
    run(&safetensors_bytes(&tiny_model()).unwrap(), |file| file);

    // The checksum keeps changes from the reader of the pickle, unless it is made anew.
    let mut entries = entries(&kinds);
    let pickle = entries.remove(0);
    let read = run(&pickle.content, |content| {
        let pickle = [entry(&pickle.name, content)];
        container(&[&pickle, entries.as_slice()].concat())
    });
    // Some changes, as those of a name, leave a valid file.
    assert!(read > 0);
}
