#!/usr/bin/env bash
# Checks a built `hrm` on the GPU of this machine, on which no Rust is needed.
#
#   tools/gpu_check.sh BINARY [--device cuda:0] [--out DIR] [--quick] [--limit SECONDS]
#
# Steps: doctor; the golden numbers of the published code in f32 and bf16; `hrm bench train` and `eval`
# for each model; the same beside PyTorch, if `python3` has torch; a short training in f32 and bf16; the
# training again, which has to give the same bytes; and once more, killed and resumed, with the same
# bytes. A step that fails does not end the check. At the end a table, and in DIR (a new folder)
# gpu_check.json and what each step printed. Exit codes: 0 no step failed, 1 one did, 2 wrong command
# line, 130 interrupted.
#
# --quick makes everything tiny, to test the check itself, and leaves PyTorch out. --limit is for each
# command of a step (default 1800).
set -euo pipefail
export LC_ALL=C
unset HRM_STATE HRM_DATA_DIR

usage() {
  echo "gpu_check.sh: $1" >&2
  echo "usage: gpu_check.sh BINARY [--device cuda:0] [--out DIR] [--quick] [--limit SECONDS]" >&2
  exit 2
}

binary='' device=cuda:0 out='' quick=false limit=1800
while [ $# -gt 0 ]; do
  case $1 in
    --device | --out | --limit)
      [ $# -ge 2 ] || usage "$1 needs a value"
      case $1 in
        --device) device=$2 ;;
        --out) out=$2 ;;
        --limit) limit=$2 ;;
      esac
      shift
      ;;
    --quick) quick=true ;;
    -*) usage "there is no option $1" ;;
    *)
      [ -z "$binary" ] || usage "one binary only"
      binary=$1
      ;;
  esac
  shift
done
[ -n "$binary" ] || usage "which binary?"
[ -f "$binary" ] && [ -x "$binary" ] || usage "$binary is not a program"
[[ $device =~ ^(cpu|cuda(:[0-9]+)?)$ ]] || usage "--device is cpu, cuda or cuda:N"
[[ $limit =~ ^[1-9][0-9]*$ ]] || usage "--limit is a number of seconds"
out=${out:-gpu_check-$(date +%Y%m%d-%H%M%S)}
if [ -e "$out" ] && { [ ! -d "$out" ] || [ -n "$(ls -A "$out")" ]; }; then
  usage "$out is there already and not an empty folder"
fi
tools=$(cd "$(dirname "$0")" && pwd)
hrm=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")
mkdir -p "$out"
cd "$out"

# --- JSON, without a program for it ---

json_text() {
  local text
  text=$(printf '%s' "$1" | tr '\t\n' '  ' | tr -d '\000-\037\177')
  text=${text//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

is_number() {
  [[ $1 =~ ^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$ ]]
}

# First value of a key in indented JSON.
json_value() {
  awk -v key="\"$1\":" '$1 == key { sub(/,$/, "", $2); print $2; exit }' "$2"
}

# First value of a key inside of an object or array of indented JSON.
json_value_in() {
  awk -v object="\"$1\":" -v key="\"$2\":" '
    $1 == object { if ($2 !~ /^[{[]/) exit; inside = 1 } inside && $1 == key { sub(/,$/, "", $2); print $2; exit }
    inside && /[]}],?$/ { exit }' "$3"
}

# Name and seconds of each part of a step, by itself, a line each.
breakdown() {
  awk '$1 == "\"breakdown\":" { inside = 1 } !inside { next }
    $1 == "\"part\":" { gsub(/^ *"part": "|",?$/, ""); name = $0 }
    $1 == "\"seconds\":" { sub(/,$/, "", $2); seconds = $2 }
    /^ *},?$/ { print name "\t" seconds }
    /^ *\],?$/ { exit }' "$1"
}

# --- Steps ---

steps_json='' table='' ok=0 failed=0 skipped=0
log='' reason='' figures_json='' figures_shown='' child=''

