#!/usr/bin/env python3
"""Builds augmented datasets the way published builders do: in Python, one copy at a time, every copy
an array in memory, all of them written at the end. It is a program of our own with the same work,
made to be measured beside `hrm bench data`; needs NumPy.

    python tools/data_baseline/build.py sudoku --data DIR --copies 1000
    python tools/data_baseline/build.py arc --data DIR --copies 1000 --tasks 40

DIR is the folder that HRM_DATA_DIR names. `--tasks` and `--puzzles` take a sample, since a whole
build takes minutes to hours; the rate does not depend on it.
"""

import argparse
import csv
import hashlib
import json
import tempfile
import time
from pathlib import Path

import numpy as np

SIDE = 30  # of an ARC square


def sudoku_copy(question, answer, rng):
    """One symmetric copy of a 9×9 Sudoku and its solution, both [9, 9]."""
    digits = np.concatenate([[0], rng.permutation(9) + 1]).astype(np.uint8)
    lines = [np.concatenate([3 * band + rng.permutation(3) for band in rng.permutation(3)])
             for _ in range(2)]
    transposed = rng.random() < 0.5

    def apply(grid):
        grid = grid.T if transposed else grid
        return digits[grid[lines[0]][:, lines[1]]]

    return apply(question), apply(answer)


def build_sudoku(args, rng):
    """Arrays of the training puzzles with their copies, both [examples, 81]."""
    with open(args.data / "sudoku" / "train.csv", newline="") as file:
        rows = list(csv.DictReader(file))[: args.puzzles]
    inputs, labels = [], []
    for row in rows:
        text = row["question"].replace(".", "0")
        question = np.frombuffer(text.encode(), dtype=np.uint8).reshape(9, 9) - ord("0")
        answer = np.frombuffer(row["answer"].encode(), dtype=np.uint8).reshape(9, 9) - ord("0")
        for copy in range(1 + args.copies):
            pair = (question, answer) if copy == 0 else sudoku_copy(question, answer, rng)
            inputs.append(pair[0].reshape(-1) + 1)
            labels.append(pair[1].reshape(-1) + 1)
    return {"inputs": np.stack(inputs), "labels": np.stack(labels)}


def dihedral(grid, transform):
    grid = np.rot90(grid, transform % 4)
    return np.fliplr(grid) if transform >= 4 else grid


def content_hash(pairs):
    parts = []
    for pair in pairs:
        for grid in pair:
            parts.append(hashlib.sha256(bytes(grid.shape) + grid.tobytes()).hexdigest())
    return hashlib.sha256("|".join(sorted(parts)).encode()).hexdigest()


def arc_copies(pairs, copies, rng):
    """The task and up to `copies` different copies of it."""
    seen, made = {content_hash(pairs)}, [pairs]
    for _ in range(5 * copies):
        if len(made) > copies:
            break
        transform = rng.integers(8)
        colours = np.concatenate([[0], rng.permutation(9) + 1]).astype(np.uint8)
        copy = [tuple(dihedral(colours[grid], transform) for grid in pair) for pair in pairs]
        if (key := content_hash(copy)) not in seen:
            seen.add(key)
            made.append(copy)
    return made


def arc_tokens(grid, top, left):
    """Tokens of a grid at an offset, [900]."""
    rows, cols = grid.shape
    tokens = np.zeros((SIDE, SIDE), dtype=np.uint8)
    tokens[top:top + rows, left:left + cols] = grid + 2
    if top + rows < SIDE:
        tokens[top + rows, left:left + cols] = 1
    if left + cols < SIDE:
        tokens[top:top + rows, left + cols] = 1
    return tokens.reshape(-1)


def build_arc(args, rng):
    """Arrays of the demonstrations of all tasks with their copies, both [examples, 900]."""
    files = sorted((args.data / "arc-agi-1" / "data").rglob("*.json"))
    inputs, labels = [], []
    for path in files[:: max(1, len(files) // args.tasks)][: args.tasks]:
        task = json.loads(path.read_text())
        pairs = [tuple(np.array(pair[side], dtype=np.uint8) for side in ("input", "output"))
                 for half in ("train", "test") for pair in task[half]]
        for copy in arc_copies(pairs, args.copies, rng):
            unshifted = rng.integers(len(copy))
            for index, (question, answer) in enumerate(copy):
                rows, cols = np.maximum(question.shape, answer.shape)
                shifted = index != unshifted
                top = rng.integers(SIDE - rows + 1) if shifted else 0
                left = rng.integers(SIDE - cols + 1) if shifted else 0
                inputs.append(arc_tokens(question, top, left))
                labels.append(arc_tokens(answer, top, left))
    return {"inputs": np.stack(inputs), "labels": np.stack(labels)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", choices=("sudoku", "arc"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=1000)
    parser.add_argument("--puzzles", type=int, default=1000)
    parser.add_argument("--tasks", type=int, default=800)
    args = parser.parse_args()
    start = time.perf_counter()
    build = build_sudoku if args.dataset == "sudoku" else build_arc
    arrays = build(args, np.random.default_rng(0))
    with tempfile.TemporaryDirectory() as folder:
        for name, array in arrays.items():
            np.save(Path(folder) / f"{name}.npy", array)
    seconds = time.perf_counter() - start
    count = len(arrays["inputs"])
    print(json.dumps({"dataset": args.dataset, "count": count, "seconds": seconds,
                      "per_second": count / seconds}))


if __name__ == "__main__":
    main()
