-- The tables of results. Everything about an artifact can be read again from the artifact itself, so
-- rows about artifacts are found by its key and do not depend on the run that made it.
--
-- Times are RFC 3339 in UTC with six decimals, so that their order as text is their order in time.
-- Keys are 32 lowercase hexadecimal digits. A REAL that is NULL is not a number.

CREATE TABLE environments (
    id           TEXT    NOT NULL PRIMARY KEY, -- hash of the other columns: equal environments are one row
    host         TEXT    NOT NULL,
    os           TEXT    NOT NULL,
    arch         TEXT    NOT NULL,
    cpu          TEXT    NOT NULL,
    cores        INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    device       TEXT    NOT NULL,
    hrm_version  TEXT    NOT NULL,
    burn_version TEXT    NOT NULL,
    git_commit   TEXT,                         -- of the workflow's folder; NULL outside a repository
    git_dirty    INTEGER CHECK (git_dirty IN (0, 1)),
    git_branch   TEXT
) STRICT, WITHOUT ROWID;

-- One row for each `hrm run`.
CREATE TABLE workflow_runs (
    id             TEXT NOT NULL PRIMARY KEY,  -- 12 hexadecimal digits
    workflow       TEXT NOT NULL,
    file           TEXT NOT NULL,
    command        TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('running', 'done', 'cached', 'failed', 'interrupted')),
    started_at     TEXT NOT NULL,
    finished_at    TEXT,                       -- NULL while it runs, and for ever when it was killed
    environment_id TEXT NOT NULL REFERENCES environments (id),
    config         TEXT NOT NULL CHECK (json_valid(config)) -- the resolved workflow
) STRICT;

CREATE INDEX workflow_runs_by_time ON workflow_runs (started_at);
CREATE INDEX workflow_runs_by_workflow ON workflow_runs (workflow, started_at);
-- Looked at by every start, to find runs that died.
CREATE INDEX workflow_runs_running ON workflow_runs (id) WHERE status = 'running';

-- One row for each stage instance of a run.
CREATE TABLE stage_runs (
    id          INTEGER NOT NULL PRIMARY KEY,
    run_id      TEXT    NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
    instance    TEXT    NOT NULL,              -- for example train.hrm[seed=1]
    kind        TEXT    NOT NULL,              -- dataset, train, evaluate, report
    name        TEXT    NOT NULL,              -- the stage's name in the workflow, for example hrm
    key         TEXT,                          -- NULL where the stage ended before its key was known
    status      TEXT    NOT NULL
        CHECK (status IN ('running', 'done', 'cached', 'failed', 'skipped', 'interrupted')),
    reason      TEXT,                          -- why it had to run
    device      TEXT,
    started_at  TEXT    NOT NULL,
    finished_at TEXT,
    seconds     REAL,                          -- work done, without waiting for another process
    error       TEXT,
    UNIQUE (run_id, instance)
) STRICT;

CREATE INDEX stage_runs_by_instance ON stage_runs (instance, id);
CREATE INDEX stage_runs_by_name ON stage_runs (kind, name, id);
CREATE INDEX stage_runs_by_key ON stage_runs (key);

-- One row for each artifact that was read into the database. Its row is written last, after those in
-- the tables below: it says that they are all there.
CREATE TABLE artifacts (
    key          TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    workflow     TEXT    NOT NULL,             -- the workflow and the instance that made it first
    instance     TEXT    NOT NULL,
    content_hash TEXT    NOT NULL,
    bytes        INTEGER NOT NULL,
    path         TEXT    NOT NULL,             -- below the state folder
    created_at   TEXT    NOT NULL,
    produced_by  INTEGER REFERENCES stage_runs (id) ON DELETE SET NULL, -- NULL when it was read again
    key_parts    TEXT    NOT NULL CHECK (json_valid(key_parts))
) STRICT, WITHOUT ROWID;

CREATE INDEX artifacts_by_instance ON artifacts (workflow, instance, created_at);
CREATE INDEX artifacts_by_stage_run ON artifacts (produced_by);

CREATE TABLE artifact_inputs (
    key       TEXT NOT NULL REFERENCES artifacts (key) ON DELETE CASCADE,
    input_key TEXT NOT NULL,                   -- not a reference: an input may have been removed
    instance  TEXT NOT NULL,                   -- the instance that made the input
    PRIMARY KEY (key, input_key, instance)
) STRICT, WITHOUT ROWID;

CREATE INDEX artifact_inputs_by_input ON artifact_inputs (input_key);

-- The resolved configuration of a stage, one row for each value.
CREATE TABLE parameters (
    key   TEXT NOT NULL,
    path  TEXT NOT NULL,                       -- for example model.hidden_size
    value TEXT NOT NULL CHECK (json_valid(value)),
    PRIMARY KEY (key, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX parameters_by_value ON parameters (path, value);

-- Curves of a training: written while it runs, so that the key may have no artifact yet.
CREATE TABLE metrics (
    key   TEXT    NOT NULL,
    name  TEXT    NOT NULL,                    -- for example train/lm_loss
    step  INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (key, name, step)
) STRICT, WITHOUT ROWID;

-- What an evaluation measured over all its puzzles.
CREATE TABLE evaluation_summaries (
    key         TEXT    NOT NULL,
    metric      TEXT    NOT NULL,              -- for example exact_accuracy
    segment     INTEGER NOT NULL,              -- supervision segments done; with 'adaptive' the most allowed
    halting     TEXT    NOT NULL CHECK (halting IN ('fixed', 'adaptive')),
    value       REAL,
    numerator   INTEGER,                       -- where the value is a quotient of counts
    denominator INTEGER,
    PRIMARY KEY (key, metric, halting, segment)
) STRICT, WITHOUT ROWID;

-- What became of every puzzle of an evaluation.
CREATE TABLE puzzle_outcomes (
    key                 TEXT    NOT NULL,
    puzzle              INTEGER NOT NULL,      -- position in the split
    first_exact_segment INTEGER,               -- first segment whose prediction is exact; NULL: none
    exact_last          INTEGER NOT NULL CHECK (exact_last IN (0, 1)), -- exact after the last segment
    exact_halt          INTEGER CHECK (exact_halt IN (0, 1)),          -- exact where the model halts
    halt_segment        INTEGER,               -- where the model halts by its own rule; NULL: no such rule
    correct_cells       INTEGER NOT NULL,      -- after the last segment
    counted_cells       INTEGER NOT NULL,
    difficulty          INTEGER,               -- guesses, rating or path length; NULL: unknown
    PRIMARY KEY (key, puzzle)
) STRICT, WITHOUT ROWID;
