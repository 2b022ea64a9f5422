#!/usr/bin/env bash
# Feeds the readers of files what libFuzzer makes of a corpus, under AddressSanitizer: Scripts/fuzz.sh [SECONDS] [READER ...]
#
# Seconds are for each reader, 5 by default. What is found is in Fuzz/Corpus/READER afterwards only if you put it there.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
readers=("${@:2}")
[ ${#readers[@]} -gt 0 ] || readers=(csv libsvm npy npz safetensors)
export LINALG_FUZZ=1
build=(swift build --scratch-path .build-fuzz --sanitize fuzzer --sanitize address --product Fuzz)
"${build[@]}"
program=$("${build[@]}" --show-bin-path)/Fuzz
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
for reader in "${readers[@]}"; do
  echo "fuzz: $reader, $seconds s"
  mkdir "$found/$reader"
  # What it finds new goes to the first folder.
  FUZZ_READER=$reader ASAN_OPTIONS=detect_leaks=0 "$program" "$found/$reader" "Fuzz/Corpus/$reader" \
    -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=20 -max_len=4096 -artifact_prefix="./fuzz-$reader-" \
    -print_final_stats=0 -verbosity=0
done
