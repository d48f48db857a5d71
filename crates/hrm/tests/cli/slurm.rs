//! Stages as jobs of a real SLURM, which `tools/slurm/start.sh DIR` starts; `HRM_TEST_SLURM` names DIR.
//! Without it these tests say that they are skipped.
#![cfg(unix)]

use crate::bench::{Bench, artifacts, events, stages};
use crate::processes::{children, signal};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

/// A profile for the cluster of the tests, which has four nodes of two cores.
const PROFILE: &str = r#"
executor = "slurm"

[slurm]
poll_seconds = 1

[slurm.default]
cpus = 1
memory = "500M"
time = "10"
"#;

/// Tests that use the cluster take turns, since one of them breaks a node.
static TURNS: Mutex<()> = Mutex::new(());

/// The cluster.
struct Cluster {
    folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Cluster {
    /// The cluster, if there is one.
    fn get() -> Option<Self> {
        let Some(folder) = std::env::var_os("HRM_TEST_SLURM") else {
            // Not by `println!`, which is shown for failed tests only.
            let why =
                b"skipped: HRM_TEST_SLURM names no cluster; tools/slurm/start.sh starts one\n";
            io::stderr().write_all(why).unwrap();
            return None;
        };
        let cluster = Self {
            folder: folder.into(),
            _turn: TURNS.lock().unwrap_or_else(PoisonError::into_inner),
        };
        cluster.ask("sinfo", &["--noheader"]);
        Some(cluster)
    }

    fn configuration(&self) -> PathBuf {
        self.folder.join("slurm.conf")
    }

    /// What a command of SLURM prints.
    fn ask(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        let command = command
            .args(arguments)
            .env("SLURM_CONF", self.configuration());
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {output:?}"
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// A folder with `tiny.toml` and a profile `test`.
    fn bench() -> Bench {
        let bench = Bench::new();
        fs::create_dir(bench.path().join("profiles")).unwrap();
        bench.write("profiles/test.toml", PROFILE);
        bench
    }

    /// Starts a run on the cluster.
    fn start(&self, bench: &Bench, arguments: &[&str]) -> Running {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hrm"));
        let mut child = command
            .current_dir(bench.path())
            .args(["run", "tiny.toml", "--json", "--profile", "test"])
            .args(arguments)
            .env("SLURM_CONF", self.configuration())
            .env_remove("HRM_STATE")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let events = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap());
        Running {
            child,
            events: Box::new(events),
        }
    }

    /// Runs on the cluster, which has to succeed; returns the events.
    fn run(&self, bench: &Bench, arguments: &[&str]) -> Vec<Value> {
        let arguments = [
            &["run", "tiny.toml", "--json", "--profile", "test"],
            arguments,
        ]
        .concat();
        let mut command = bench.hrm(&arguments);
        let assert = command
            .env("SLURM_CONF", self.configuration())
            .assert()
            .success();
        events(std::str::from_utf8(&assert.get_output().stdout).unwrap())
    }

    /// Lets jobs that are held run.
    fn release(&self, jobs: &[String]) {
        for job in jobs {
            self.ask("scontrol", &["release", job]);
        }
    }

    /// Every job, ended or not, that was submitted in a folder.
    fn jobs(&self, folder: &Path) -> BTreeSet<String> {
        let columns = "--Format=ArrayJobID:|,ArrayTaskID:|,WorkDir:";
        let all = self.ask(
            "squeue",
            &["--noheader", "--array", "--states=all", columns],
        );
        let folder = folder.canonicalize().unwrap();
        let here = |line: &&str| line.rsplit('|').next().map(str::trim) == folder.to_str();
        all.lines().filter(here).map(str::to_owned).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // What a failed test left would be in the way of the next one.
        let mut command = Command::new("scancel");
        let _ = command
            .arg("--me")
            .env("SLURM_CONF", self.configuration())
            .status();
    }
}

/// A run and its events.
struct Running {
    child: Child,
    events: Box<dyn Iterator<Item = Value>>,
}

impl Running {
    /// The next event of this name.
    fn next(&mut self, name: &str) -> Value {
        self.events
            .by_ref()
            .find(|event| event["event"] == name)
            .unwrap()
    }

