//! Showing a fetch while it happens: a bar on a terminal, plain lines elsewhere.

use crate::format::{bytes, duration};
use crate::output::{self, Tone};
use hrm_source::{Event, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{Cell, RefCell};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

const TEMPLATE: &str =
    "{prefix:>11} [{bar:24}] {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {wide_msg}";

/// Time between two lines about the progress of one download.
const INTERVAL: Duration = Duration::from_secs(10);

/// Shows the events of one source's fetch.
pub(super) struct FetchProgress {
    source: String,
    color: bool,
    /// Hidden while nothing is downloaded, and where there is no terminal.
    bar: RefCell<ProgressBar>,
    is_terminal: bool,
    received: Cell<u64>,
    size: Cell<Option<u64>>,
    /// When a line was printed last.
    told: Cell<Instant>,
}

impl FetchProgress {
    pub(super) fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            color: output::color(),
            bar: RefCell::new(ProgressBar::hidden()),
            is_terminal: std::io::stderr().is_terminal(),
            received: Cell::new(0),
            size: Cell::new(None),
            told: Cell::new(Instant::now()),
        }
    }

    fn note(&self, tone: Tone, verb: &str, text: &str) {
        let line = output::verb_line(tone, verb, text, self.color);
        // Suspending keeps the bar from being drawn over.
        self.bar.borrow().suspend(|| output::note(&line));
    }

    fn start(&self, url: &str, from: u64, size: Option<u64>) {
        self.received.set(from);
        self.size.set(size);
        self.told.set(Instant::now());
        let there = match from {
            0 => String::new(),
            from => format!(", going on after {}", bytes(from)),
        };
        self.note(Tone::Active, "Downloading", &format!("{url}{there}"));
        if !self.is_terminal {
            return;
        }
        let bar = size.map_or_else(ProgressBar::no_length, ProgressBar::new);
        match ProgressStyle::with_template(TEMPLATE) {
            Ok(style) => bar.set_style(style.progress_chars("━╸ ")),
            Err(error) => tracing::warn!(%error, "the progress bar has its default style"),
        }
        bar.set_prefix("Received");
        bar.set_message(self.source.clone());
        bar.set_position(from);
        bar.reset_eta();
        self.bar.replace(bar).finish_and_clear();
    }

    fn receive(&self, length: u64) {
        let received = self.received.get() + length;
        self.received.set(received);
        self.bar.borrow().inc(length);
        if !self.is_terminal && self.told.get().elapsed() >= INTERVAL {
            self.told.set(Instant::now());
            let of = self
                .size
                .get()
                .map_or_else(String::new, |size| format!(" of {}", bytes(size)));
            let text = format!("{}{of} of {}", bytes(received), self.source);
            self.note(Tone::Quiet, "Received", &text);
        }
    }

    fn hide_bar(&self) {
        self.bar.replace(ProgressBar::hidden()).finish_and_clear();
    }
}

impl Progress for FetchProgress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Waiting { lock } => {
                let text = format!(
                    "another process fetches {} (it holds `{}`)",
                    self.source,
                    lock.display()
                );
                self.note(Tone::Warning, "Waiting", &text);
            }
            Event::Downloading { url, from, size } => self.start(url, from, size),
            Event::Received { bytes } => self.receive(bytes),
            Event::Retrying { url, reason, wait } => {
                self.hide_bar();
                let wait = duration(wait.as_secs_f64());
                let text = format!("{url} in {wait}: {reason}");
                self.note(Tone::Warning, "Retrying", &text);
            }
            Event::Copying { item } => {
                self.note(
                    Tone::Active,
                    "Copying",
                    &format!("{item} of {}", self.source),
                );
            }
            Event::Unpacking { url } => {
                self.hide_bar();
                self.note(Tone::Active, "Unpacking", url);
            }
            Event::Ready { path } => {
                self.hide_bar();
                self.note(Tone::Good, "Ready", &path.display().to_string());
            }
        }
    }
}

impl Drop for FetchProgress {
    fn drop(&mut self) {
        self.hide_bar();
    }
}
