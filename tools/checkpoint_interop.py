"""Checks that PyTorch and hrm read each other's checkpoints.

    hrm model export MODEL --out FOLDER
    python tools/checkpoint_interop.py FOLDER

FOLDER holds `model.pt` and `model.safetensors`, two exports of one model. The script loads the first
with `torch.load(weights_only=True)`, parses the second by itself, and compares names (without
the published prefixes), shapes, number formats and every bit. For the way back it writes to FOLDER, under the names that the published
training code uses (`_orig_mod.model.inner.…`):

- `from_torch.pt`: the same float32 numbers;
- `from_torch_bf16.pt`: the numbers rounded to bfloat16;
- `from_torch_bf16.safetensors`: those rounded numbers as float32, to compare with.

Needs PyTorch 2; exits with status 1 and a message if anything differs.
"""

import json
import struct
import sys
from collections import OrderedDict
from pathlib import Path

import torch

PREFIX = "_orig_mod.model.inner."


def read_safetensors(path):
    """Float32 tensors under their names: header length, JSON header, data."""
    content = path.read_bytes()
    (header_len,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + header_len])
    header.pop("__metadata__", None)
    data = content[8 + header_len :]
    tensors = {}
    for name, info in header.items():
        if info["dtype"] != "F32":
            sys.exit(f"{path}: `{name}` is {info['dtype']}, not F32")
        start, end = info["data_offsets"]
        numbers = struct.unpack(f"<{(end - start) // 4}I", data[start:end])
        bits = torch.tensor(numbers, dtype=torch.int64).to(torch.int32)
        tensors[name] = bits.view(torch.float32).reshape(info["shape"])
    return tensors


def write_safetensors(path, tensors):
    """The inverse of `read_safetensors`."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        numbers = tensor.contiguous().view(torch.int32).flatten().tolist()
        piece = struct.pack(f"<{len(numbers)}i", *numbers)
        offsets = [len(data), len(data) + len(piece)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += piece
    encoded = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + data)


def differences(loaded, expected):
    """One line for each way in which the tensors of `loaded` differ from those of `expected`."""
    for name in sorted(loaded.keys() ^ expected.keys()):
        yield f"`{name}` is in one file only"
    for name in sorted(loaded.keys() & expected.keys()):
        ours, wanted = loaded[name], expected[name]
        if ours.dtype != torch.float32:
            yield f"`{name}` is {ours.dtype}, not float32"
        elif ours.shape != wanted.shape:
            yield f"`{name}` has shape {list(ours.shape)}, not {list(wanted.shape)}"
        elif not torch.equal(bits(ours), bits(wanted)):
            yield f"`{name}` has other numbers"


def without_prefixes(tensors):
    """The same tensors under the names that the model itself gives them."""
    bare = lambda name: name.removeprefix("_orig_mod.").removeprefix("model.inner.")
    return {bare(name): tensor for name, tensor in tensors.items()}


def bits(tensor):
    """The bits of float32 numbers, so that NaN equals itself."""
    return tensor.contiguous().view(torch.int32)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    loaded = without_prefixes(torch.load(folder / "model.pt", weights_only=True))
    expected = without_prefixes(read_safetensors(folder / "model.safetensors"))
    found = list(differences(loaded, expected))
    if found:
        sys.exit("\n".join(found))
    if not loaded:
        sys.exit(f"{folder}: no tensors")

    published = OrderedDict((PREFIX + name, tensor) for name, tensor in loaded.items())
    rounded = OrderedDict((name, t.bfloat16()) for name, t in published.items())
    torch.save(published, folder / "from_torch.pt")
    torch.save(rounded, folder / "from_torch_bf16.pt")
    write_safetensors(
        folder / "from_torch_bf16.safetensors",
        {name: tensor.float() for name, tensor in rounded.items()},
    )
    print(f"{len(loaded)} tensors agree; wrote from_torch.pt and from_torch_bf16.pt")


if __name__ == "__main__":
    main()
