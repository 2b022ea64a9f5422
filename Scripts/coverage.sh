#!/usr/bin/env bash
# Reports which lines of the library the tests run, and fails if LinAlg falls below 90 %.
set -euo pipefail
cd "$(dirname "$0")/.."
swift test --enable-code-coverage --scratch-path .build-coverage
report=$(swift test --show-codecov-path --scratch-path .build-coverage)
python3 - "$report" <<'PYTHON'
import json
import sys
from collections import defaultdict

counts = defaultdict(lambda: [0, 0])
files = json.load(open(sys.argv[1]))["data"][0]["files"]
for file in files:
    name = file["filename"]
    if "/Sources/" not in name or "/.build" in name:
        continue
    module, rest = name.split("/Sources/")[1].split("/", 1)
    lines = file["summary"]["lines"]
    for key in (module, module + "/" + rest):
        counts[key][0] += lines["covered"]
        counts[key][1] += lines["count"]
for key in sorted(counts):
    covered, total = counts[key]
    print(f"{100 * covered / max(1, total):6.1f} % of {total:5d} lines  {key}")
covered, total = counts["LinAlg"]
sys.exit(0 if covered >= 0.9 * total else "LinAlg is below 90 %")
PYTHON
