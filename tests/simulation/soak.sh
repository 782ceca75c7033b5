#!/usr/bin/env bash
# The long loops: simulated hosts from seeds nobody has tried, processes that are killed over a store on the disk, and disks whose
# power is cut, for as many minutes as are given. Usage: soak.sh BUILD MINUTES. Prints figures; fails if anything did.
set -uo pipefail
build=$1 minutes=$2
out=$build/soak
mkdir -p "$out"
export WEND_SIM_FROM=${WEND_SIM_FROM:-$(date +%s)} WEND_SIM_MINUTES=$minutes

"$build/tests/simulation/simulation_test" '*first half' >"$out/first_half.log" 2>&1 & first=$!
"$build/tests/simulation/simulation_test" '*second half' >"$out/second_half.log" 2>&1 & second=$!

rounds=0 failed=0 cut=0
while ((SECONDS < minutes * 60)); do
  "$build/tests/unit/store/store_test" 'what was acknowledged before a kill*' >"$out/store.log" 2>&1 || { failed=$((failed + 1)); cp "$out/store.log" "$out/store.failed.$rounds.log"; }
  for cuts in disk/cuts_test simulation/host_cuts_test; do
    log=$out/$(basename "$cuts")
    WEND_CUTS=${WEND_CUTS:-1000} WEND_CUTS_SEED=$((WEND_SIM_FROM + rounds * 1000)) "$build/tests/$cuts" >"$log.log" 2>&1 || { failed=$((failed + 1)); cp "$log.log" "$log.failed.$rounds.log"; }
    made=$(sed -n 's/^power cuts:\? \([0-9]*\).*/\1/p' "$log.log" | head -1)
    cut=$((cut + ${made:-0}))
  done
  WEND_CALLS_FROM=$rounds "$build/tests/serving/serving_test" 'F2:*,F5:*' >"$out/calls.log" 2>&1 || { failed=$((failed + 1)); cp "$out/calls.log" "$out/calls.failed.$rounds.log"; }
  "$build/tests/unit/engine/engine_test" 'killed and started again*' >"$out/engine.log" 2>&1 || { failed=$((failed + 1)); cp "$out/engine.log" "$out/engine.failed.$rounds.log"; }
  rounds=$((rounds + 1))
done

status=0
wait "$first" || status=1
wait "$second" || status=1
((failed == 0)) || status=1
echo "seeds from $WEND_SIM_FROM on, $minutes minutes"
grep -ah -A12 '^seed ' "$out/first_half.log" "$out/second_half.log"
grep -ah '^simulator: ' "$out/first_half.log" "$out/second_half.log"
echo "crash tests: rounds $rounds, power cuts $cut, failed $failed (logs in $out)"
exit $status