# A number that a step found, and a word.
figure() {
  is_number "$2" || return 0
  figures_json+="${figures_json:+, }$(json_text "$1"): $2"
  figures_shown+="${figures_shown:+, }${1//_/ } $(awk -v value="$2" 'BEGIN { printf "%.6g", value }')"
}
word() {
  figures_json+="${figures_json:+, }$(json_text "$1"): $(json_text "$2")"
  # The table has no room for hashes.
  [ ${#2} -ge 60 ] || figures_shown+="${figures_shown:+, }$1 $2"
}

skip() {
  reason=$1
  return 77
}
fail() {
  reason=$1
  return 1
}

# Runs a step: NAME, then the function that does it with its arguments.
step() {
  local name=$1 began status=0 result seconds ended
  shift
  log=$name.log reason='' figures_json='' figures_shown=''
  : >"$log"
  printf '%s …\n' "$name" >&2
  began=$(date +%s%3N)
  "$@" || status=$?
  ended=$(date +%s%3N)
  seconds=$(awk -v ms=$((ended - began)) 'BEGIN { printf "%.3f", ms / 1000 }')
  case $status in
    0) result=ok ok=$((ok + 1)) ;;
    77) result=skipped skipped=$((skipped + 1)) ;;
    *) result=failed failed=$((failed + 1)) reason=${reason:-for no reason that was told} ;;
  esac
  steps_json+="${steps_json:+,
}    {\"name\": $(json_text "$name"), \"result\": \"$result\", \"seconds\": $seconds, "
  if [ $result = ok ]; then
    steps_json+="\"reason\": null, "
  else
    steps_json+="\"reason\": $(json_text "$reason"), "
  fi
  steps_json+="\"log\": $(json_text "$log"), \"figures\": {$figures_json}}"
  table+=$(printf '%-26s %-8s %9.1f  %s' "$name" "$result" "$seconds" "${reason:-$figures_shown}")$'\n'
}

limited=()
if command -v timeout >/dev/null; then
  limited=(timeout --kill-after=10 "$limit")
fi

