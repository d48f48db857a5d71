#!/usr/bin/env python3
"""Asks MLflow's SQLite store what `hrm bench store` asks `hrm`, and prints the times as JSON.

    pip install -r tools/mlflow_baseline/requirements.txt
    python tools/mlflow_baseline/bench.py --runs 200 --rows 50000 --puzzles 20000

Content: runs, parameters, latest metrics and artifacts are made through MLflow's client. The history of
the metrics, millions of rows, is inserted in bulk into the table that MLflow made; through the client it
would take most of an hour. The questions are asked through the public client alone, which is made once.
"""

import argparse
import json
import logging
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow import __version__ as version
from mlflow.entities import Metric, Param
from scipy import stats

REPETITIONS = 11
CURVES = ["train/lm_loss", "train/q_halt_loss", "train/exact_accuracy", "train/cell_accuracy", "train/grad_norm"]
SEGMENTS = 16
PARAMETERS = 34  # beside the two that are filtered: as many as a training of `hrm` has
RECORDED = 1_000
RESAMPLES = 10_000
# MLflow's filters have neither `or` nor parentheses: this is the part that it can ask.
FILTER = "metrics.`test/exact_accuracy` > 0.5 and params.`model.arch` = 'trm' and attributes.start_time > 1767225600000"
ORDER = ["metrics.`test/exact_accuracy` DESC"]


def points(run, begin, end):
    """Points of a training, one after another on all its curves: name, step, value."""
    for index in range(begin, end):
        step = index // len(CURVES)
        yield CURVES[index % len(CURVES)], step, 1 / (1 + step) + 1e-3 * run


def outcomes(run, puzzles):
    """The file that an evaluation would log: a line for each puzzle."""
    puzzle = np.arange(puzzles)
    solved = (puzzle % 3 != 0) & (puzzle % (17 + run) != 1)
    return pd.DataFrame({
        "puzzle": puzzle,
        "exact": solved.astype(int),
        "halt_segment": 1 + puzzle % SEGMENTS,
        "correct_cells": np.where(solved, 81, 60),
        "counted_cells": 81,
        "difficulty": puzzle % 50,
    })


def fill(client, database, folder, args):
    """Makes the runs; returns the experiment's id and the runs' ids."""
    experiment = client.create_experiment("bench-store", artifact_location=(folder / "artifacts").as_uri())
    now = int(time.time() * 1000)
    ids = []
    for run in range(args.runs):
        run_id = client.create_run(experiment, run_name=f"train.hrm[seed={run}]").info.run_id
        arch = "hrm" if run % 2 == 0 else "trm"
        params = [Param("model.arch", arch), Param("seed", str(run))]
        params += [Param(f"model.key_{index}", str(index)) for index in range(PARAMETERS)]
        share = (1 + run % 100) / 100
        scores = [Metric(f"test/{name}", share * segment / SEGMENTS, now, segment)
                  for name in ["exact_accuracy", "cell_accuracy", "q_halt_accuracy"]
                  for segment in range(1, SEGMENTS + 1)]
        # The last points of the curves make MLflow's rows of latest metrics.
        scores += [Metric(name, value, now, step) for name, step, value
                   in points(run, max(0, args.rows - len(CURVES)), args.rows)]
        client.log_batch(run_id, metrics=scores, params=params)
        client.set_terminated(run_id)
        ids.append(run_id)
    connection = sqlite3.connect(database)
    for run, run_id in enumerate(ids):
        rows = ((name, value, now, run_id, step)
                for name, step, value in points(run, 0, max(0, args.rows - len(CURVES))))
        connection.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)", rows)
    connection.commit()
    connection.close()
    for run in range(2):
        path = folder / "outcomes.csv"
        outcomes(run, args.puzzles).to_csv(path, index=False)
        client.log_artifact(ids[run], path)
    return experiment, ids


def filtered(client, experiment):
    found = client.search_runs([experiment], filter_string=FILTER, order_by=ORDER, max_results=30)
    if not found:
        sys.exit("the filter finds nothing")
    return [(run.info.run_id, run.data.metrics["test/exact_accuracy"]) for run in found]


def commanded(database, experiment):
    """The same in a process of its own: what one waits for at a shell."""
    program = (
        "import logging; logging.disable(logging.WARNING)\n"
        "from mlflow import MlflowClient\n"
        f"for run in MlflowClient('sqlite:///{database}').search_runs(\n"
        f"        ['{experiment}'], filter_string={FILTER!r}, order_by={ORDER!r}, max_results=30):\n"
        "    print(run.info.run_id, run.data.metrics['test/exact_accuracy'])\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


def compared(client, ids, folder):
    """What `hrm compare` computes of the puzzles: exact McNemar test, bootstrap interval, by difficulty."""
    a, b = (pd.read_csv(client.download_artifacts(run, "outcomes.csv", folder)) for run in ids[:2])
    if not a["puzzle"].equals(b["puzzle"]):
        sys.exit("other puzzles")
    only_a = int((a["exact"] > b["exact"]).sum())
    only_b = int((a["exact"] < b["exact"]).sum())
    p = stats.binomtest(only_a, only_a + only_b).pvalue
    difference = (b["exact"] - a["exact"]).to_numpy()
    interval = stats.bootstrap((difference,), np.mean, n_resamples=RESAMPLES, method="percentile", batch=100,
                               rng=0).confidence_interval
    by_difficulty = [side.groupby(pd.cut(side["difficulty"], 5), observed=True)["exact"].mean() for side in (a, b)]
    return p, interval, by_difficulty


def recorded(client, run, size, repetition):
    begin = size + repetition * RECORDED
    now = int(time.time() * 1000)
    rows = [Metric(name, value, now, step) for name, step, value in points(0, begin, begin + RECORDED)]
    client.log_batch(run, metrics=rows)


def timed(name, question):
    seconds = []
    for repetition in range(1 + REPETITIONS):
        start = time.perf_counter()
        question(repetition)
        seconds.append(time.perf_counter() - start)
    return {"name": name, "first_seconds": seconds[0], "seconds": statistics.median(seconds[1:]),
            "slowest_seconds": max(seconds[1:])}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--puzzles", type=int, default=20_000)
    args = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        database = folder / "mlflow.db"
        client = MlflowClient(tracking_uri=f"sqlite:///{database}")
        experiment, ids = fill(client, database, folder, args)
        measures = [
            timed("runs", lambda _: filtered(client, experiment)),
            timed("command", lambda _: commanded(database, experiment)),
            timed("compare", lambda _: compared(client, ids, folder)),
            timed("record", lambda repetition: recorded(client, ids[-1], args.rows, repetition)),
        ]
    print(json.dumps({"program": f"mlflow {version}", "measures": measures}))


if __name__ == "__main__":
    main()
