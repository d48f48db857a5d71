#!/usr/bin/env bash
# Stops the cluster that start.sh started in DIR: the processes whose ids are in its files, and the
# steps of their jobs.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo "usage: stop.sh DIR" >&2
  exit 2
fi
dir=$1

# The process of a pid file, if it still runs a daemon of that name: ids are used again, and one that
# has ended but that nobody waited for has no command line.
running() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] &&
    grep --quiet --text . "/proc/$pid/cmdline" && echo "$pid"
}

if pid=$(running "$dir/slurmctld.pid" slurmctld); then
  SLURM_CONF=$dir/slurm.conf timeout 10 scancel --user="$(id -un)" --full 2>/dev/null || true
fi
for file in "$dir"/slurmd-*.pid "$dir/slurmctld.pid" "$dir/munged.pid"; do
  name=$(basename "$file" .pid)
  if pid=$(running "$file" "${name%%-*}"); then
    kill "$pid"
    for _ in $(seq 50); do
      running "$file" "${name%%-*}" >/dev/null || break
      sleep 0.1
    done
  fi
  rm -f "$file"
done
