//! Archives in which a source is looked for.

use crate::folder::Folder;
use flate2::Compression;
use flate2::write::GzEncoder;
use hrm_source::{Manifest, Sources};
use std::io::Write;

/// Nothing has this hash, so all that an archive can do is be read.
const MANIFEST: &str = "
name = 'probe'
title = 'Probe'
about = 'fuzzing'
revision = 'r1'
licence = 'MIT'
citation = 'nobody'
verified = 'nothing'
archives = ['probe.tar.gz', 'probe.tar.zst']

[[folder]]
path = 'data'
extension = 'json'
files = 3
size = 4000
sha256 = '0000000000000000000000000000000000000000000000000000000000000000'
hash_of = 'original'
";

/// An archive: the first byte says whether the others are a tar file, or what is compressed.
pub fn archive(data: &[u8]) {
    let Some((choice, content)) = data.split_first() else {
        return;
    };
    let folder = Folder::new("archive");
    let (gz, zst) = match choice % 4 {
        0 => (content, &[][..]),
        1 => (&[][..], content),
        _ => (&packed(content)[..], &[][..]),
    };
    folder.write("probe.tar.gz", gz);
    folder.write("probe.tar.zst", zst);
    let manifest = Manifest::parse("probe.toml", MANIFEST).expect("the manifest is sound");
    let cache = folder.path().join("cache");
    let from = Some(folder.path().to_path_buf());
    let sources = Sources::with_manifests(vec![manifest], cache, from);
    assert!(sources.locate("probe").is_err(), "nothing has the hash");
    let files = std::fs::read_dir(folder.path()).expect("the folder is there");
    assert_eq!(files.count(), 2, "a look creates nothing");
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(content).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}
