#!/usr/bin/env bash
# Runs the tests under AddressSanitizer and ThreadSanitizer, each in a build folder of its own.
#
# BLAS itself is not instrumented: what is checked is our memory and our locking around it. Exit tests
# are left out, since a sanitizer turns the expected trap into a report of its own. Leaks are not
# reported: the test runner itself leaks. Nor is memory measured.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- address thread
for kind in "$@"; do
  echo "sanitize: $kind"
  ASAN_OPTIONS=detect_leaks=0 \
    swift test --sanitize="$kind" --scratch-path ".build-$kind" --skip "TrapTests|memoryOfTenMillionSamples"
done
