#!/usr/bin/env bash
# Tests the GPU kernels on a machine without a GPU: on a Vulkan device, Mesa's software one where there is no
# other, and their CUDA source with NVIDIA's run-time compiler for Hopper.
#
#   tools/kernel_tests.sh [NAME]          all tests, or those with NAME in their name
#
# Debian's mesa-vulkan-drivers and, into a temporary folder, PyPI's nvidia-cuda-nvrtc are installed where they are
# missing and this may be done. Without a compiler that part of the tests says that it is skipped. Exit code 77:
# there is no Vulkan device and none can be installed.
set -euo pipefail
cd "$(dirname "$0")/.."

has_vulkan() { compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null || compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null; }

install_vulkan() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  apt-get install --yes --no-install-recommends mesa-vulkan-drivers libvulkan1 && return
  apt-get update && apt-get install --yes --no-install-recommends mesa-vulkan-drivers libvulkan1
}

has_vulkan || install_vulkan >&2 || {
  echo "kernel_tests.sh: no Vulkan device; install mesa-vulkan-drivers" >&2
  exit 77
}

if [ -z "${NVRTC_LIB:-}" ]; then
  nvrtc=$(mktemp -d)
  trap 'rm -rf "$nvrtc"' EXIT
  if python3 -m pip install --quiet --target "$nvrtc" \
    nvidia-cuda-nvrtc==13.* nvidia-cuda-runtime==13.* nvidia-cuda-cccl==13.* nvidia-cuda-crt==13.* >&2; then
    export NVRTC_LIB=$nvrtc/nvidia/cu13/lib CUDA_INCLUDE=$nvrtc/nvidia/cu13/include
    export LD_LIBRARY_PATH=$NVRTC_LIB${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  fi
fi
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp}
cargo test --release --locked -p hrm-kernels --features tests -- "$@"
