//! Archives that try to do harm, or are broken.

use crate::support::archive::{Member, gz, tar, zst};
use crate::support::server::{Answer, Server};
use crate::support::{Folders, folder_table, manifest};
use hrm_source::{Manifest, Origin, Transfer};
use tar::EntryType;

const TASKS: [(&str, &[u8]); 2] = [("a.json", b"{}"), ("b.json", b"[1]")];

/// A source whose home serves an archive with one leading part to strip.
fn source(url: &str, format: &str) -> Manifest {
    let folder = folder_table("data", &TASKS);
    manifest(&format!(
        "[download]\nurl = '{url}'\nformat = '{format}'\nstrip = 1\n{folder}"
    ))
}

/// Fetches from a server with that archive; the message, or `Ok`. Also sees to it that nothing but
/// the items is ever left anywhere.
fn fetch(format: &str, archive: Vec<u8>) -> Result<(), String> {
    let server = Server::new(vec![Answer::Whole(archive)]);
    let folders = Folders::new();
    let sources = folders.sources(source(&server.url("archive"), format));
    let transfer = Transfer::new(&|_| {});
    let result = sources.fetch("probe", Origin::Home(transfer), &());
    let left = folders.everything();
    match result {
        Ok(_) => {
            assert_eq!(
                left,
                ["cache/probe/r1/data/a.json", "cache/probe/r1/data/b.json"]
            );
            Ok(())
        }
        Err(error) => {
            assert!(left.is_empty(), "{left:?}");
            Err(error.to_string())
        }
    }
}

fn good() -> Vec<Member<'static>> {
    vec![
        Member::special("top/", EntryType::Directory, ""),
        Member::file("top/data/a.json", b"{}"),
        Member::file("top/data/b.json", b"[1]"),
    ]
}

fn with(more: Member<'static>) -> Vec<u8> {
    let mut members = good();
    members.insert(1, more);
    gz(&tar(&members))
}

#[test]
fn a_good_archive_in_every_format() {
    let tar = tar(&good());
    fetch("tar.gz", gz(&tar)).unwrap();
    fetch("tar.zst", zst(&tar)).unwrap();
}

#[test]
fn what_is_no_item_is_passed_over_and_never_written() {
    let harmless = [
        Member::file("top/setup.py", b"evil()"),
        Member::file("top/data/notes.txt", b"not a task"),
        Member::file("data/a.json", b"stripped to nothing"),
        Member::file("top/odd\\name: \u{7}", b"fine on other systems"),
        Member::file("C:\\evil.json", b"a name without parts"),
        Member::special("top/latest", EntryType::Symlink, "/etc"),
        // A link in place of the folder is not followed: the files are named by the manifest.
        Member::special("top/data", EntryType::Symlink, "/tmp"),
        Member::special("top/pipe", EntryType::Fifo, ""),
        Member::special("pax_global_header", EntryType::XGlobalHeader, ""),
    ];
    for member in harmless {
        let path = String::from_utf8_lossy(member.path).into_owned();
        assert_eq!(fetch("tar.gz", with(member)), Ok(()), "{path}");
    }
}

#[test]
fn hostile_members_are_refused() {
    let path = |path: &'static str| Member::file(path, b"{}");
    let special = |kind, link| Member::special("top/data/a.json", kind, link);
    let cases = [
        (path("../evil.json"), "part `..`"),
        (path("top/data/../../../evil.json"), "part `..`"),
        (path("/tmp/evil.json"), "absolute"),
        (path("top/data/..\\evil.json"), "`\\` or `:`"),
        (path("top/data/C:/evil.json"), "`\\` or `:`"),
        (path("top/data/\u{7}.json"), "control character"),
        (
            Member {
                path: b"top/data/\xff.json",
                ..path("")
            },
            "not UTF-8",
        ),
        (
            special(EntryType::Symlink, "/etc/passwd"),
            "a link or a device",
        ),
        (
            special(EntryType::Link, "top/data/b.json"),
            "a link or a device",
        ),
        (special(EntryType::Char, ""), "a link or a device"),
        (special(EntryType::Block, ""), "a link or a device"),
        (special(EntryType::Fifo, ""), "a link or a device"),
        (path("top/data/a.json"), "twice"),
        (path("top/data/c.json"), "more than the 2 files"),
        (
            Member::file("top/data/c.json", &[b' '; 100_000]),
            "more bytes than it may",
        ),
    ];
    for (member, expected) in cases {
        let message = fetch("tar.gz", with(member)).unwrap_err();
        assert!(
            message.contains(expected),
            "expected `{expected}`: {message}"
        );
    }
}

#[test]
fn a_bomb_outside_the_items_stops_at_a_limit() {
    // 2 GiB of zeros, as a member that is no item, announced by the header and sent compressed.
    let mut header = tar::Header::new_gnu();
    header.set_path("top/zeros").unwrap();
    header.set_size(2 << 30);
    header.set_cksum();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, header.as_bytes()).unwrap();
    let mut bomb = encoder.finish().unwrap();
    let block = gz(&vec![0; 128 << 20]);
    for _ in 0..16 {
        bomb.extend_from_slice(&block);
    }
    let message = fetch("tar.gz", bomb).unwrap_err();
    assert!(message.contains("more bytes than it may"), "{message}");
}

#[test]
fn broken_archives_are_refused() {
    let tar = tar(&good());
    let noise: Vec<u8> = (0..4096_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let cases = [
        ("tar.gz", half(&gz(&tar))),
        ("tar.zst", half(&zst(&tar))),
        ("tar.gz", noise.clone()),
        ("tar.zst", noise.clone()),
        ("tar.gz", gz(&noise)),
        ("tar.gz", b"PK\x03\x04 a zip file".to_vec()),
        ("tar.gz", Vec::new()),
        ("tar.gz", b"<html>not found</html>".to_vec()),
    ];
    for (index, (format, bytes)) in cases.into_iter().enumerate() {
        let message = fetch(format, bytes).unwrap_err();
        assert!(
            message.contains("damaged or no such archive"),
            "case {index}: {message}"
        );
    }
}

#[test]
fn other_files_than_the_manifests_are_refused() {
    let members = [
        Member::file("top/data/a.json", b"{}"),
        Member::file("top/data/b.json", b"[2]"),
    ];
    let message = fetch("tar.gz", gz(&tar(&members))).unwrap_err();
    assert!(message.contains("`data` of the source `probe` is not what its manifest names"));
    assert!(
        message.contains("the SHA-256 over its files is"),
        "{message}"
    );
    let message = fetch("tar.gz", gz(&tar(&members[..1]))).unwrap_err();
    assert!(message.contains("it has 1 files, expected 2"), "{message}");
}
