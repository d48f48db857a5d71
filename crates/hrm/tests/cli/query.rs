//! `hrm query`

use crate::bench::Bench;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::fs;

#[test]
fn results_are_asked_for_in_sql() {
    let bench = Bench::new();
    bench.run(&[]);
    let sql = "SELECT training, metric, numerator, denominator FROM v1_scores JOIN v1_evaluations USING (key)
               WHERE metric = 'exact_accuracy' AND halting = 'fixed' AND segment = 2 ORDER BY training";
    let rows = bench.json(&["query", sql, "--format", "json"]);
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["training"], "train.hrm[seed=0]");
    assert_eq!(rows[1]["denominator"], 12);

    let csv = bench.stdout(&["query", "SELECT 1 AS one, 'a,b' AS two", "--format", "csv"]);
    assert_eq!(csv, "one,two\r\n1,\"a,b\"\n");
    let table = bench.stdout(&[
        "query",
        "SELECT stage, status FROM v1_stages ORDER BY stage",
    ]);
    assert!(
        table.starts_with("stage") && table.contains("train.hrm[seed=1]"),
        "{table}"
    );
    let none = bench.stdout(&[
        "query",
        "SELECT run FROM v1_runs WHERE 0",
        "--format",
        "csv",
    ]);
    assert_eq!(none, "run\n");
    let out = bench.path().join("rows.parquet");
    let to_file = ["--format", "parquet", "--out", out.to_str().unwrap()];
    bench.stdout(&[&["query", "SELECT * FROM v1_scores"], &to_file[..]].concat());
    assert!(fs::read(&out).unwrap().starts_with(b"PAR1"));
    bench
        .hrm(&["query", "SELECT 1", "--format", "parquet"])
        .assert()
        .code(2)
        .stderr(contains("--out <FILE>"));
    for view in ["v1_parameters", "v1_metrics", "v1_puzzles", "v1_runs"] {
        let count = bench.json(&[
            "query",
            &format!("SELECT count(*) AS n FROM {view}"),
            "--format",
            "json",
        ]);
        assert!(count[0]["n"].as_u64().unwrap() > 0, "{view}");
    }
}

#[test]
fn curves_are_printed_in_long_form() {
    let bench = Bench::new();
    bench.run(&[]);
    let rows = bench.json(&["metrics", "latest", "--format", "json"]);
    let of_seed = |seed: u64| {
        let rows = rows.as_array().unwrap().iter();
        let mut rows = rows.filter(|row| row["seed"] == seed && row["metric"] == "train/lm_loss");
        let steps: Vec<u64> = rows
            .by_ref()
            .map(|row| row["step"].as_u64().unwrap())
            .collect();
        steps
    };
    assert_eq!(of_seed(0), [2, 4, 6]);
    assert_eq!(of_seed(1), [2, 4, 6]);
    let first = &rows[0];
    assert_eq!(first["training"], "train.hrm[seed=0]");
    assert!(first["run"].is_string() && first["value"].is_number());
    let csv = bench.stdout(&["metrics", "latest", "--format", "csv"]);
    assert_eq!(
        csv.lines().next().unwrap(),
        "run,training,seed,metric,step,value"
    );
    assert_eq!(csv.lines().count(), 1 + rows.as_array().unwrap().len());
}

#[test]
fn the_schema_is_printed_with_its_comments() {
    let bench = Bench::new();
    let text = bench.stdout(&["query", "--schema"]);
    assert!(text.contains("-- Curves of trainings.") && text.contains("CREATE VIEW v1_metrics"));
    bench.run(&[]);
    let columns = bench.json(&["query", "--schema", "--format", "json"]);
    let named = |view: &str, column: &str| {
        let columns = columns.as_array().unwrap().iter();
        columns
            .filter(|c| c["view"] == view && c["column"] == column)
            .count()
    };
    assert_eq!(named("v1_scores", "numerator"), 1);
    assert_eq!(named("v1_runs", "git_commit"), 1);
}

