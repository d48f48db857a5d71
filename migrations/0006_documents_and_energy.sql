-- Reports are made from the database alone, and what stages cost has their energy, too.

-- Small JSON documents of an artifact that are shown as a whole, and are no numbers to ask for.
CREATE TABLE documents (
    key     TEXT NOT NULL,
    name    TEXT NOT NULL,                     -- dataset, training, model or traces
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

-- Which rows were read from the artifact: where a newer program reads more, it reads it again.
ALTER TABLE artifacts ADD COLUMN index_version INTEGER NOT NULL DEFAULT 0;

-- Energy that the device used during the work; NULL where the machine does not tell it.
ALTER TABLE stage_runs ADD COLUMN energy_joules REAL;

DROP VIEW v1_stages;
CREATE VIEW v1_stages AS
SELECT run_id AS run, instance AS stage, kind, name, key, status, reason, device,
       started_at AS started, finished_at AS finished, seconds, error, energy_joules
FROM stage_runs;