# Why a command failed: its own message where there is one. Uses what it wrote to the log.
explain() {
  local status=$1 seconds=$2 message
  message=$(awk '/^\$ / { error = last = ""; next }
    /^error/ && !error { error = $0 } NF { last = $0 } END { print error ? error : last }' "$log")
  if [ "$seconds" -ge "$limit" ]; then
    reason="took longer than $limit seconds"
  elif [ "$status" -gt 128 ]; then
    reason="ended by signal $((status - 128))${message:+: $message}"
  else
    reason="ended with $status${message:+: $message}"
  fi
}

# Runs a command within the limit, with its standard output in a file and the rest in the log.
run_to() {
  local stdout=$1 status=0 began=$SECONDS
  shift
  echo "$ $*" >>"$log"
  # In the background, since a shell that waits can be interrupted.
  "${limited[@]}" "$@" >"$stdout" 2>>"$log" </dev/null &
  child=$!
  # The shell tells on its standard error what a signal ended.
  { wait "$child" || status=$?; } 2>/dev/null
  child=''
  [ $status = 0 ] && return
  explain "$status" $((SECONDS - began))
  return 1
}

interrupted() {
  trap '' INT TERM
  if [ -n "$child" ]; then
    kill -TERM -- "$child" 2>/dev/null || true
    wait || true
  fi
  echo "interrupted; what each step printed is in $out" >&2
  exit 130
}
trap interrupted INT TERM

run_doctor() {
  local what status=0
  run_to doctor.txt "$hrm" doctor --device "$device" || return
  for what in processor memory "device ${device%%:*}"; do
    word "$what" "$(sed -n "s/^[^ ]*  *$what  *//p" doctor.txt)"
  done
  run_to doctor-deep.txt "$hrm" doctor --deep --device "$device" || status=$?
  [ -s doctor-deep.txt ] && [ $status != 0 ] && reason=$(grep -m1 '^WRONG' doctor-deep.txt || echo "$reason")
  return $status
}

# How many numbers agree, and how much of its tolerance the one that differs most has used.
run_parity() {
  local precision=$1 status=0 file=parity-$1.json tensors differing
  run_to "$file" "$hrm" model parity --device "$device" --precision "$precision" --json || status=$?
  tensors=$(grep -c '"pass":' "$file" || true)
  differing=$(grep -c '"pass": false' "$file" || true)
  figure fixtures "$(grep -c '"fixture":' "$file" || true)"
  figure tensors "$tensors"
  figure differing "$differing"
  figure largest_share_of_tolerance "$(awk '
    $1 == "\"max_abs\":" { difference = $2 + 0 }
    $1 == "\"rel_norm\":" { norm = $2 + 0 }
    $1 == "\"absolute\":" && $2 + 0 > 0 { share = difference / $2 }
    $1 == "\"relative_norm\":" && $2 + 0 > 0 { share = norm / $2 }
    share > largest { largest = share }
    END { printf "%.4f", largest }' "$file")"
  if [ "$differing" != 0 ]; then
    fail "$differing of $tensors tensors differ, first $(awk '
      $1 == "\"tensor\":" { tensor = $2 }
      $1 == "\"pass\":" && $2 ~ /^false/ { gsub(/[",]/, "", tensor); print tensor; exit }' "$file")"
    return
  fi
  [ $status = 0 ] || return $status
  [ "$tensors" != 0 ] || fail "nothing was compared"
}

run_bench() {
  local work=$1 model=$2 batch=$3 steps=$4 precision=$5 file=bench-$1-$2.json key part seconds
  run_to "$file" "$hrm" bench "$work" --model "$model" --batch "$batch" --steps "$steps" --warmup 2 \
    --precision "$precision" --device "$device" --json || return
  word precision "$precision"
  figure batch "$batch"
  for key in seconds_per_step samples_per_second tflops peak_tflops share_of_peak memory_estimate_bytes; do
    figure "$key" "$(json_value "$key" "$file")"
  done
  figure device_memory_bytes "$(json_value_in device_memory_bytes peak "$file")"
  while IFS=$'\t' read -r part seconds; do
    figure "$part seconds" "$seconds"
  done < <(breakdown "$file")
  [ -n "$(json_value seconds_per_step "$file")" ] || fail "no speed was printed"
}

run_pytorch() {
  local line
  if $quick; then
    skip "left out by --quick"
    return
  fi
  if [ ! -f "$tools/pytorch/compare.py" ]; then
    skip "pytorch/compare.py is not beside this script"
    return
  fi
  if ! command -v python3 >/dev/null; then
    skip "there is no python3"
    return
  fi
  if ! run_to pytorch-version.txt python3 -c 'import torch; print(torch.__version__)'; then
    skip "python3 has no torch"
    return
  fi
  word torch "$(cat pytorch-version.txt)"
  if [ "$device" != cpu ] && ! run_to /dev/null python3 -c \
    'import sys, torch; sys.exit(not torch.cuda.is_available())'; then
    skip "the torch of python3 finds no CUDA device"
    return
  fi
  run_to pytorch.txt python3 "$tools/pytorch/compare.py" "$hrm" --device "$device" --json pytorch.json ||
    return
  # "train hrm-sudoku, batch 768, bf16: … a step: 1.23 times as fast (…)"
  while read -r line; do
    [[ $line =~ ^([a-z]+)\ ([^,]+),.*:\ ([0-9.]+)\ times ]] || continue
    figure "${BASH_REMATCH[1]} ${BASH_REMATCH[2]} times as fast" "${BASH_REMATCH[3]}"
  done <pytorch.txt
}

# --- The training ---

if $quick; then
  train_steps=60 segments=4 hidden=32 layers=1 cycles=1 batch=16 puzzles=200 kill_from=6
else
  train_steps=400 segments=8 hidden=64 layers=2 cycles=2 batch=64 puzzles=1000 kill_from=133
fi
checkpoint_interval=$((train_steps / 20))

cat >gpu_check.toml <<TOML
name = "gpu-check"

[dataset.sudoku]
augmentations = 20
sudoku = { box_rows = 2, box_cols = 2, train = $puzzles, validation = 100, test = 200, givens = [4, 10] }

[train.hrm]
dataset = "sudoku"
segments = $segments
batch_size = $batch
steps = $train_steps
lr = 2e-3
lr_warmup_steps = 20
weight_decay = 0.1
puzzle_emb_lr = 2e-3
puzzle_emb_weight_decay = 0.1
eval_interval = $((train_steps / 2))
checkpoint_interval = $checkpoint_interval

[train.hrm.model]
hidden_size = $hidden
num_heads = 4
h_layers = $layers
l_layers = $layers
h_cycles = $cycles
l_cycles = $cycles
pos_encodings = "learned"

[evaluate.test]
train = "hrm"
TOML


# Content hash of a stage, from the events of a run.
content_hash() {
  sed -n "s/^{\"event\":\"stage_finished\",\"stage\":\"$1\",.*\"content_hash\":\"\([^\"]*\)\".*/\1/p" "$2"
}

run_training() {
  local precision=$1 state=state-$1 events=train-$1.jsonl metrics summary losses
  run_to "$events" "$hrm" --state "$state" run gpu_check.toml --device "$device" --json \
    --set "train.hrm.precision=$precision" || return
  metrics=$(echo "$state"/artifacts/train/*/metrics.jsonl)
  summary=$(echo "$state"/artifacts/evaluate/*/summary.json)
  if [ ! -f "$metrics" ] || [ ! -f "$summary" ]; then
    fail "the run left no results"
    return
  fi
  # The first loss and the last.
  read -r -a losses < <(awk -F'"value":' '/"train\/lm_loss"/ {
    sub(/}.*/, "", $2); if (!n++) first = $2; last = $2 } END { print first, last }' "$metrics") || true
  figure steps "$train_steps"
  figure seconds "$(sed -n 's/^{"event":"stage_finished","stage":"train.hrm",.*"seconds":\([^,}]*\).*/\1/p' "$events")"
  figure first_loss "${losses[0]:-}"
  figure last_loss "${losses[1]:-}"
  figure puzzles "$(sed 's/.*"puzzles":\([0-9]*\).*/\1/' "$summary")"
  figure solved "$(sed 's/.*"adaptive":{"exact":\([0-9]*\).*/\1/' "$summary")"
  word content_hash "$(content_hash train.hrm "$events")"
  if ! is_number "${losses[0]:-}" || ! is_number "${losses[1]:-}"; then
    fail "a loss is not a number"
    return
  fi
  awk -v first="${losses[0]}" -v last="${losses[1]}" 'BEGIN { exit !(last < first) }' ||
    fail "the loss did not fall: ${losses[0]}, then ${losses[1]}"
}

# Whether the stages of a run have the content of the undisturbed training.
same_content() {
  local stage ours theirs
  for stage in train.hrm evaluate.test; do
    theirs=$(content_hash $stage train-f32.jsonl)
    ours=$(content_hash $stage "$1")
    word "$stage" "$ours"
    if [ -z "$theirs" ]; then
      fail "there is no training to compare with"
      return
    fi
    if [ "$ours" != "$theirs" ]; then
      fail "$stage differs: ${ours:-nothing}, not $theirs"
      return
    fi
  done
  word content "the same"
}

run_again() {
  run_to train-again.jsonl "$hrm" --state state-again run gpu_check.toml --device "$device" --json ||
    return
  same_content train-again.jsonl
}

# The training has saved a checkpoint at which it may be killed.
far_enough() {
  awk -F'"step":' -v enough=$kill_from '
    /^{"event":"checkpoint_saved"/ && $2 + 0 >= enough { found = 1 } END { exit !found }' train-killed.jsonl
}

run_killed() {
  local pid status=0 began=$SECONDS resumed
  local command=("$hrm" --state state-killed run gpu_check.toml --device "$device" --json)
  echo "$ ${command[*]}" >>"$log"
  : >train-killed.jsonl
  # With job control the run and its worker are a process group, which is killed as a whole.
  set -m
  "${command[@]}" >train-killed.jsonl 2>>"$log" </dev/null &
  pid=$!
  child=-$pid
  set +m
  while kill -0 "$pid" 2>/dev/null && ! far_enough && [ $((SECONDS - began)) -le "$limit" ]; do
    sleep 0.05
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  { wait "$pid" || status=$?; } 2>/dev/null
  child=''
  if ! far_enough; then
    explain $status $((SECONDS - began))
    return 1
  fi
  if [ -n "$(content_hash train.hrm train-killed.jsonl)" ] || [ $status != 137 ]; then
    fail "the training ended before it could be killed"
    return
  fi
  echo "killed" >>"$log"
  run_to train-resumed.jsonl "${command[@]}" || return
  resumed=$(sed -n 's/^{"event":"training_started",.*"resumed_from":\([0-9]*\).*/\1/p' train-resumed.jsonl)
  figure resumed_from_step "$resumed"
  if ! is_number "$resumed"; then
    fail "the training began anew"
    return
  fi
  same_content train-resumed.jsonl
}

# --- All of it ---

started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
version=$("${limited[@]}" "$hrm" --version 2>/dev/null </dev/null || echo "does not say")
sum=$(sha256sum "$hrm" 2>/dev/null | cut -d' ' -f1 || true)
gpus=''
if command -v nvidia-smi >/dev/null; then
  gpus=$("${limited[@]}" nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader \
    2>/dev/null | paste -sd';' || true)
fi

step doctor run_doctor
step parity-f32 run_parity f32
step parity-bf16 run_parity bf16

# work, model, batch, measured steps and number format; on a GPU what pytorch/compare.py measures, too
if $quick; then
  benchmarks=("train quickstart 4 2 f32" "eval quickstart 4 2 f32")
elif [ "$device" = cpu ]; then
  benchmarks=("train quickstart 64 30 f32" "train hrm-sudoku 8 3 f32" "train trm-mlp-sudoku 8 3 f32"
    "train hrm-maze 1 2 f32" "eval quickstart 256 5 f32" "eval hrm-sudoku 8 2 f32"
    "eval trm-mlp-sudoku 8 2 f32" "eval hrm-maze 1 1 f32")
else
  benchmarks=("train quickstart 64 30 bf16" "train hrm-sudoku 768 20 bf16"
    "train trm-mlp-sudoku 768 20 bf16" "train hrm-maze 64 20 bf16" "eval quickstart 256 10 bf16"
    "eval hrm-sudoku 768 5 bf16" "eval trm-mlp-sudoku 768 5 bf16" "eval hrm-maze 64 3 bf16")
fi
for benchmark in "${benchmarks[@]}"; do
  read -r -a words <<<"$benchmark"
  step "bench-${words[0]}-${words[1]}" run_bench "${words[@]}"
done
step pytorch run_pytorch
step training-f32 run_training f32
step training-bf16 run_training bf16
step training-again run_again
step training-killed run_killed

total=$((ok + failed + skipped))
passed=true
[ $failed = 0 ] || passed=false
cat >gpu_check.json <<JSON
{
  "ok": $passed,
  "device": $(json_text "$device"),
  "quick": $quick,
  "started_at": "$started",
  "binary": {"version": $(json_text "$version"), "sha256": $(json_text "$sum")},
  "machine": {"system": $(json_text "$(uname -srm)"), "gpus": $(json_text "$gpus")},
  "counts": {"ok": $ok, "failed": $failed, "skipped": $skipped},
  "steps": [
$steps_json
  ]
}
JSON

printf '\n%-22s %-8s %9s  %s\n' step result seconds 'figures, or why'
printf '%s' "$table"
printf '\n%s of %s steps ok, %s failed, %s skipped; %s\n' $ok $total $failed $skipped "$out/gpu_check.json"
$passed
