//! Downloads from a home that answers well, badly, or not at all.

use crate::support::archive::{Member, gz, tar};
use crate::support::server::{Answer, Server};
use crate::support::{
    Folders, Recorder, file_table, folder_table, manifest, manifest_text, sha256, write,
};
use hrm_source::{Event, Located, Manifest, Origin, Progress, SourceError, Transfer};
use std::cell::RefCell;
use std::fs::{self, File};
use std::time::Duration;

/// More than one piece of a copy, and not a multiple of one.
fn content() -> Vec<u8> {
    (0..200_001_u32).map(|i| (i % 251) as u8).collect()
}

/// A server with a source of one file, and what fetching it did.
struct Trial {
    folders: Folders,
    server: Server,
    recorder: Recorder,
    waits: RefCell<Vec<u64>>,
}

impl Trial {
    fn new(answers: Vec<Answer>) -> Self {
        Self {
            folders: Folders::new(),
            server: Server::new(answers),
            recorder: Recorder::default(),
            waits: RefCell::default(),
        }
    }

    /// Fetches a file with that content.
    fn fetch(&self, content: &[u8]) -> Result<Located, SourceError> {
        let url = format!("url = '{}'", self.server.url("a.csv"));
        self.fetch_table(&file_table("a.csv", content, &url))
    }

    fn fetch_table(&self, table: &str) -> Result<Located, SourceError> {
        let sleep = |wait: Duration| self.waits.borrow_mut().push(wait.as_millis() as u64);
        let transfer = Transfer {
            silence_max: Duration::from_millis(300),
            ..Transfer::new(&sleep)
        };
        let sources = self.folders.sources(manifest(table));
        sources.fetch("probe", Origin::Home(transfer), &self.recorder)
    }

    /// Leaves the start of a download, as a killed process does.
    fn leave_part(&self, part: &[u8]) {
        write(&self.folders.cached(""), &[("a.csv.part", part)]);
    }

    fn cached(&self) -> Vec<u8> {
        fs::read(self.folders.cached("a.csv")).unwrap()
    }

    fn assert_nothing_but(&self, path: &str) {
        assert_eq!(
            self.folders.everything(),
            [format!("cache/probe/r1/{path}")]
        );
    }
}

#[test]
fn a_file_is_downloaded_once() {
    let trial = Trial::new(vec![Answer::Ranges(content())]);
    trial.fetch(&content()).unwrap();
    let located = trial.fetch(&content()).unwrap();
    assert_eq!(located.file("a.csv").unwrap().read().unwrap(), content());
    assert_eq!(trial.server.requests(), ["/a.csv"]);
    assert_eq!(
        *trial.recorder.events.borrow(),
        ["downloading from 0", "ready a.csv"]
    );
    assert_eq!(*trial.recorder.received.borrow(), 200_001);
    trial.assert_nothing_but("a.csv");
}

#[test]
fn a_part_is_gone_on_from() {
    let trial = Trial::new(vec![Answer::Ranges(content())]);
    trial.leave_part(&content()[..150_000]);
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.cached(), content());
    assert_eq!(trial.server.requests(), ["/a.csv from 150000"]);
    assert_eq!(*trial.recorder.received.borrow(), 50_001);
    trial.assert_nothing_but("a.csv");
}

#[test]
fn a_complete_part_needs_no_request() {
    let trial = Trial::new(vec![]);
    trial.leave_part(&content());
    trial.fetch(&content()).unwrap();
    assert!(trial.server.requests().is_empty());
    trial.assert_nothing_but("a.csv");
}

#[test]
fn a_server_without_ranges_starts_anew() {
    let trial = Trial::new(vec![Answer::Whole(content())]);
    trial.leave_part(b"anything");
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.cached(), content());
    assert_eq!(
        *trial.recorder.events.borrow(),
        ["downloading from 0", "ready a.csv"]
    );
}

#[test]
fn a_server_that_sends_another_part_is_asked_for_the_whole() {
    let trial = Trial::new(vec![
        Answer::OtherPart(content()),
        Answer::Ranges(content()),
    ]);
    trial.leave_part(&content()[..1000]);
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.server.requests(), ["/a.csv from 1000", "/a.csv"]);
    assert_eq!(trial.cached(), content());
}

#[test]
fn a_part_of_another_file_gets_a_second_chance() {
    let trial = Trial::new(vec![Answer::Ranges(content()), Answer::Ranges(content())]);
    trial.leave_part(b"this is from something else");
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.server.requests(), ["/a.csv from 27", "/a.csv"]);
    assert_eq!(trial.cached(), content());
}

#[test]
fn a_part_that_is_too_long_is_dropped() {
    let trial = Trial::new(vec![Answer::Ranges(content())]);
    trial.leave_part(&[content(), content()].concat());
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.server.requests(), ["/a.csv"]);
    assert_eq!(trial.cached(), content());
}

