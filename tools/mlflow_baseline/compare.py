#!/usr/bin/env python3
"""Runs `hrm bench store` and the same questions to MLflow's SQLite store in turn, and prints how many times
as fast `hrm` is: the median of the pairs' ratios of medians.

    pip install -r tools/mlflow_baseline/requirements.txt
    python tools/mlflow_baseline/compare.py target/release/hrm --pairs 3
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).with_name("bench.py")
WHAT = {
    "runs": "runs found by a filter and sorted",
    "command": "the same, as a command of its own",
    "compare": "two evaluations compared on the same puzzles",
    "record": "1,000 metric rows recorded",
}


def seconds(command):
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if output.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {output.returncode}")
    return {measured["name"]: measured["seconds"] for measured in json.loads(output.stdout)["measures"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hrm", type=Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rows", type=int, default=50_000, help="metric rows of each run")
    parser.add_argument("--puzzles", type=int, default=20_000, help="of the evaluations that are compared")
    args = parser.parse_args()
    size = ["--runs", str(args.runs), "--rows", str(args.rows), "--puzzles", str(args.puzzles)]
    pairs = []
    for _ in range(args.pairs):
        ours = seconds([args.hrm.resolve(), "bench", "store", "--json", *size])
        theirs = seconds([sys.executable, BENCH, *size])
        pairs.append((ours, theirs))
    for name, what in WHAT.items():
        ratios = [theirs[name] / ours[name] for ours, theirs in pairs]
        median = [1e3 * statistics.median(side[name] for side in sides) for sides in zip(*pairs)]
        listed = ", ".join(f"{ratio:.0f}" for ratio in ratios)
        print(f"{what}: {statistics.median(ratios):.0f} times as fast ({listed}); "
              f"hrm {median[0]:.1f} ms, MLflow {median[1]:.1f} ms")


if __name__ == "__main__":
    main()