    /// The events until it ends, and its exit code.
    fn rest(mut self) -> (Vec<Value>, Option<i32>) {
        let rest = self.events.collect();
        (rest, self.child.wait().unwrap().code())
    }

    /// The jobs of so many trainings, once they are in the queue, and whether they were there before.
    fn trainings(&mut self, count: usize) -> (Vec<String>, bool) {
        let is_training = |event: &Value| {
            let stage = event["stage"].as_str();
            event["event"] == "job_submitted" && stage.is_some_and(|id| id.starts_with("train."))
        };
        let events = self.events.by_ref().filter(is_training).take(count);
        let events: Vec<Value> = events.collect();
        let found = events.iter().all(|event| event["found"] == true);
        (events.iter().map(job).collect(), found)
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Trainings that take some seconds and save checkpoints all the time.
fn long(bench: &Bench) {
    bench.edit("steps = 6", "steps = 300");
    bench.edit("checkpoint_interval = 2", "checkpoint_interval = 10");
}

/// What the same workflow gives on this machine.
fn expected(change: impl Fn(&Bench), arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let bench = Bench::new();
    change(&bench);
    bench.run(&[&["--jobs", "2"], arguments].concat());
    artifacts(&bench.path().join(".hrm"))
}

/// Folders of jobs that are left.
fn job_folders(bench: &Bench) -> usize {
    let entries = fs::read_dir(bench.path().join(".hrm/slurm"))
        .unwrap()
        .flatten();
    entries.filter(|entry| entry.path().is_dir()).count()
}

/// The number of the job in an event.
fn job(event: &Value) -> String {
    event["job"].as_str().unwrap().to_owned()
}

/// Trainings wait in the queue until they are released.
fn hold_trainings(bench: &Bench) {
    let held = format!("{PROFILE}\n[slurm.train]\nextra = [\"--hold\"]\n");
    bench.write("profiles/test.toml", &held);
}

fn made(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    artifacts(&bench.path().join(".hrm"))
}

/// A training with 18 combinations.
fn eighteen(bench: &Bench) {
    bench.edit("hidden_size = 16\n", "");
    let sweep = "lr = [1e-3, 2e-3, 4e-3]\n\"model.hidden_size\" = [16, 32]\n";
    bench.edit("seeds = [0, 1]", "seeds = [0, 1, 2]");
    bench.edit(
        "[train.hrm.model]",
        &format!("[train.hrm.sweep]\n{sweep}\n[train.hrm.model]"),
    );
    bench.edit("lr = 1e-3\nlr_w", "lr_w");
}

#[test]
fn a_sweep_is_an_array_and_gives_the_same_bytes() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    eighteen(&bench);
    let events = cluster.run(&bench, &[]);
    assert_eq!(stages(&events, "stage_finished").len(), 1 + 18 + 18 + 1);
    // The report is made by the coordinating process.
    let submitted = events
        .iter()
        .filter(|event| event["event"] == "job_submitted");
    let jobs: Vec<&str> = submitted
        .map(|event| event["job"].as_str().unwrap())
        .collect();
    assert_eq!(jobs.len(), 1 + 18 + 18);
    let trainings: BTreeSet<&str> = jobs[1..19]
        .iter()
        .map(|job| job.split_once('_').unwrap().0)
        .collect();
    assert_eq!(trainings.len(), 1, "{jobs:?}");
    assert!(made(&bench) == expected(eighteen, &[]));
    assert_eq!(job_folders(&bench), 0);
}

#[test]
fn a_killed_coordinator_submits_nothing_twice() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    hold_trainings(&bench);
    // Before, while and after it submits the dataset.
    for milliseconds in [30, 60, 90, 120] {
        let running = cluster.start(&bench, &[]);
        sleep(Duration::from_millis(milliseconds));
        running.kill();
    }
    let mut running = cluster.start(&bench, &[]);
    let (jobs, _) = running.trainings(2);
    running.kill();
    for _ in 0..2 {
        let mut running = cluster.start(&bench, &[]);
        assert_eq!(running.trainings(2), (jobs.clone(), true));
        running.kill();
    }
    let running = cluster.start(&bench, &[]);
    cluster.release(&jobs);
    assert_eq!(running.rest().1, Some(0));
    assert_eq!(cluster.jobs(bench.path()).len(), 1 + 2 + 2);
    assert_eq!(job_folders(&bench), 0);
    assert!(made(&bench) == expected(|_| {}, &[]));
}

#[test]
fn ctrl_c_leaves_jobs_and_the_same_command_follows_them_again() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    hold_trainings(&bench);
    let mut running = cluster.start(&bench, &[]);
    let (jobs, found) = running.trainings(2);
    assert!(!found);
    signal(running.child.id(), "INT");
    let (rest, code) = running.rest();
    assert_eq!(code, Some(130));
    let left = rest.iter().filter(|event| event["event"] == "job_left");
    assert_eq!(left.map(job).collect::<Vec<_>>(), jobs);
    let mut running = cluster.start(&bench, &[]);
    assert_eq!(running.trainings(2), (jobs.clone(), true));
    cluster.release(&jobs);
    assert_eq!(running.rest().1, Some(0));
    assert!(made(&bench) == expected(|_| {}, &[]));
}

