#!/usr/bin/env python3
"""Runs `hrm bench` and the PyTorch program in turn, same model, batch and work, and prints ratios.

    python tools/pytorch/compare.py target/release/hrm --device cpu --threads 2 --pairs 3
    python tools/pytorch/compare.py ./hrm --device cuda --pairs 3 --json speed.json

A ratio is PyTorch's seconds per step over those of `hrm`: above 1, `hrm` is faster. Each pair is
measured back to back, and the median of the pairs' ratios is reported, so that a machine that
slows down for a while slows both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).with_name("bench.py")

# work, model, batch, measured steps, steps before them
CASES = {
    "cpu": [("train", "quickstart", 64, 30, 3), ("train", "hrm-sudoku", 8, 3, 1),
            ("eval", "quickstart", 256, 5, 1), ("eval", "hrm-sudoku", 8, 2, 1)],
    "cuda": [("train", "hrm-sudoku", 768, 20, 5), ("train", "trm-mlp-sudoku", 768, 20, 5),
             ("train", "hrm-maze", 64, 20, 5), ("eval", "hrm-sudoku", 768, 5, 2)],
}


def run(command, environment):
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if output.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {output.returncode}")
    return json.loads(output.stdout)


def pair(args, case, precision, environment):
    work, model, batch, steps, warmup = case
    common = ["--batch", str(batch), "--steps", str(steps), "--warmup", str(warmup),
              "--device", args.device]
    ours = run([args.hrm, "bench", work, "--model", model, "--precision", precision, "--json",
                *common], environment)
    theirs = [sys.executable, str(BENCH), work, model, *common]
    if args.threads:
        theirs += ["--threads", str(args.threads)]
    if args.compile:
        theirs += ["--compile"]
    return ours, run(theirs, environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hrm", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, help="cores for both programs")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    args.hrm = str(args.hrm.resolve())
    environment = dict(os.environ)
    if args.threads:
        environment["RAYON_NUM_THREADS"] = str(args.threads)
    kind = args.device.split(":")[0]
    precision = "bf16" if kind == "cuda" else "f32"
    results = []
    for case in CASES[kind]:
        pairs = [pair(args, case, precision, environment) for _ in range(args.pairs)]
        ratios = [theirs["seconds_per_step"] / ours["seconds_per_step"] for ours, theirs in pairs]
        ours, theirs = ([p[i]["seconds_per_step"] for p in pairs] for i in (0, 1))
        work, model, batch, _, _ = case
        results.append({"work": work, "model": model, "batch_size": batch, "device": args.device,
                        "precision": precision, "ratios": ratios,
                        "ratio": statistics.median(ratios), "hrm_seconds": ours,
                        "pytorch_seconds": theirs, "pytorch": pairs[0][1]["program"]})
        print(f"{work} {model}, batch {batch}, {precision}: hrm {statistics.median(ours):.4f} s, "
              f"PyTorch {statistics.median(theirs):.4f} s a step: {statistics.median(ratios):.2f} "
              f"times as fast ({', '.join(f'{r:.2f}' for r in ratios)})", flush=True)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
