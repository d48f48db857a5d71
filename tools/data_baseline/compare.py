#!/usr/bin/env python3
"""Runs `hrm bench data` and the Python builder in turn and prints how many times as fast `hrm` is.

    python tools/data_baseline/compare.py target/release/hrm --data DIR --pairs 3

DIR has the raw data (see HRM_DATA_DIR). The Python builder makes a sample, and rates are compared:
examples a second, of building alone, and for ARC, whose copies `hrm` makes when they are drawn, also
of building and drawing every example once. The median of the pairs' ratios is reported.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

BUILD = Path(__file__).with_name("build.py")


def run(command):
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if output.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {output.returncode}")
    return json.loads(output.stdout)


def seconds_per_example(args, measure):
    measured = run([args.hrm, "bench", "data", measure, "--data-dir", args.data, "--json"])
    measured = measured["measures"][0]
    return measured["seconds"] / measured["count"]


def report(what, ratios):
    listed = ", ".join(f"{ratio:.0f}" for ratio in ratios)
    print(f"{what}: {statistics.median(ratios):.0f} times as fast ({listed})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hrm", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--puzzles", type=int, default=100, help="of the Python builder's sample")
    parser.add_argument("--tasks", type=int, default=20, help="of the Python builder's sample")
    args = parser.parse_args()
    args.hrm = args.hrm.resolve()
    ratios = {"sudoku": [], "arc": [], "arc drawn": []}
    for _ in range(args.pairs):
        python = [sys.executable, BUILD, "--data", args.data]
        theirs = run([*python, "sudoku", "--puzzles", str(args.puzzles)])["per_second"]
        ratios["sudoku"].append(1 / (theirs * seconds_per_example(args, "sudoku-materialized")))
        theirs = run([*python, "arc", "--tasks", str(args.tasks)])["per_second"]
        index = seconds_per_example(args, "arc-index")
        drawn = index + seconds_per_example(args, "arc-sampler")
        ratios["arc"].append(1 / (theirs * index))
        ratios["arc drawn"].append(1 / (theirs * drawn))
    report("Sudoku-Extreme 1k × 1,000 built and written", ratios["sudoku"])
    report("ARC-AGI-1 and ConceptARC × 1,000 built", ratios["arc"])
    report("ARC-AGI-1 and ConceptARC × 1,000 built, and every example drawn once", ratios["arc drawn"])


if __name__ == "__main__":
    main()
