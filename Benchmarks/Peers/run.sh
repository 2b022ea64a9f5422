#!/usr/bin/env bash
# Times NumPy, SciPy, numba and PyTorch on the jobs and data of Benchmarks, in turn with the library itself.
#
#     Benchmarks/Peers/run.sh --threads 1 --markdown
#
# Installs the peers into a virtual environment first (about 6 GB, most of it PyTorch): PEERS_VENV, by default
# .build-peers beside the package.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${PEERS_VENV:-$PWD/.build-peers}
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement Benchmarks/Peers/requirements.txt
fi
swift build -c release --product Benchmarks >&2
exec "$venv/bin/python" Benchmarks/Peers/peers.py "$(swift build -c release --show-bin-path)/Benchmarks" "$@"