#[test]
fn failures_that_may_pass_are_repeated_with_growing_pauses() {
    let trial = Trial::new(vec![
        Answer::Hangup,
        Answer::Status("503 Service Unavailable"),
        Answer::Truncated(content(), 70_000),
        Answer::Silent(content(), 10_000),
        Answer::Ranges(content()),
    ]);
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.cached(), content());
    assert_eq!(*trial.waits.borrow(), [1000, 2000, 4000, 8000]);
    let requests = [
        "/a.csv",
        "/a.csv",
        "/a.csv",
        "/a.csv from 70000",
        "/a.csv from 80000",
    ];
    assert_eq!(trial.server.requests(), requests);
    assert_eq!(
        *trial.recorder.received.borrow(),
        200_001,
        "no byte is sent twice"
    );
}

#[test]
fn in_the_end_a_failure_is_reported_and_the_part_kept() {
    let trial = Trial::new(vec![Answer::Truncated(content(), 1000); 5]);
    let message = trial.fetch(&content()).unwrap_err().to_string();
    assert!(message.contains(&trial.server.url("a.csv")), "{message}");
    assert!(message.contains("https://home.example/probe"), "{message}");
    assert_eq!(trial.server.requests().len(), 5);
    assert_eq!(trial.waits.borrow().len(), 4);
    trial.assert_nothing_but("a.csv.part");
    assert_eq!(
        fs::read(trial.folders.cached("a.csv.part")).unwrap(),
        content()[..5000]
    );
}

#[test]
fn an_end_without_an_announced_length_is_seen_by_the_size() {
    let trial = Trial::new(vec![
        Answer::Unmeasured(content()[..5].to_vec()),
        Answer::Ranges(content()),
    ]);
    trial.fetch(&content()).unwrap();
    assert_eq!(trial.server.requests(), ["/a.csv", "/a.csv from 5"]);
}

#[test]
fn failures_that_do_not_pass_are_not_repeated() {
    for status in [
        "404 Not Found",
        "403 Forbidden",
        "410 Gone",
        "401 Unauthorized",
    ] {
        let trial = Trial::new(vec![Answer::Status(status)]);
        let message = trial.fetch(&content()).unwrap_err().to_string();
        assert!(
            message.contains(&format!("the server answers {status}")),
            "{message}"
        );
        assert_eq!(trial.server.requests().len(), 1);
        assert!(trial.folders.everything().is_empty());
    }
}

#[test]
fn redirects_keep_the_range() {
    let trial = Trial::new(vec![
        Answer::Redirect("/elsewhere"),
        Answer::Ranges(content()),
    ]);
    trial.leave_part(&content()[..1000]);
    trial.fetch(&content()).unwrap();
    assert_eq!(
        trial.server.requests(),
        ["/a.csv from 1000", "/elsewhere from 1000"]
    );
}

#[test]
fn endless_redirects_end() {
    let trial = Trial::new(vec![Answer::Redirect("/a.csv"); 100]);
    let message = trial.fetch(&content()).unwrap_err().to_string();
    assert!(message.contains("redirect"), "{message}");
    assert!(trial.waits.borrow().is_empty(), "not a failure that passes");
}

#[test]
fn wrong_bytes_are_refused_with_both_hashes() {
    let mut wrong = content();
    wrong[100_000] ^= 1;
    let trial = Trial::new(vec![Answer::Ranges(wrong.clone())]);
    let message = trial.fetch(&content()).unwrap_err().to_string();
    assert!(message.contains(&sha256(content())), "{message}");
    assert!(message.contains(&sha256(wrong)), "{message}");
    assert!(trial.folders.everything().is_empty());
}

#[test]
fn a_doubtful_hash_is_called_doubtful() {
    let trial = Trial::new(vec![Answer::Ranges(b"new".to_vec())]);
    let url = format!("url = '{}'", trial.server.url("a.csv"));
    let table =
        file_table("a.csv", b"old", &url).replace("hash_of = 'original'", "hash_of = 'copy'");
    let message = trial.fetch_table(&table).unwrap_err().to_string();
    assert!(
        message.contains("never compared with the home"),
        "{message}"
    );
}

#[test]
fn too_many_bytes_are_refused() {
    let trial = Trial::new(vec![Answer::Unmeasured([content(), content()].concat())]);
    let message = trial.fetch(&content()).unwrap_err().to_string();
    assert!(message.contains("more than 200001 bytes"), "{message}");
    assert!(trial.folders.everything().is_empty());
}

#[test]
fn a_file_of_unknown_size_is_resumed_and_verified() {
    let answers = vec![
        Answer::Truncated(content(), 1000),
        Answer::Ranges(content()),
    ];
    for (answers, part) in [(answers, 0), (vec![Answer::Ranges(content())], 200_001)] {
        let trial = Trial::new(answers);
        trial.leave_part(&content()[..part]);
        let url = format!("url = '{}'", trial.server.url("a.csv"));
        let table = file_table("a.csv", &content(), &url).replace("size = 200001\n", "");
        trial.fetch_table(&table).unwrap();
        assert_eq!(trial.cached(), content());
    }
}

