#!/usr/bin/env python3
"""Brings a pipeline of 100 stages up to date with `hrm`, DVC and Snakemake in turn, and prints how many times as
fast `hrm` is: the median of the pairs' ratios.

    python -m venv runner-env
    runner-env/bin/pip install -r tools/runner_baseline/requirements.txt
    runner-env/bin/python tools/runner_baseline/compare.py target/release/hrm --pairs 5 --json runner.json

Everything is timed as a whole command, first where nothing has changed, then where a setting of one stage has
that no other needs. For `hrm` that stage is an evaluation of a model by a worker process, for the others an
`echo`. `hrm bench runner` says what it measures; its medians of a pair stand beside one command of each other.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines import LEAF, Dvc, Snakemake

# The names are those of the measures of `hrm bench runner`.
WHAT = {"unchanged": "100 stages, nothing changed", "changed": "100 stages, one changed"}


def ours(hrm):
    """Seconds of `hrm`, by measure."""
    command = [hrm, "bench", "runner", "rerun", "--json"]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if output.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {output.returncode}")
    return {measured["name"]: measured["seconds"] for measured in json.loads(output.stdout)["measures"]}


def timed(pipeline, expected):
    """Seconds to bring the pipeline up to date, for which it has to run the `expected` stages."""
    before = pipeline.outputs()
    start = time.perf_counter()
    pipeline.run()
    seconds = time.perf_counter() - start
    after = pipeline.outputs()
    ran = [name for name in after if after[name] != before[name]]
    if ran != expected:
        sys.exit(f"{pipeline.program} ran {ran}, not {expected}")
    return seconds


def theirs(pipeline, value):
    unchanged = timed(pipeline, [])
    pipeline.change(value)
    return {"unchanged": unchanged, "changed": timed(pipeline, [LEAF])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hrm", type=Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all times")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as dvc, tempfile.TemporaryDirectory() as snakemake:
        pipelines = [Dvc(dvc), Snakemake(snakemake)]
        for pipeline in pipelines:
            pipeline.run()
        pairs = []
        for pair in range(args.pairs):
            seconds = {"hrm": ours(args.hrm.resolve())}
            seconds |= {pipeline.program: theirs(pipeline, 1 + pair) for pipeline in pipelines}
            pairs.append(seconds)
        versions = {pipeline.program: pipeline.version() for pipeline in pipelines}
    for name, what in WHAT.items():
        milliseconds = 1e3 * statistics.median(pair["hrm"][name] for pair in pairs)
        for program, version in versions.items():
            ratios = [pair[program][name] / pair["hrm"][name] for pair in pairs]
            other = 1e3 * statistics.median(pair[program][name] for pair in pairs)
            listed = ", ".join(f"{ratio:.0f}" for ratio in ratios)
            print(f"{what}: {statistics.median(ratios):.0f} times as fast ({listed}); "
                  f"hrm {milliseconds:.0f} ms, {program} {version} {other:.0f} ms")
    if args.json:
        args.json.write_text(json.dumps({"versions": versions, "pairs": pairs}, indent=2) + "\n")


if __name__ == "__main__":
    main()
