//! Containers of `torch.save` with every defect.

mod common;

use common::assert_refused;
use common::container::{Entry, container, entry, torch_entries};
use common::pickle::{dict, pickle, tensor};
use hrm_checkpoint::parse;

/// The entries of a valid file.
fn entries() -> Vec<Entry> {
    torch_entries(&pickle(&dict(&[("w", tensor())])))
}

/// A valid file after a change to its entries.
fn changed(change: impl FnOnce(&mut Vec<Entry>)) -> Vec<u8> {
    let mut entries = entries();
    change(&mut entries);
    container(&entries)
}

/// A valid file after a change to the entry of the storage.
fn changed_storage(change: impl FnOnce(&mut Entry)) -> Vec<u8> {
    changed(|entries| change(&mut entries[2]))
}

/// A valid file whose end record is changed at `offset`.
fn changed_end(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = container(&entries());
    let start = file.len() - 22 + offset;
    file[start..start + bytes.len()].copy_from_slice(bytes);
    file
}

/// A file in which one entry's content is another entry, header and all, as in a zip bomb.
fn overlapping() -> Vec<u8> {
    let inner = entry("model/data/1", [7; 16]);
    let mut entries = entries();
    let local = container(std::slice::from_ref(&inner));
    entries[0] = entry("model/data.pkl", local);
    // The content of the first entry starts after its header of 30 bytes and its name.
    let position = (30..).nth(entries[0].name.len());
    entries.push(Entry { position, ..inner });
    container(&entries)
}

#[test]
fn the_unchanged_file_is_read() {
    assert!(parse(&container(&entries())).is_ok());
}

#[test]
fn containers_with_wrong_entries_are_refused() {
    let data_pkl = entries()[0].clone();
    assert_refused(vec![
        (
            "no data.pkl",
            changed(|e| drop(e.remove(0))),
            &["no entry `data.pkl`"],
        ),
        (
            "data.pkl twice",
            changed(|e| e.push(data_pkl.clone())),
            &["duplicate"],
        ),
        (
            "data.pkl in two folders",
            changed(|e| e.push(entry("other/data.pkl", "x"))),
            &["two root folders", "`model`", "`other`"],
        ),
        (
            "no root folder",
            changed(|e| e[0].name = "data.pkl".into()),
            &["`data.pkl`", "ROOT/NAME"],
        ),
        (
            "parent folder",
            changed(|e| e.push(entry("../evil", "x"))),
            &["`../evil`", "`..`"],
        ),
        (
            "parent folder within",
            changed(|e| e.push(entry("model/data/../../evil", "x"))),
            &["`model/data/../../evil`"],
        ),
        (
            "absolute path",
            changed(|e| e.push(entry("/etc/passwd", "x"))),
            &["`/etc/passwd`"],
        ),
        (
            "folder",
            changed(|e| e.push(entry("model/code/", ""))),
            &["`model/code/`", "folder"],
        ),
        (
            "symbolic link",
            changed_storage(|e| e.attributes = 0o120_777 << 16),
            &["`model/data/0`", "link"],
        ),
        (
            "control characters",
            changed(|e| e.push(entry("\u{1b}[2J", "x"))),
            &["`\\u{1b}[2J`"],
        ),
        (
            "big-endian",
            changed(|e| e[1] = entry("model/byteorder", "big")),
            &["byte order `big`"],
        ),
        (
            "storage missing",
            changed(|e| drop(e.remove(2))),
            &["tensor `w`", "no entry `data/0`"],
        ),
        (
            "storage too short",
            changed(|e| e[2] = entry("model/data/0", [0; 15])),
            &["tensor `w`", "4 float32 numbers", "has 15 bytes"],
        ),
    ]);
}

#[test]
fn containers_with_wrong_headers_are_refused() {
    assert_refused(vec![
        (
            "compressed",
            changed_storage(|e| (e.method, e.size) = (8, 1 << 30)),
            &["`model/data/0`", "compressed", "stores entries as they are"],
        ),
        (
            "unknown compression",
            changed_storage(|e| e.method = 99),
            &["zip container"],
        ),
        (
            "encrypted",
            changed_storage(|e| e.flags = 1),
            &["`model/data/0`", "encrypted"],
        ),
        (
            "larger than the file",
            changed_storage(|e| (e.size, e.compressed_size) = (1 << 30, 1 << 30)),
            &["zip container", "overlapping"],
        ),
        (
            "zip64 sizes that are missing",
            changed_storage(|e| e.size = u32::MAX),
            &["zip container"],
        ),
        (
            "two sizes",
            changed_storage(|e| e.size = 17),
            &["`model/data/0`", "17 bytes", "not there"],
        ),
        (
            "wrong checksum",
            changed_storage(|e| e.checksum ^= 1),
            &["`model/data/0`", "damaged"],
        ),
        (
            "changed content",
            changed_storage(|e| e.content[5] ^= 1),
            &["`model/data/0`", "damaged"],
        ),
        (
            "two names",
            changed_storage(|e| e.local_name = Some("model/data/9".into())),
            &["zip container", "filename mismatch"],
        ),
        (
            "overlapping entries",
            overlapping(),
            &["zip container", "overlapping"],
        ),
        (
            "header outside",
            changed_storage(|e| e.position = Some(1 << 30)),
            &["zip container"],
        ),
        (
            "two disks",
            changed_end(4, &[1, 0]),
            &["zip container", "Multi-disk"],
        ),
        (
            "more entries than there are",
            changed_end(8, &[200, 0, 200, 0]),
            &["zip container"],
        ),
        (
            "directory outside",
            changed_end(16, &[0xff, 0xff, 0xff, 0x7f]),
            &["zip container"],
        ),
        (
            "bytes before the container",
            [b"PK  ".to_vec(), container(&entries())].concat(),
            &["zip container"],
        ),
    ]);
}
