//! Runs that move to another machine.

use super::*;

#[test]
fn a_run_moves_to_another_state_folder() {
    let bench = Bench::new();
    bench.run(&[]);
    let compare = [
        "compare",
        "evaluate.test[seed=0]",
        "evaluate.test[seed=1]",
        "--json",
    ];
    let [runs, compared] = [&["runs", "--json"][..], &compare].map(|a| bench.json(a));
    bench
        .hrm(&["store", "export", "latest", "--out", "run.tar.gz"])
        .assert()
        .success();
    for _ in 0..2 {
        bench
            .hrm(&["--state", "other", "store", "import", "run.tar.gz"])
            .assert()
            .success();
        let there = |arguments: &[&str]| bench.json(&[&["--state", "other"], arguments].concat());
        assert_eq!(there(&["runs", "--json"]), runs);
        assert_eq!(there(&compare), compared);
        assert_eq!(rows(&bench, "other"), rows(&bench, ".hrm"));
    }
    let other = bench.path().join("other");
    assert!(artifacts(&other) == artifacts(&bench.path().join(".hrm")));
    fs::remove_dir_all(bench.path().join("reports")).unwrap();
    bench
        .hrm(&["--state", "other", "report", "latest"])
        .assert()
        .success();
    let run = bench.stdout(&["--state", "other", "run", "tiny.toml", "--json"]);
    assert_eq!(events(&run)[0]["event"], "nothing_to_do");
    bench
        .hrm(&["--state", "other", "store", "verify"])
        .assert()
        .success();
}

#[test]
fn a_run_without_artifacts_has_all_its_rows() {
    let bench = Bench::new();
    bench.run(&[]);
    for choice in ["evaluations", "none"] {
        let export = [
            "store",
            "export",
            "latest",
            "--out",
            "run.tar.gz",
            "--artifacts",
            choice,
        ];
        bench.hrm(&export).assert().success();
        bench
            .hrm(&["--state", choice, "store", "import", "run.tar.gz"])
            .assert()
            .success();
        assert_eq!(rows(&bench, choice), rows(&bench, ".hrm"), "{choice}");
        bench
            .hrm(&["--state", choice, "report", "latest"])
            .assert()
            .success();
        let listing = bench.json(&["--state", choice, "store", "list", "--json"]);
        let expected = if choice == "none" { 0 } else { 3 };
        assert_eq!(listing["artifacts"].as_array().unwrap().len(), expected);
        bench
            .hrm(&["--state", choice, "store", "rebuild"])
            .assert()
            .success();
        assert_eq!(rows(&bench, choice), rows(&bench, ".hrm"), "{choice}");
    }
}

#[test]
fn bundles_that_cannot_be_used_are_refused_with_a_cure() {
    let bench = Bench::new();
    bench.run(&["sudoku"]);
    bench.write("no.tar.gz", "no bundle");
    let assert = bench
        .hrm(&["store", "import", "no.tar.gz"])
        .assert()
        .code(2);
    assert.stderr(contains("cannot be read as a bundle").and(contains("`hrm store export`")));
    let export = ["store", "export", "0000", "--out", "x.tar.gz"];
    bench
        .hrm(&export)
        .assert()
        .code(2)
        .stderr(contains("there is no run `0000`"));
    bench
        .hrm(&["store", "export", "latest", "--out", "run.tar.gz"])
        .assert()
        .success();
    let path = bench.path().join("run.tar.gz");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(fs::File::open(&path).unwrap()),
        &mut bytes,
    )
    .unwrap();
    let place = bytes
        .windows(6)
        .rposition(|window| window == b"\"files")
        .unwrap();
    bytes[place + 1] = b'F';
    let mut encoder = flate2::write::GzEncoder::new(
        fs::File::create(&path).unwrap(),
        flate2::Compression::fast(),
    );
    std::io::Write::write_all(&mut encoder, &bytes).unwrap();
    encoder.finish().unwrap();
    let assert = bench
        .hrm(&["--state", "other", "store", "import", "run.tar.gz"])
        .assert()
        .code(2);
    assert.stderr(contains("is damaged or was changed").and(contains("has other content")));
    let runs = bench.json(&["--state", "other", "runs", "--json"]);
    assert_eq!(runs.as_array().unwrap().len(), 0);
}

#[test]
fn imports_and_rebuilds_that_are_killed_leave_nothing_half() {
    let bench = Bench::new();
    bench.run(&[]);
    let export = ["store", "export", "latest", "--out", "run.tar.gz"];
    bench.hrm(&export).assert().success();
    for round in 0..6 {
        let state = format!("other-{round}");
        let import = ["--state", &state, "store", "import", "run.tar.gz"];
        kill(&bench, &import, 6 * round);
        kill(&bench, &["--state", &state, "store", "rebuild"], 6 * round);
        bench.hrm(&import).assert().success();
        assert_eq!(rows(&bench, &state), rows(&bench, ".hrm"), "round {round}");
        is_clean(&bench, &state);
    }
}
