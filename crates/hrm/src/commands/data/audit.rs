//! `hrm data audit`

use super::place::Finder;
use crate::cli::Audit as Args;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{count, counted};
use crate::output::{self, Tone};
use crate::table::Table;
use hrm_audit::{Audit, Likeness, PuzzleSet, SetName, SetOverlap, SetSummary};
use hrm_source::State;
use std::path::Path;

/// Puzzles that are named of one overlap, or of one set with wrong answers.
const SHOWN_MAX: usize = 10;

pub(super) fn audit(args: &Args, state: &Path) -> Result<Exit, CliError> {
    let finder = Finder::new(state, &args.raw_data)?;
    let mut sets: Vec<PuzzleSet> = Vec::new();
    for name in &args.names {
        sets.extend(finder.corpus(name)?.sets);
    }
    if args.names.is_empty() {
        sets = of_present_sources(&finder);
    }
    let audit = hrm_audit::audit(&sets);
    if args.json {
        output::json(&audit)?;
    } else {
        print(&audit)?;
    }
    Ok(if audit.leaks() || audit.wrong() > 0 {
        Exit::ExpectationMissed
    } else {
        Exit::Ok
    })
}

/// The sets of the sources that are here. Nobody asked for a certain one, so those that cannot be
/// read are only told of.
fn of_present_sources(finder: &Finder<'_>) -> Vec<PuzzleSet> {
    let mut sets = Vec::new();
    let listings = finder.sources.list().into_iter();
    for listing in listings.filter(|listing| listing.state == State::Present) {
        match hrm_corpus::of_source(&finder.sources, &listing.name) {
            Ok(corpus) => sets.extend(corpus.sets),
            Err(error) => output::warn(&format!("{} is left out: {error}", listing.name)),
        }
    }
    sets
}

fn print(audit: &Audit) -> Result<(), CliError> {
    if audit.sets.is_empty() {
        return output::line("no source is here; `hrm data list` lists them");
    }
    let mut table = Table::new(["set", "split", "puzzles", "classes"]);
    for set in &audit.sets {
        table.row([
            name(&set.set),
            set.set.split.name().to_owned(),
            count(set.puzzles as u64),
            count(set.classes as u64),
        ]);
    }
    output::line(&table.to_string())?;
    let color = output::stdout_color();
    for set in audit.sets.iter().filter(|set| !set.wrong.is_empty()) {
        output::line(&wrong_answers(set, color))?;
    }
    for overlap in &audit.overlaps {
        output::line(&shared_puzzles(overlap, color))?;
    }
    output::line(&format!("\n{}", verdict(audit)))
}

fn verdict(audit: &Audit) -> String {
    let leaks = audit.overlaps.iter().filter(|overlap| overlap.leak).count();
    let leaks = match leaks {
        0 => "no two splits of one dataset share a puzzle".to_owned(),
        leaks => format!(
            "{} between splits of one dataset",
            counted(leaks as u64, "leak")
        ),
    };
    match audit.wrong() {
        0 => leaks,
        wrong => format!("{leaks}; {}", counted(wrong as u64, "wrong answer")),
    }
}

fn name(set: &SetName) -> String {
    format!("{} {}", set.dataset, set.name)
}

fn wrong_answers(set: &SetSummary, color: bool) -> String {
    let wrong = set.wrong.iter();
    let items = wrong.map(|wrong| format!("{}: {}", wrong.place, wrong.fault));
    let count = counted(set.wrong.len() as u64, "wrong answer");
    let title = format!("{}: {count}", name(&set.set));
    list(Tone::Bad.paint("WRONG", color), &title, items)
}

fn shared_puzzles(overlap: &SetOverlap, color: bool) -> String {
    let mark = match overlap.leak {
        true => Tone::Bad.paint("LEAK", color),
        false => Tone::Quiet.paint("shared", color),
    };
    let set = |set: &SetName| format!("{} ({})", name(set), set.split.name());
    let title = format!(
        "{} and {}: {}",
        set(&overlap.first),
        set(&overlap.second),
        kinds(overlap)
    );
    let items = overlap.shared.iter().map(|shared| {
        let likeness = match shared.likeness {
            Likeness::Pairs(pairs) => counted(pairs as u64, "pair"),
            likeness => in_words(likeness).to_owned(),
        };
        format!("{} and {}: {likeness}", shared.first, shared.second)
    });
    list(mark, &title, items)
}

/// The ways to agree, the closest one first.
const KINDS: [&str; 4] = ["the same", "symmetric", "in some pairs", "in name only"];

fn in_words(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Same => "the same",
        Likeness::Symmetric => "symmetric",
        Likeness::Pairs(_) => "in some pairs",
        Likeness::Name => "in name only",
    }
}

/// How many puzzles agree in which way, and how many have one name.
fn kinds(overlap: &SetOverlap) -> String {
    let counts = KINDS.iter().filter_map(|kind| {
        let shared = overlap.shared.iter();
        let shared = shared.filter(|shared| in_words(shared.likeness) == *kind);
        let shared = shared.count() as u64;
        (shared > 0).then(|| format!("{} {kind}", count(shared)))
    });
    let mut text = counts.collect::<Vec<_>>().join(", ");
    let named = overlap
        .shared
        .iter()
        .filter(|shared| shared.same_name)
        .count();
    if named > 0 {
        text += &format!("; {} of one name", count(named as u64));
    }
    text
}

/// A title and the first items below it.
fn list(mark: String, title: &str, items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(SHOWN_MAX);
    let mut lines = vec![format!("\n{mark} {title}")];
    lines.extend(items.take(SHOWN_MAX).map(|item| format!("  {item}")));
    if more > 0 {
        lines.push(format!(
            "  and {} more; `--json` lists all",
            count(more as u64)
        ));
    }
    lines.join("\n")
}
