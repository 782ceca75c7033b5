#!/bin/sh
# instructions.sh GUARD FILE: counts what GUARD's workloads execute (callgrind), which does not depend on how busy a machine is, and
# holds it to FILE: `NAME COUNT` a line, in thousands. More than a twentieth above is a failure; WEND_UPDATE=1 writes FILE anew.
# Libraries that choose their code by the machine are told the same choice everywhere. 77: cannot be counted here.
set -eu
[ "$(uname -m)" = x86_64 ] || { echo "counts are kept for x86-64 only"; exit 77; }
command -v valgrind > /dev/null || { echo "valgrind is not installed"; exit 77; }
export SIMDJSON_FORCE_IMPLEMENTATION=westmere GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS,-FSRM
guard=$1 file=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
valgrind --quiet --tool=callgrind --smc-check=all-non-file --callgrind-out-file="$work/out" --collect-atstart=no \
  "$guard" > "$work/said" 2>&1 || {
  cat "$work/said"
  exit 1
}
for name in check parse step rest sweep; do
  part=$(grep -l "^desc: Trigger: Client Request: $name" "$work"/out.* | head -n 1)
  count=$(sed -n 's/^totals: *//p' "$part")
  echo "$name $((count / 1000))" >> "$work/counts"
done
tail -n 1 "$work/said"
if [ "${WEND_UPDATE:-}" = 1 ]; then
  cp "$work/counts" "$file"
  exit 0
fi
while read -r name count; do
  kept=$(sed -n "s/^$name //p" "$file")
  printf '%-8s %10s thousand instructions, kept %s\n' "$name" "$count" "${kept:-none}"
  [ -n "$kept" ] && [ "$count" -le $((kept + kept / 20)) ] || failed=1
done < "$work/counts"
[ "$failed" = 0 ] || echo "more instructions than are kept in $file: make it less, or say why in a commit that writes it anew (WEND_UPDATE=1)"
exit "$failed"
