#!/usr/bin/env bash
# Makes the program for a machine with an NVIDIA GPU, which needs no Rust: built with CUDA, without symbols,
# compressed. No CUDA is needed here.
#
#   tools/release.sh [DIR]
#
# In DIR (default `dist`) are then `hrm` and `hrm.xz`; their sizes in bytes are printed, with the oldest C
# library that can start it.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
dir=${1:-dist}

cargo build --release --locked --features cuda -p hrm
target=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

mkdir -p "$dir"
strip -o "$dir/hrm" "$target/release/hrm"
"$dir/hrm" --version

# CUDA's libraries are opened when they are first used. A program that names one does not start without it.
if readelf -d "$dir/hrm" | grep -E 'NEEDED.*(libcuda|libnv|libnccl)'; then
  echo "release.sh: the program does not start without CUDA" >&2
  exit 1
fi

# The id of the build is in the key of each kernel that is kept: without it another build would take them.
if ! readelf -n "$dir/hrm" | grep -q 'Build ID'; then
  echo "release.sh: the linker gave the program no build id (\`-Wl,--build-id\`)" >&2
  exit 1
fi

xz -9 -T1 -k -f "$dir/hrm"
stat -c '%n %s' "$dir/hrm" "$dir/hrm.xz"
objdump -T "$dir/hrm" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1