/// Statements that write, attach, load, or are none; with what the refusal says.
const REFUSED: [(&str, &str); 42] = [
    (
        "INSERT INTO metrics VALUES ('k', 'm', 1, 2)",
        "`INSERT` is not allowed",
    ),
    (
        "UPDATE workflow_runs SET status = 'done'",
        "`UPDATE` is not allowed",
    ),
    ("DELETE FROM metrics", "`DELETE` is not allowed"),
    (
        "REPLACE INTO metrics VALUES ('k', 'm', 1, 2)",
        "`REPLACE` is not allowed",
    ),
    ("DROP TABLE metrics", "`DROP` is not allowed"),
    ("CREATE TABLE x (a)", "`CREATE` is not allowed"),
    ("CREATE TEMP TABLE x (a)", "`CREATE` is not allowed"),
    ("ALTER TABLE metrics RENAME TO x", "`ALTER` is not allowed"),
    ("ATTACH 'stolen.db' AS x", "`ATTACH` is not allowed"),
    (
        "attach database 'stolen.db' as x",
        "`attach` is not allowed",
    ),
    ("DETACH main", "`DETACH` is not allowed"),
    ("VACUUM", "`VACUUM` is not allowed"),
    ("VACUUM INTO 'stolen.db'", "`VACUUM` is not allowed"),
    ("REINDEX", "`REINDEX` is not allowed"),
    ("ANALYZE", "`ANALYZE` is not allowed"),
    ("BEGIN", "`BEGIN` is not allowed"),
    ("PRAGMA query_only = off", "`PRAGMA` is not allowed"),
    ("PRAGMA writable_schema = on", "`PRAGMA` is not allowed"),
    ("SELECT 1; DELETE FROM metrics", "only one statement"),
    ("SELECT 1; ATTACH 'stolen.db' AS x", "only one statement"),
    (
        "SELECT 1 /* ; */ ; -- ;\nVACUUM INTO 'stolen.db'",
        "only one statement",
    ),
    ("-- SELECT\nDROP TABLE metrics", "`DROP` is not allowed"),
    ("WITH x AS (SELECT 1) DELETE FROM metrics", "readonly"),
    (
        "WITH x AS (SELECT 'k') INSERT INTO metrics SELECT *, 'm', 1, 2 FROM x",
        "readonly",
    ),
    (
        "WITH x AS (SELECT 1) UPDATE metrics SET value = 0 RETURNING *",
        "readonly",
    ),
    (
        "DELETE FROM metrics RETURNING key",
        "`DELETE` is not allowed",
    ),
    ("EXPLAIN ATTACH 'stolen.db' AS x", "`ATTACH` is not allowed"),
    (
        "EXPLAIN PRAGMA journal_mode = delete",
        "`PRAGMA` is not allowed",
    ),
    (
        "explain query plan /* */ VACUUM INTO 'stolen.db'",
        "`VACUUM` is not allowed",
    ),
    (
        "EXPLAIN EXPLAIN DELETE FROM metrics",
        "`EXPLAIN` is not allowed",
    ),
    // SQLite takes only ASCII spaces for spaces; whatever else looks like one gets nothing through.
    (
        "\u{a0}ATTACH\u{a0}'stolen.db' AS x",
        "`ATTACH` is not allowed",
    ),
    (
        "SELECT 1;\u{2003}ATTACH 'stolen.db' AS x",
        "only one statement",
    ),
    (
        "SELECT 1;\u{feff}ATTACH 'stolen.db' AS x",
        "only one statement",
    ),
    (
        "SELECT 1 --\r; DROP TABLE metrics\n; DROP TABLE metrics",
        "only one statement",
    ),
    ("SELECT 'it''s'; DROP TABLE metrics", "only one statement"),
    ("SELECT [a]; DETACH main", "only one statement"),
    ("SAVEPOINT x", "`SAVEPOINT` is not allowed"),
    ("SELECT load_extension('evil.so')", "not authorized"),
    (
        "SELECT load_extension('evil.so', 'entry') FROM v1_runs",
        "not authorized",
    ),
    ("SELECT fts3_tokenizer('x', x'00')", "fts3tokenize disabled"),
    (
        "SELECT * FROM pragma_journal_mode('delete')",
        "unknown database",
    ),
    ("SELECT writefile('stolen', 'x')", "no such function"),
];

