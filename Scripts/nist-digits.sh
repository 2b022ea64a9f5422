#!/usr/bin/env bash
# Prints the correct decimal digits of NIST's linear regression sets: of the coefficient and the standard error that is
# worst, without and with extended accuracy. NIST_STRD names the folder of the sets. Standard errors that are 0 have no digits.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "               standard          extended"
echo "set         coeff.  errors    coeff.  errors"
NIST_TABLE=1 swift test --filter NISTTests 2>&1 | grep -a '^NIST' | sed 's/^NIST //' | sort
