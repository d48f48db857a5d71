//! What is measured, each as whole commands of this program: what one waits for at a shell.

use super::Measured;
use super::workflow::{busy_stages, small_stages};
use crate::commands::bench::{median, no_folder};
use crate::error::CliError;
use crate::exit::Exit;
use crate::format;
use crate::program::{self, Variable};
use hrm_runner::{Event, StageCounts};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tempfile::TempDir;

/// Stages of the pipeline that is run from nothing and again.
const STAGES: usize = 100;

/// Stages of the pipeline that is planned.
const PLANNED_STAGES: usize = 1_000;

/// The stage whose setting changes; no other needs it.
const LEAF: &str = "evaluate.e0";

/// Repetitions of commands that take milliseconds, seconds, or longer. Odd, for a median.
const MANY: usize = 11;
const SOME: usize = 5;
const FEW: usize = 3;

/// Keeps the arithmetic of a stage on one core, whatever runs beside it.
const ONE_THREAD: Variable = ("RAYON_NUM_THREADS", "1");

pub(super) type Measure = fn() -> Result<Vec<Measured>, CliError>;

/// Everything that can be measured, by name.
pub(super) const MEASURES: [(&str, Measure); 4] = [
    ("overhead", overhead),
    ("rerun", rerun),
    ("plan", plan),
    ("jobs", jobs),
];

/// A workflow file with a state folder beside it.
struct Place {
    folder: TempDir,
    file: PathBuf,
}

impl Place {
    fn new(workflow: &str) -> Result<Self, CliError> {
        let folder = tempfile::tempdir().map_err(|error| no_folder(&error))?;
        let file = folder.path().join("workflow.toml");
        fs::write(&file, workflow).map_err(|error| no_folder(&error))?;
        Ok(Self { folder, file })
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// `hrm run`, which has to make as many stages.
    fn run(
        &self,
        arguments: &[&str],
        variables: &[Variable],
        stages: usize,
    ) -> Result<Ran, CliError> {
        let arguments = [&["--json", "--device", "cpu"], arguments].concat();
        let start = Instant::now();
        let printed = command(&self.state(), "run", &self.file, &arguments, variables)?;
        let seconds = start.elapsed().as_secs_f64();
        let events: Vec<Event> = printed.lines().map(event).collect::<Result<_, _>>()?;
        let done = events.iter().find_map(counts).unwrap_or_default().done;
        if done != stages {
            let message = format!("`hrm run` made {done} stages instead of {stages}");
            return Err(CliError::new(Exit::Internal, message));
        }
        let worked = events.iter().filter_map(worked).sum();
        Ok(Ran { seconds, worked })
    }
}

/// What a run took.
struct Ran {
    /// From its start to its end.
    seconds: f64,
    /// The sum of what its stages took.
    worked: f64,
}

fn command(
    state: &Path,
    name: &str,
    file: &Path,
    arguments: &[&str],
    variables: &[Variable],
) -> Result<String, CliError> {
    let mut all = vec![OsStr::new(name), file.as_os_str()];
    all.extend(arguments.iter().map(OsStr::new));
    let printed = program::output(state, &all, variables)?;
    Ok(String::from_utf8_lossy(&printed).into_owned())
}

fn event(line: &str) -> Result<Event, CliError> {
    serde_json::from_str(line).map_err(|error| {
        let message = format!("`hrm run --json` printed something else: {error}");
        CliError::new(Exit::Internal, message)
    })
}

fn counts(event: &Event) -> Option<StageCounts> {
    match event {
        Event::RunFinished { counts, .. } => Some(*counts),
        _ => None,
    }
}

fn worked(event: &Event) -> Option<f64> {
    match event {
        Event::StageFinished { seconds, .. } => Some(*seconds),
        _ => None,
    }
}

/// Runs the pipeline from nothing, one stage after the other.
fn overhead() -> Result<Vec<Measured>, CliError> {
    let workflow = small_stages(STAGES);
    let runs: Result<Vec<Ran>, CliError> = (0..FEW)
        .map(|_| Place::new(&workflow)?.run(&[], &[], STAGES))
        .collect();
    let runs = runs?;
    let all: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
    let a_stage = |run: &Ran| (run.seconds - run.worked) / STAGES as f64;
    let a_stage: Vec<f64> = runs.iter().map(a_stage).collect();
    Ok(vec![
        Measured::new(
            "first",
            format!("{STAGES} small stages, nothing cached"),
            &all,
        ),
        Measured::new(
            "overhead",
            "of it, for each stage, what is not its work".to_owned(),
            &a_stage,
        ),
    ])
}

/// Runs the pipeline again, unchanged and with another setting of one stage.
fn rerun() -> Result<Vec<Measured>, CliError> {
    let place = Place::new(&small_stages(STAGES))?;
    place.run(&[], &[], STAGES)?;
    let mut unchanged = Vec::new();
    let mut changed = Vec::new();
    for repetition in 1..=MANY {
        unchanged.push(place.run(&[], &[], 0)?.seconds);
        let change = format!("{LEAF}.puzzles={repetition}");
        changed.push(place.run(&["--set", &change], &[], 1)?.seconds);
    }
    let what = |what| format!("{STAGES} cached stages, {what}");
    Ok(vec![
        Measured::new("unchanged", what("nothing changed"), &unchanged),
        Measured::new(
            "changed",
            what("one changed, which is an evaluation"),
            &changed,
        ),
    ])
}

/// Plans a large pipeline of which everything is cached.
fn plan() -> Result<Vec<Measured>, CliError> {
    let place = Place::new(&small_stages(PLANNED_STAGES))?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    place.run(&["--jobs", &jobs.to_string()], &[], PLANNED_STAGES)?;
    let mut seconds = Vec::new();
    for _ in 0..SOME {
        let start = Instant::now();
        command(
            &place.state(),
            "plan",
            &place.file,
            &["--device", "cpu"],
            &[],
        )?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    let stages = format::count(PLANNED_STAGES as u64);
    let what = format!("plan of {stages} cached stages");
    Ok(vec![Measured::new("plan", what, &seconds)])
}

/// Runs stages that keep a core busy, one at a time and two at a time, in turn.
fn jobs() -> Result<Vec<Measured>, CliError> {
    let workflow = busy_stages();
    let time = |jobs: &str| {
        let place = Place::new(&workflow)?;
        Ok::<f64, CliError>(place.run(&["--jobs", jobs], &[ONE_THREAD], 8)?.seconds)
    };
    let mut one = Vec::new();
    let mut two = Vec::new();
    for _ in 0..FEW {
        one.push(time("1")?);
        two.push(time("2")?);
    }
    let ratios: Vec<f64> = one.iter().zip(&two).map(|(one, two)| one / two).collect();
    let what = |jobs: &str| format!("8 stages of one thread, {jobs} at a time");
    let mut two = Measured::new("jobs-2", what("two"), &two);
    two.times_as_fast = Some(median(&ratios));
    Ok(vec![Measured::new("jobs-1", what("one"), &one), two])
}
