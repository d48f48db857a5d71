-- What `hrm query` and `hrm runs --where` read. A view's name carries its version: columns are only
-- ever added to it, and a change of meaning makes a new version beside the old one.

-- One row for each `hrm run`.
CREATE VIEW v1_runs AS
SELECT r.id AS run, r.workflow, r.file, r.command, r.status,
       r.started_at AS started, r.finished_at AS finished,
       (julianday(r.finished_at) - julianday(r.started_at)) * 86400.0 AS seconds,
       e.device, e.host, e.hrm_version, e.git_commit, e.git_dirty
FROM workflow_runs AS r JOIN environments AS e ON e.id = r.environment_id;

-- One row for each stage instance of a run.
CREATE VIEW v1_stages AS
SELECT run_id AS run, instance AS stage, kind, name, key, status, reason, device,
       started_at AS started, finished_at AS finished, seconds, error
FROM stage_runs;

-- The resolved configuration behind an artifact, one row for each value (JSON).
CREATE VIEW v1_parameters AS
SELECT p.key, a.workflow, a.instance AS stage, a.kind, p.path AS parameter, p.value
FROM parameters AS p JOIN artifacts AS a ON a.key = p.key;

-- Curves of trainings.
CREATE VIEW v1_metrics AS
SELECT m.key, a.workflow, a.instance AS stage, m.name AS metric, m.step, m.value
FROM metrics AS m LEFT JOIN artifacts AS a ON a.key = m.key;

-- The training that an evaluation evaluates.
CREATE VIEW v1_evaluations AS
SELECT a.key, a.workflow, a.instance AS stage, a.created_at AS created,
       t.key AS training_key, t.instance AS training
FROM artifacts AS a
JOIN artifact_inputs AS i ON i.key = a.key
JOIN artifacts AS t ON t.key = i.input_key AND t.kind = 'train'
WHERE a.kind = 'evaluate';

-- What evaluations measured over all their puzzles.
CREATE VIEW v1_scores AS
SELECT s.key, a.workflow, a.instance AS stage, s.metric, s.halting, s.segment, s.value,
       s.numerator, s.denominator
FROM evaluation_summaries AS s JOIN artifacts AS a ON a.key = s.key;

-- What became of every puzzle of an evaluation.
CREATE VIEW v1_puzzles AS
SELECT o.key, a.workflow, a.instance AS stage, o.puzzle, o.first_exact_segment, o.exact_last,
       o.exact_halt, o.halt_segment, o.correct_cells, o.counted_cells, o.difficulty
FROM puzzle_outcomes AS o JOIN artifacts AS a ON a.key = o.key;
