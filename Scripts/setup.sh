#!/usr/bin/env bash
# Installs the system packages that swift-linalg needs and that are not there yet. Debian, Ubuntu.
set -euo pipefail

# Libraries that the package links or includes, pkg-config, by which SwiftPM finds the first two, and what draws pictures.
packages=(libopenblas-dev liblapacke-dev libboost-math-dev libfast-float-dev libzip-dev pkg-config
  gnuplot-nox)

if ! command -v dpkg-query >/dev/null; then
  echo "setup: no dpkg here; install OpenBLAS and LAPACKE (with headers) by your system's means" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: installing ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup: run this as root, or install sudo" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
else
  echo "setup: ${packages[*]} are installed"
fi
if ! command -v swift >/dev/null; then
  echo "setup: no Swift toolchain on the PATH; see https://www.swift.org/install" >&2
  exit 1
fi
