//! What is said of the state of a source.

use crate::support::{Folders, file_table, manifest, write};
use hrm_source::State;

const A: &[u8] = b"a";
const B: &[u8] = b"bb";

fn state(files: &[(&str, &[u8])]) -> State {
    let url = "url = 'https://home.example/x'";
    let tables = format!(
        "{}{}",
        file_table("a.csv", A, url),
        file_table("b.csv", B, url)
    );
    let folders = Folders::new();
    write(folders.raw().parent().unwrap(), files);
    let [listing] = <[_; 1]>::try_from(folders.sources_with_raw(manifest(&tables)).list()).unwrap();
    assert_eq!(
        (listing.name.as_str(), listing.title.as_str()),
        ("probe", "Probe")
    );
    assert_eq!(
        (listing.licence.as_str(), listing.revision.as_str()),
        ("MIT", "r1")
    );
    assert_eq!(listing.size, 3);
    listing.state
}

#[test]
fn states() {
    assert_eq!(state(&[]), State::Absent);
    // Another source's file of that name in the raw data is no damage.
    assert_eq!(state(&[("raw/a.csv", B)]), State::Absent);
    let missing = vec!["b.csv".into()];
    assert_eq!(state(&[("raw/a.csv", A)]), State::Incomplete { missing });
    assert_eq!(
        state(&[("raw/a.csv", A), ("cache/probe/r1/b.csv", B)]),
        State::Present
    );
    let damaged = State::Damaged {
        item: "b.csv".into(),
        reason: "it has 1 bytes, expected 2".into(),
    };
    assert_eq!(
        state(&[("raw/a.csv", A), ("cache/probe/r1/b.csv", b"b")]),
        damaged
    );
}
