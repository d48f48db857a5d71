//! Small files that try to make the reader take much memory.

mod common;

use common::container::{Entry, container, torch_entries, torch_file};
use common::pickle::{dict, global, pickle, storage, tensor, view};
use hrm_checkpoint::parse;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The promise of the crate's documentation: 100 MB, and four times the file's size.
fn bound(file: &[u8]) -> usize {
    100_000_000 + 4 * file.len()
}

/// A safetensors file without data.
fn safetensors(header: &str) -> Vec<u8> {
    [&header.len().to_le_bytes(), header.as_bytes()].concat()
}

/// One test, because the allocator counts for the whole process.
#[test]
fn memory_stays_below_the_documented_bound() {
    let million = |first: &[u8], opcodes: &[u8]| {
        torch_file(&pickle(&[first, &opcodes.repeat(999_000)].concat()))
    };
    let dimensions = [1i64; 16];
    let tensor_of_16 = view(storage("FloatStorage", "0", 4), 0, &dimensions, &dimensions);
    // The function and its arguments are remembered, and the call is repeated.
    let function = global("torch._utils", "_rebuild_tensor_v2");
    let (_, arguments) = tensor_of_16.split_at(function.len());
    let mut calls = [&b"}("[..], &function, b"q\0", arguments].concat();
    calls.splice(calls.len() - 1.., *b"q\x01R");
    calls.extend(b"h\0h\x01R".repeat(70_000));
    let mut many_entries = torch_entries(&pickle(&dict(&[("w", tensor())])));
    let version = many_entries[3].clone();
    many_entries.extend((0..60_000).map(|n| {
        let name = format!("model/{n}");
        Entry {
            name,
            ..version.clone()
        }
    }));
    let zeros = "0,".repeat(1_040_000);
    let header = format!(r#"{{"w":{{"dtype":"F32","shape":[{zeros}0],"data_offsets":[0,0]}}}}"#);
    for (case, file) in [
        ("memo", million(b"}", b"\x94")),
        ("values", million(b"", b"N")),
        ("dicts", million(b"]", b"}a")),
        ("tuples", million(b")", b"\x85")),
        ("marks", million(b"", b"(")),
        ("calls", torch_file(&pickle(&calls))),
        ("entries", container(&many_entries)),
        ("long shape", safetensors(&header)),
        ("long header", safetensors(&header.repeat(2))),
    ] {
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        let parsed = parse(&file);
        let extra = ALLOCATOR.peak_usage() - before;
        println!(
            "{case}: {extra} bytes for {}: {:?}",
            file.len(),
            parsed.map(|_| ())
        );
        assert!(
            extra <= bound(&file),
            "{case}: {extra} bytes for {}",
            file.len()
        );
    }
}
