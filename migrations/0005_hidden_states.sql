-- What the hidden states of an evaluation's probed puzzles did.

-- How much each update changed a state.
CREATE TABLE state_residuals (
    key     TEXT    NOT NULL,
    step    INTEGER NOT NULL,                  -- number of the update, from 1, of all states and segments
    state   TEXT    NOT NULL CHECK (state IN ('z_h', 'z_l', 'layer')),
    segment INTEGER NOT NULL,                  -- supervision segment, from 1
    value   REAL,                              -- mean Euclidean norm of the change of a position's vector
    PRIMARY KEY (key, step)
) STRICT, WITHOUT ROWID;

-- How many dimensions the states of more and more puzzles fill.
CREATE TABLE participation_ratios (
    key     TEXT    NOT NULL,
    state   TEXT    NOT NULL CHECK (state IN ('z_h', 'z_l')),
    puzzles INTEGER NOT NULL,                  -- from the first one on
    value   REAL,
    PRIMARY KEY (key, state, puzzles)
) STRICT, WITHOUT ROWID;

CREATE VIEW v1_state_residuals AS
SELECT r.key, a.workflow, a.instance AS stage, r.state, r.step, r.segment, r.value
FROM state_residuals AS r JOIN artifacts AS a ON a.key = r.key;

CREATE VIEW v1_participation_ratios AS
SELECT p.key, a.workflow, a.instance AS stage, p.state, p.puzzles, p.value
FROM participation_ratios AS p JOIN artifacts AS a ON a.key = p.key;
