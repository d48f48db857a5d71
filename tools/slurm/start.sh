#!/usr/bin/env bash
# Starts a SLURM cluster of several nodes on this host, for tests: munged, slurmctld and one slurmd a
# node, all below DIR and stopped by stop.sh. Prints the path of its configuration, for SLURM_CONF.
#
#   export SLURM_CONF=$(tools/slurm/start.sh DIR)
#
# Debian's slurm-wlm is installed where it is missing and this may be done. Exit code 77: there is no
# SLURM and none can be installed.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo "usage: start.sh DIR" >&2
  exit 2
fi
NODES=${HRM_SLURM_NODES:-4}
CPUS_PER_NODE=${HRM_SLURM_CPUS:-2}
tools=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
export PATH="$PATH:/usr/sbin:/sbin"

have_slurm() {
  command -v munged && command -v slurmctld && command -v slurmd && command -v sbatch
} >/dev/null

install_slurm() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  apt-get install --yes --no-install-recommends slurm-wlm munge && return
  apt-get update && apt-get install --yes --no-install-recommends slurm-wlm munge
}

# Three ports for the controller and one for each node, at a place that depends on DIR so that two
# clusters on one host rarely meet.
first_port=$((20000 + $(echo "$dir" | cksum | cut -d' ' -f1) % 20000))

write_configuration() {
  local user host
  user=$(id -un)
  host=$(hostname -s)
  cat >"$dir/slurm.conf" <<CONF
ClusterName=hrm
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
# A requeued job may start again when the credentials of its first start have expired.
AuthInfo=socket=$dir/munge.socket,cred_expire=5
SlurmctldPort=$first_port
SlurmctldPidFile=$dir/slurmctld.pid
SlurmctldLogFile=$dir/slurmctld.log
StateSaveLocation=$dir/state
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmdLogFile=$dir/slurmd-%n.log
SlurmdSpoolDir=$dir/spool-%n
SlurmdParameters=config_overrides
SlurmdTimeout=5
ReturnToService=2
# Without cgroups, so that it runs in a container, too.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=200
GresTypes=gpu
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
JobRequeue=1
KillWait=10
NodeName=node[1-$NODES] NodeHostname=$host NodeAddr=127.0.0.1 Port=$((first_port + 1))-$((first_port + NODES)) CPUs=$CPUS_PER_NODE RealMemory=4000 Gres=gpu:1
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  echo "NodeName=node[1-$NODES] Name=gpu File=/dev/null" >"$dir/gres.conf"
}

wait_for() {
  local what=$1
  shift
  for _ in $(seq 150); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.2
  done
  echo "$what did not come up; see the logs in $dir" >&2
  exit 1
}

all_idle() {
  [ "$(sinfo --noheader --Node --format=%t | grep -c '^idle$')" = "$NODES" ]
}

if ! have_slurm && ! { install_slurm >"$dir/install.log" 2>&1 && have_slurm; }; then
  echo "there is no SLURM here, and it cannot be installed" >&2
  exit 77
fi
"$tools/stop.sh" "$dir"
rm -rf "$dir/state" "$dir"/spool-*
mkdir -p "$dir/state"
write_configuration
export SLURM_CONF=$dir/slurm.conf

(umask 077 && head -c 128 /dev/urandom >"$dir/munge.key")
# --force: the folder may belong to a user who is not root, or be below /tmp.
munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" \
  --pid-file="$dir/munged.pid" --log-file="$dir/munged.log" --seed-file="$dir/munge.seed" \
  >"$dir/munged.out" 2>&1
slurmctld -c >"$dir/slurmctld.out" 2>&1
for node in $(seq "$NODES"); do
  mkdir -p "$dir/spool-node$node"
  slurmd -c -N "node$node" >"$dir/slurmd-node$node.out" 2>&1
done
wait_for "the cluster" all_idle
echo "$SLURM_CONF"