/// One long training and its evaluation.
const ONE: &str = "evaluate.test[seed=0]";

/// A run of one long training that has saved a checkpoint, and its job.
fn one_training(cluster: &Cluster, bench: &Bench) -> (Running, String) {
    long(bench);
    let mut running = cluster.start(bench, &[ONE]);
    let (jobs, _) = running.trainings(1);
    let job = jobs[0].clone();
    running.next("checkpoint_saved");
    (running, job)
}

/// The training goes on from a checkpoint, and ends with the result of an undisturbed one.
fn goes_on(mut running: Running, bench: &Bench) {
    let again = running.next("training_started");
    assert!(again["resumed_from"].as_u64().unwrap() >= 10, "{again}");
    assert_eq!(running.rest().1, Some(0));
    assert!(made(bench) == expected(long, &[ONE]));
}

#[test]
fn a_cancelled_job_is_submitted_again_and_goes_on() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    let (mut running, job) = one_training(&cluster, &bench);
    cluster.ask("scancel", &[&job]);
    let retried = running.next("stage_retried");
    let error = retried["error"].as_str().unwrap();
    assert!(
        error.starts_with(&format!("its job {job} was cancelled")),
        "{error}"
    );
    assert_ne!(running.next("job_submitted")["job"], job.as_str());
    goes_on(running, &bench);
}

#[test]
fn a_preempted_job_is_requeued_and_goes_on() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    let (mut running, job) = one_training(&cluster, &bench);
    cluster.ask("scontrol", &["requeue", &job]);
    assert_eq!(running.next("job_requeued")["job"], job.as_str());
    goes_on(running, &bench);
}

#[test]
fn a_job_whose_node_fails_is_requeued_and_goes_on() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    let (mut running, job) = one_training(&cluster, &bench);
    let node = cluster.ask("squeue", &["--noheader", "--format=%N", "--jobs", &job]);
    let node = Node::of(&cluster, node.trim());
    node.fail(&job);
    assert_eq!(running.next("job_requeued")["job"], job.as_str());
    node.repair();
    goes_on(running, &bench);
}

/// A node of the cluster.
struct Node<'a> {
    cluster: &'a Cluster,
    name: String,
}

impl<'a> Node<'a> {
    fn of(cluster: &'a Cluster, name: &str) -> Self {
        Self {
            cluster,
            name: name.to_owned(),
        }
    }

    /// Ends its daemon and everything of a job at once, as a loss of power does.
    fn fail(&self, job: &str) {
        let pid = self
            .cluster
            .folder
            .join(format!("slurmd-{}.pid", self.name));
        signal(
            fs::read_to_string(pid).unwrap().trim().parse().unwrap(),
            "KILL",
        );
        let step = processes(&format!("slurmstepd: [{job}.batch]"));
        assert_eq!(step.len(), 1, "{step:?}");
        // The one that would tell the cluster of the worker's end goes first.
        let workers = children(step[0]);
        signal(step[0], "KILL");
        workers.iter().for_each(|pid| signal(*pid, "KILL"));
    }