#[test]
fn no_server_is_a_failure_that_may_pass() {
    let trial = Trial::new(vec![]);
    // Port 9 is `discard`, which nothing serves on a loopback interface.
    let table = file_table("a.csv", b"a", "url = 'http://127.0.0.1:9/a.csv'");
    let message = trial.fetch_table(&table).unwrap_err().to_string();
    assert!(
        message.contains("cannot download `http://127.0.0.1:9/a.csv`"),
        "{message}"
    );
    assert_eq!(trial.waits.borrow().len(), 4);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_reported_and_not_repeated() {
    let trial = Trial::new(vec![Answer::Ranges(content())]);
    fs::create_dir_all(trial.folders.cached("")).unwrap();
    std::os::unix::fs::symlink("/dev/full", trial.folders.cached("a.csv.part")).unwrap();
    let error = trial.fetch(&content()).unwrap_err();
    assert!(
        matches!(
            error,
            SourceError::Io {
                action: "write",
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("No space left on device"),
        "{error}"
    );
    assert!(trial.waits.borrow().is_empty());
}

#[test]
fn tls_is_demanded_where_the_address_says_so() {
    // The server speaks plain HTTP, so that no TLS connection to it can succeed.
    let trial = Trial::new(vec![Answer::Ranges(content()); 5]);
    let url = trial.server.url("a.csv").replace("http:", "https:");
    let message = trial
        .fetch_table(&file_table("a.csv", &content(), &format!("url = '{url}'")))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains(&format!("cannot download `{url}`")),
        "{message}"
    );
    assert!(trial.folders.everything().is_empty());
}

#[test]
fn only_what_is_absent_is_downloaded() {
    let archive = gz(&tar(&[
        Member::file("c.csv", b"c"),
        Member::file("d/e.json", b"{}"),
    ]));
    let trial = Trial::new(vec![Answer::Ranges(b"b".to_vec()), Answer::Whole(archive)]);
    write(&trial.folders.cached(""), &[("a.csv", b"a")]);
    let url = |path: &str| trial.server.url(path);
    let own =
        |path: &str, content: &[u8]| file_table(path, content, &format!("url = '{}'", url(path)));
    let tables = [
        format!("[download]\nurl = '{}'\nformat = 'tar.gz'\n", url("all")),
        own("a.csv", b"a"),
        own("b.csv", b"b"),
        file_table("c.csv", b"c", ""),
        folder_table("d", &[("e.json", b"{}")]),
    ];
    trial.fetch_table(&tables.concat()).unwrap();
    assert_eq!(trial.server.requests(), ["/b.csv", "/all"]);
    let cached =
        ["a.csv", "b.csv", "c.csv", "d/e.json"].map(|path| format!("cache/probe/r1/{path}"));
    assert_eq!(trial.folders.everything(), cached);
}

#[test]
fn a_second_process_waits_for_the_first() {
    /// Another process's lock, which ends when this one starts to wait.
    struct Other(RefCell<Option<File>>);
    impl Progress for Other {
        fn event(&self, event: Event<'_>) {
            if let Event::Waiting { .. } = event {
                self.0.borrow_mut().take().unwrap();
            }
        }
    }
    let trial = Trial::new(vec![Answer::Ranges(content())]);
    write(&trial.folders.cache(), &[("probe/.lock", b"")]);
    let lock = File::open(trial.folders.cache().join("probe/.lock")).unwrap();
    lock.lock().unwrap();
    let other = Other(RefCell::new(Some(lock)));
    let url = format!("url = '{}'", trial.server.url("a.csv"));
    let sources = trial
        .folders
        .sources(manifest(&file_table("a.csv", &content(), &url)));
    sources
        .fetch("probe", Origin::Home(Transfer::new(&|_| {})), &other)
        .unwrap();
    assert!(other.0.borrow().is_none(), "it waited");
}

#[test]
fn a_source_without_a_home_cannot_be_downloaded() {
    let folders = Folders::new();
    let text = manifest_text(&file_table("a.csv", b"a", ""));
    let text = text.replace("home = 'https://home.example/probe'\n", "");
    let sources = folders.sources(Manifest::parse("probe.toml", &text).unwrap());
    let error = sources
        .fetch("probe", Origin::Home(Transfer::new(&|_| {})), &())
        .unwrap_err();
    assert!(error.to_string().contains("published nowhere"), "{error}");
}

#[test]
fn a_proxy_that_is_no_address_is_reported() {
    let trial = Trial::new(vec![]);
    let transfer = Transfer {
        proxy: Some("ftp://nowhere"),
        ..Transfer::new(&|_| {})
    };
    let table = file_table("a.csv", b"a", "url = 'https://home.example/a.csv'");
    let sources = trial.folders.sources(manifest(&table));
    let error = sources
        .fetch("probe", Origin::Home(transfer), &())
        .unwrap_err();
    assert!(matches!(&error, SourceError::Proxy { proxy, .. } if proxy == "ftp://nowhere"));
}
