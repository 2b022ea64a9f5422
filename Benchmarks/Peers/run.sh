#!/usr/bin/env bash
# Times NumPy, SciPy, scikit-learn, statsmodels, PyTorch, numba, pandas, Eigen and Armadillo on the jobs and data of
# Benchmarks, in turn with the library itself.
#
#     Benchmarks/Peers/run.sh --threads 1 --markdown
#
# Installs the peers into a virtual environment first (about 6 GB, most of it PyTorch): PEERS_VENV, by default
# .build-peers beside the package. Eigen and Armadillo take part where g++, libeigen3-dev and libarmadillo-dev are installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${PEERS_VENV:-$PWD/.build-peers}
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement Benchmarks/Peers/requirements.txt
fi
swift build -c release --product Benchmarks >&2
native=()
if [ -d /usr/include/eigen3 ] && [ -f /usr/include/armadillo ] && command -v g++ >/dev/null; then
  mkdir -p .build
  g++ -std=c++17 -O3 -march=native -fopenmp -DNDEBUG -I/usr/include/eigen3 Benchmarks/Peers/native.cpp -o .build/native \
    -lopenblas -llapack -larmadillo
  native=(--native .build/native)
else
  echo "Peers: without C++; Eigen and Armadillo need g++, libeigen3-dev and libarmadillo-dev" >&2
fi
exec "$venv/bin/python" Benchmarks/Peers/peers.py "$(swift build -c release --show-bin-path)/Benchmarks" \
  "${native[@]}" "$@"