    fn repair(&self) {
        let mut command = Command::new("slurmd");
        let command = command.args(["-c", "-N", &self.name]);
        let command = command.env("SLURM_CONF", self.cluster.configuration());
        assert!(
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap()
                .success()
        );
    }
}

/// Processes whose command line begins so.
fn processes(begin: &str) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_it = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.starts_with(begin.as_bytes())
    };
    pids.filter(is_it).collect()
}

#[test]
fn a_job_whose_time_is_over_goes_on_in_another_one() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    long(&bench);
    // SLURM gives notice a minute before the limit, which is at once.
    bench.write("profiles/test.toml", &PROFILE.replace("\"10\"", "\"1\""));
    bench.edit("steps = 300", "steps = 1000000");
    let mut running = cluster.start(&bench, &["train.hrm[seed=0]", "--retries", "0"]);
    let retried = running.next("stage_retried");
    assert!(
        retried["error"].as_str().unwrap().ends_with("had to stop"),
        "{retried}"
    );
    let again = running.next("training_started");
    assert!(again["resumed_from"].as_u64().is_some(), "{again}");
}

#[test]
fn ctrl_c_cancels_jobs_where_the_profile_says_so() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    bench.write(
        "profiles/test.toml",
        &PROFILE.replace("[slurm]", "[slurm]\ncancel_on_interrupt = true"),
    );
    let (running, _) = one_training(&cluster, &bench);
    signal(running.child.id(), "INT");
    let (rest, code) = running.rest();
    assert_eq!(code, Some(130));
    let stopped = rest
        .iter()
        .find(|event| event["event"] == "stage_interrupted")
        .unwrap();
    assert!(stopped["step"].as_u64().unwrap() >= 10, "{stopped}");
    goes_on(cluster.start(&bench, &[ONE]), &bench);
}

#[test]
fn what_slurm_refuses_is_told() {
    let Some(cluster) = Cluster::get() else {
        return;
    };
    let bench = Cluster::bench();
    bench.write(
        "profiles/test.toml",
        &format!("{PROFILE}partition = \"nowhere\"\n"),
    );
    let mut command = bench.hrm(&["run", "tiny.toml", "--profile", "test"]);
    let command = command.env("SLURM_CONF", cluster.configuration());
    let assert = command.assert().code(4);
    assert.stderr(contains(
        "`sbatch` failed: sbatch: error: invalid partition specified: nowhere",
    ));
}

#[test]
fn without_slurm_a_cluster_is_an_error_with_a_way_out() {
    let bench = Cluster::bench();
    let mut command = bench.hrm(&["run", "tiny.toml", "--profile", "test"]);
    let assert = command.env("PATH", "").assert().code(4);
    assert.stderr(contains("`sbatch` failed: ").and(contains("without `--profile`")));
}

#[test]
fn an_unknown_profile_tells_the_known_ones() {
    let bench = Cluster::bench();
    let mut command = bench.hrm(&["run", "tiny.toml", "--profile", "tset"]);
    let assert = command
        .env("XDG_CONFIG_HOME", bench.path())
        .assert()
        .code(2);
    assert.stderr(contains("there is no profile `tset`").and(contains("there is `test`")));
}

#[test]
fn a_profile_works_without_a_cluster() {
    let bench = Cluster::bench();
    bench.write("profiles/test.toml", "executor = \"local\"\njobs = 2\n");
    let events = bench.run(&["--profile", "test"]);
    assert_eq!(stages(&events, "stage_finished").len(), 6);
    bench.write("profiles/test.toml", "jobs = 2\nexecuter = \"local\"\n");
    let assert = bench
        .hrm(&["plan", "tiny.toml", "--profile", "test"])
        .assert()
        .code(2);
    assert.stderr(contains("line 2, column 1").and(contains("unknown field `executer`")));
}
