#!/usr/bin/env bash
# Imports go one way: CBLAS, CKernels -> LinAlg -> Models -> Tables, Charts -> Benchmarks. The compiler would let
# any file reach through (the module maps are transitive), so the import lines are checked.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

# allow FOLDER "MODULE ..." [FILE ...]: files in FOLDER (or only these) may import only the modules.
allow() {
  local folder=$1 modules=$2 found
  found=$(grep -rnE '^ *((public|package|internal|private|fileprivate|@[A-Za-z_]+) +)*import ' "$folder" \
    --include='*.swift' | grep -vE "import (${modules// /|})\$" || true)
  if [ -n "$found" ]; then
    printf 'imports: %s may import only %s:\n%s\n' "$folder" "$modules" "$found" >&2
    failed=1
  fi
}
allow Sources/LinAlg "CBLAS CKernels Glibc Musl Darwin"
allow Sources/Models "LinAlg CDistributions Glibc Musl Darwin"
allow Sources/Charts "LinAlg Models Foundation"
allow Sources/Tables "LinAlg Models CNumbers CZip Foundation"

# C reaches Swift through the twins alone, OpenBLAS's own settings through BLASRuntime, threads through Team, and what exists for Double only
# through Extended (double-double arithmetic) and PackedRows (single precision in memory).
found=$(grep -rlE 'import (CBLAS|CKernels)$' Sources --include='*.swift' \
  | grep -vE '^Sources/LinAlg/(Double\+Scalar|Float\+Scalar|BLASRuntime|Extended|PackedRows|Team)\.swift$' || true)
if [ -n "$found" ]; then
  printf 'imports: these files may not import C modules:\n%s\n' "$found" >&2
  failed=1
fi

# The twins are twins: one becomes the other when the letters are exchanged.
twin() {
  sed -E "s/$2/TYPE/g; s/(cblas|LAPACKE)_$3/\1_@/g; s/_$3\(/_@(/g; s/(Float|Double)\+Scalar/TWIN/" "$1" \
    | tr -d ' \n'
}
if [ "$(twin Sources/LinAlg/Double+Scalar.swift Double d)" != \
  "$(twin Sources/LinAlg/Float+Scalar.swift Float s)" ]; then
  echo "imports: Double+Scalar.swift and Float+Scalar.swift are not twins" >&2
  failed=1
fi
exit $failed
