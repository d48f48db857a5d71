-- Scores of final predictions beside exact accuracy, votes on ARC tasks, and who looked at a test split.

-- What the final prediction of a puzzle got right; NULL where it is not defined for its kind.
ALTER TABLE puzzle_outcomes ADD COLUMN correct_blank_cells INTEGER; -- Sudoku: of the cells that the question leaves blank
ALTER TABLE puzzle_outcomes ADD COLUMN blank_cells INTEGER;
ALTER TABLE puzzle_outcomes ADD COLUMN rules_kept INTEGER CHECK (rules_kept IN (0, 1));
ALTER TABLE puzzle_outcomes ADD COLUMN givens_kept INTEGER CHECK (givens_kept IN (0, 1));
ALTER TABLE puzzle_outcomes ADD COLUMN shortest_path INTEGER CHECK (shortest_path IN (0, 1));
ALTER TABLE puzzle_outcomes ADD COLUMN valid_path INTEGER CHECK (valid_path IN (0, 1));

-- Scores of the final predictions of the Sudokus whose rating lies within bounds, both included.
CREATE TABLE rating_scores (
    key         TEXT    NOT NULL,
    metric      TEXT    NOT NULL,              -- for example valid
    rating_min  INTEGER NOT NULL,              -- -1: the puzzles without a rating
    rating_max  INTEGER,                       -- NULL: no highest
    numerator   INTEGER NOT NULL,
    denominator INTEGER NOT NULL,
    PRIMARY KEY (key, metric, rating_min)
) STRICT, WITHOUT ROWID;

-- pass@K of ARC predictions against the number of augmentations that vote.
CREATE TABLE arc_scores (
    key           TEXT    NOT NULL,
    augmentations INTEGER NOT NULL,            -- at most, besides the original
    rule          TEXT    NOT NULL CHECK (rule IN ('hrm', 'trm', 'arc-prize')),
    k             INTEGER NOT NULL,
    numerator     INTEGER NOT NULL,            -- solved tasks, in parts
    denominator   INTEGER NOT NULL,            -- tasks, in the same parts
    tasks         INTEGER NOT NULL,
    PRIMARY KEY (key, augmentations, rule, k)
) STRICT, WITHOUT ROWID;

-- What all votes say about every ARC test input.
CREATE TABLE arc_outcomes (
    key        TEXT    NOT NULL,
    task       TEXT    NOT NULL,
    test_index INTEGER NOT NULL,               -- from 0
    votes      INTEGER NOT NULL,
    candidates INTEGER NOT NULL,               -- different grids among the votes
    rank       INTEGER,                        -- place of the right output, from 1; NULL: not predicted
    PRIMARY KEY (key, task, test_index)
) STRICT, WITHOUT ROWID;

-- One row for each evaluation that looked at the test split of a dataset.
CREATE TABLE test_evaluations (
    dataset_hash  TEXT NOT NULL,               -- content hash of the dataset's artifact
    key           TEXT NOT NULL,               -- of the evaluation
    training_hash TEXT NOT NULL,               -- content hash of the training's artifact
    evaluated_at  TEXT NOT NULL,               -- when it was first evaluated
    PRIMARY KEY (dataset_hash, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX test_evaluations_by_key ON test_evaluations (key);
