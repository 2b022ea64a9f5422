#!/usr/bin/env bash
# Everything that a change must pass: format, imports, a build without warnings, tests, a short run of the
# benchmarks. One command for developers and for continuous integration.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "check: format"
swift format lint --strict --recursive Package.swift Sources Tests Benchmarks Examples Fuzz
echo "check: imports"
Scripts/check-imports.sh
echo "check: build without warnings"
clang -std=c17 -O2 -Wall -Wextra -Wshadow -Werror -fsyntax-only -I Sources/CKernels/include Sources/CKernels/*.c
clang -std=c17 -O2 -Wall -Wextra -Wshadow -Werror -fsyntax-only -I Benchmarks/CAllocations/include Benchmarks/CAllocations/*.c
clang -std=c17 -O2 -Wall -Wextra -Wshadow -Werror -fsyntax-only -I Benchmarks/CPlacement/include Benchmarks/CPlacement/*.c
clang++ -std=c++17 -O2 -Wall -Wextra -Wshadow -Werror -fsyntax-only -I Sources/CNumbers/include Sources/CNumbers/*.cpp
clang++ -std=c++17 -O2 -Wall -Wextra -Wshadow -Werror -fsyntax-only -I Sources/CDistributions/include Sources/CDistributions/*.cpp
swift build --build-tests --scratch-path .build-strict -Xswiftc -warnings-as-errors
echo "check: tests (the README's command)"
Scripts/setup.sh && swift test
echo "check: documentation without warnings"
swift package --scratch-path .build-docs generate-documentation --target LinAlg --target Models --warnings-as-errors \
  >/dev/null
echo "check: examples, which check what they say"
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
swift run -c release Examples all --output "$pictures" >/dev/null
echo "check: readers of files, fuzzed for a moment"
Scripts/fuzz.sh 5
echo "check: benchmarks run"
swift run -c release Benchmarks --quick --markdown --json "$pictures/benchmarks.json" --plot "$pictures"
