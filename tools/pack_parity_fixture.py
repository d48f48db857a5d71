#!/usr/bin/env python3
"""Packs a golden fixture of the published code for shipping inside the program.

    tools/pack_parity_fixture.py FIXTURE_FOLDER... crates/hrm-train/fixtures

Of each folder it keeps the texts, the weights, the batches and outputs, and of gradients and
trained weights the small tensors (the norms of all gradients are among the texts). Recurrent
states are left out: the outputs follow from them. Needs only Python's standard library.
"""

import json
import struct
import sys
from pathlib import Path

FILES = ["state", "eval", "train", "grads_k1", "params_k1", "params_k2", "params_k3", "ema_k3",
         "eval_k3", "eval_ema_k3"]
WHOLE = {"state", "eval", "train", "eval_k3", "eval_ema_k3"}
SMALL_BYTES = 4096


def read_tensors(path):
    data = path.read_bytes()
    (header_length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + header_length])
    body = data[8 + header_length:]
    for name, info in header.items():
        if name != "__metadata__":
            begin, end = info["data_offsets"]
            yield name, info["dtype"], info["shape"], body[begin:end]


def write_tensors(path, tensors):
    header, body = {}, b""
    # The widest formats first, so that every tensor starts at a multiple of its width.
    order = sorted(tensors, key=lambda t: (-int(t[1][1:]), t[0]))
    for name, dtype, shape, data in order:
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def pack(folder, target):
    tensors = []
    for file in FILES:
        path = folder / f"{file}.safetensors"
        if not path.exists():
            continue
        for name, dtype, shape, data in read_tensors(path):
            is_state = name.endswith((".z_H", ".z_L"))
            if not is_state and (file in WHOLE or len(data) <= SMALL_BYTES):
                tensors.append((f"{file}/{name}", dtype, shape, data))
    write_tensors(target / f"{folder.name}.safetensors", tensors)
    texts = {name: json.loads((folder / f"{name}.json").read_text())
             for name in ["config", "scalars", "tolerance"]}
    texts["config"].pop("halting", None)
    (target / f"{folder.name}.json").write_text(json.dumps(texts, separators=(",", ":")))


def main():
    *folders, target = map(Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        pack(folder, target)


if __name__ == "__main__":
    main()