#[test]
fn what_writes_attaches_or_loads_is_refused() {
    let bench = Bench::new();
    bench.run(&[]);
    let database = bench.path().join(".hrm/hrm.db");
    let before = fs::read(&database).unwrap();
    for (sql, reason) in REFUSED {
        let assert = bench.hrm(&["query", sql]).assert().code(2);
        assert.stderr(contains("the query is refused").and(contains(reason)));
    }
    for sql in ["", "SELECT", "SELECT nothing FROM nowhere", "EXPLAIN DROP"] {
        bench
            .hrm(&["query", sql])
            .assert()
            .code(2)
            .stderr(contains("--schema"));
    }
    assert!(!bench.path().join("stolen.db").exists() && !bench.path().join("stolen").exists());
    assert!(fs::read(&database).unwrap() == before);
    let counts = "SELECT count(*) AS n FROM v1_metrics";
    assert!(
        bench.json(&["query", counts, "--format", "json"])[0]["n"]
            .as_u64()
            .unwrap()
            > 0
    );
}

#[test]
fn evaluations_are_found_by_a_filter() {
    let bench = Bench::new();
    bench.run(&[]);
    let filter = r#"test.exact_accuracy >= 0 and (model.arch = "trm" or seed in [1, 7]) and started > "2026-01-01""#;
    let rows = bench.json(&["runs", "--where", filter, "--json"]);
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["training"], "train.hrm[seed=1]");
    assert!(rows[0]["test.exact_accuracy"].is_number());
    let columns = "seed,model.hidden_size,evaluate.split,test.mean_segments.adaptive";
    let csv = bench.stdout(&[
        "runs",
        "--sort",
        "-seed",
        "--columns",
        columns,
        "--format",
        "csv",
    ]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], columns);
    assert!(
        lines[1].starts_with("1,16,test,") && lines[2].starts_with("0,16,test,"),
        "{csv}"
    );
    let none = bench.json(&["runs", "--where", "seed = 5", "--json"]);
    assert_eq!(none, serde_json::json!([]));
    // The same evaluation in a second run is one row still, of the latest run.
    bench.run(&[]);
    let rows = bench.json(&["runs", "--where", "seed = 1", "--json"]);
    assert_eq!(rows.as_array().unwrap().len(), 1);
    let runs = bench.json(&["runs", "--json"]);
    assert_eq!(rows[0]["run"], runs[0]["id"]);
    let names = bench.stdout(&["runs", "--names"]);
    assert!(
        names.lines().any(|name| name == "test.q_halt_accuracy"),
        "{names}"
    );
}

#[test]
fn a_wrong_filter_is_pointed_at() {
    let bench = Bench::new();
    bench.run(&[]);
    let wrong = |arguments: &[&str]| {
        let assert = bench.hrm(&[&["runs"], arguments].concat()).assert().code(2);
        String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
    };
    let typo = wrong(&["--where", "seed = 1 and test.exact_acuracy > 0.5"]);
    assert!(
        typo.contains("               ^^^^^^^^^^^^^^^^^^\n"),
        "{typo}"
    );
    assert!(
        typo.contains("did you mean `test.exact_accuracy`?"),
        "{typo}"
    );
    let kind = wrong(&["--where", "seed = \"one\""]);
    assert!(kind.contains("^^^^^"), "{kind}");
    assert!(wrong(&["--columns", "seeed"]).contains("did you mean `seed`?"));
    assert!(wrong(&["--sort", "-started; DROP TABLE metrics"]).contains("error"));
    assert!(wrong(&["--where", "seed ="]).contains("^"));
}
