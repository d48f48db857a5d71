//! What goes and what stays.

use super::*;

#[test]
fn orphans_go_and_work_that_can_go_on_stays() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 1000000");
    let state = bench.path().join(".hrm");
    let (mut child, mut events) = start(&bench, &["train.hrm[seed=0]"]);
    events.find(|e| e["event"] == "checkpoint_saved").unwrap();
    let work = || fs::read_dir(state.join("work")).unwrap().count();
    // While it runs, nothing of it goes, however old the rest may be.
    bench
        .hrm(&["store", "gc", "--max-size", "0KiB"])
        .assert()
        .success();
    let datasets = fs::read_dir(state.join("artifacts/dataset")).unwrap();
    assert_eq!((work(), datasets.count()), (1, 1));
    signal(child.id(), "TERM");
    events.for_each(drop);
    child.wait().unwrap();

    let key = "0123456789abcdef0123456789abcdef";
    let orphans = [
        "tmp/removed-x/entry/file".to_owned(),
        format!("work/dataset-{key}/file"),
        format!("work/train-{key}/file"),
        "logs/0123456789ab/1-train.log".to_owned(),
        "runs/ba9876543210".to_owned(),
        ".hrm-tmp-x".to_owned(),
        "import/bundle.json".to_owned(),
        format!("locks/train-{key}.lock"),
    ];
    for orphan in &orphans {
        let path = state.join(orphan);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match orphan.starts_with("runs/") {
            true => fs::create_dir(path).unwrap(),
            false => fs::write(path, "x").unwrap(),
        }
    }
    let told = bench.json(&["store", "gc", "--dry-run", "--json"]);
    assert!(orphans.iter().all(|orphan| state.join(orphan).exists()));
    let removed = bench.json(&["store", "gc", "--json"]);
    assert_eq!(told, removed);
    for orphan in &orphans {
        assert!(!state.join(orphan).exists(), "{orphan}");
    }
    assert_eq!(work(), 1, "the interrupted training can go on");
    assert_resumes(&bench);

    for entry in fs::read_dir(state.join("work")).unwrap() {
        age(&entry.unwrap().path());
    }
    bench
        .hrm(&["store", "gc", "--older-than", "30d"])
        .assert()
        .success();
    assert_eq!(work(), 0);
}

#[test]
fn folders_of_jobs_go_a_day_after_their_artifacts_are_complete() {
    let bench = Bench::new();
    bench.run(&["sudoku"]);
    let state = bench.path().join(".hrm");
    let key = folder_of(&bench, "dataset");
    let key = key.file_name().unwrap().to_string_lossy().into_owned();
    let unfinished = "0123456789abcdef0123456789abcdef";
    let [complete, waiting] =
        [&key, unfinished].map(|key| state.join(format!("slurm/dataset-{key}")));
    for folder in [&complete, &waiting] {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("job.json"), "{}").unwrap();
    }
    age(&waiting);
    bench.hrm(&["store", "gc"]).assert().success();
    assert!(complete.exists(), "someone may be about to read it");
    age(&complete);
    bench.hrm(&["store", "gc"]).assert().success();
    assert!(!complete.exists() && waiting.exists());
}

#[test]
fn artifacts_of_the_latest_run_stay_and_others_go_by_their_limits() {
    let bench = Bench::new();
    bench.run(&["test", "--set", "train.hrm.steps=4"]);
    bench.run(&["test"]);
    let state = bench.path().join(".hrm");
    let count = || {
        bench.json(&["store", "list", "--json"])["artifacts"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(), 9);
    let before = rows(&bench, ".hrm");
    bench.hrm(&["store", "gc"]).assert().success();
    bench
        .hrm(&["store", "gc", "--older-than", "1d"])
        .assert()
        .success();
    bench
        .hrm(&["store", "gc", "--max-size", "1GB"])
        .assert()
        .success();
    assert_eq!(count(), 9);

    let dry = bench.json(&["store", "gc", "--max-size", "0KiB", "--dry-run", "--json"]);
    let going = |removals: &Value| {
        let removals = removals.as_array().unwrap().iter();
        removals
            .filter(|removal| removal["reason"] == "artifact")
            .count()
    };
    assert_eq!((going(&dry), count()), (4, 9));
    let removed = bench.json(&["store", "gc", "--max-size", "0KiB", "--json"]);
    assert_eq!((going(&removed), count()), (4, 5));
    let events = bench.run(&["test"]);
    assert_eq!(events[0]["event"], "nothing_to_do");
    // Rows stay, also in a database that is made anew.
    assert_eq!(rows(&bench, ".hrm"), before);
    bench.hrm(&["store", "rebuild"]).assert().success();
    assert_eq!(rows(&bench, ".hrm"), before);
    assert!(state.join("records/train").exists());
    // What is gone is made again to the same bytes.
    let events = bench.run(&["test", "--set", "train.hrm.steps=4"]);
    assert_eq!(stages(&events, "stage_finished").len(), 4);
}

#[test]
fn what_no_workflow_reaches_goes() {
    let bench = Bench::new();
    bench.run(&["test", "--set", "train.hrm.steps=4"]);
    let kept = fs::read_to_string(bench.path().join("tiny.toml")).unwrap();
    bench.write("four.toml", &kept.replace("steps = 6", "steps = 4"));
    bench.run(&["test"]);
    let gc = |files: &[&str]| {
        let arguments = [&["store", "gc", "--keep-reachable-from"], files].concat();
        bench.hrm(&arguments).assert().success();
        let listing = bench.json(&["store", "list", "--json"]);
        listing["artifacts"].as_array().unwrap().len()
    };
    assert_eq!(gc(&["tiny.toml", "four.toml"]), 9);
    assert_eq!(gc(&["four.toml"]), 5);
    let run = bench.stdout(&["run", "four.toml", "test", "--json"]);
    assert_eq!(events(&run)[0]["event"], "nothing_to_do");
    let arguments = ["store", "gc", "--keep-reachable-from", "absent.toml"];
    bench.hrm(&arguments).assert().code(3);
}

#[test]
fn removals_that_are_killed_leave_nothing_half() {
    let bench = Bench::new();
    bench.run(&["test", "--set", "train.hrm.steps=4"]);
    bench.run(&["test"]);
    let before = rows(&bench, ".hrm");
    let gc = ["store", "gc", "--max-size", "0KiB"];
    for round in 0..6 {
        kill(&bench, &gc, 4 * round);
        is_clean(&bench, ".hrm");
        assert_eq!(rows(&bench, ".hrm"), before, "round {round}");
    }
    bench.hrm(&gc).assert().success();
    bench.hrm(&["store", "rebuild"]).assert().success();
    assert_eq!(rows(&bench, ".hrm"), before);
    let events = bench.run(&["test", "--set", "train.hrm.steps=4"]);
    assert_eq!(stages(&events, "stage_finished").len(), 4);
}
