#!/usr/bin/env bash
# Every fuzz target under libFuzzer for some seconds: tools/fuzz.sh JOBS SECONDS. What breaks one is left in build/fuzz
# as crash-*; build/fuzz/bin/fuzz_NAME FILE runs it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=$1
seconds=$2
[[ -f build/fuzz/build.ninja ]] || cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --parallel "$jobs"
cd build/fuzz
bin/fuzz_seeds corpus
failed=()
for program in bin/fuzz_*; do
  name=${program#bin/fuzz_}
  [[ $name != seeds ]] || continue
  echo "fuzz: $name for $seconds seconds"
  if ! "$program" -max_total_time="$seconds" -timeout=10 -verbosity=0 -print_final_stats=1 "corpus/$name" >"$name.log" 2>&1; then
    tail -n 40 "$name.log" >&2
    failed+=("$name")
  fi
  grep 'stat::number_of_executed_units' "$name.log" || true
done
if ((${#failed[@]})); then
  echo "fuzz: broken: ${failed[*]}" >&2
  exit 1
fi
echo "fuzz: nothing broke"
