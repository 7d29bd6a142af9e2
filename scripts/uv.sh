#!/usr/bin/env bash
# Prints the folder of a pinned uv, in an environment of its own, so that everybody resolves the same:
# scripts/uv.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.13.9
home=$PWD/build/uv-$version
if [ ! -x "$home/bin/uv" ]; then
    "$1" -m venv "$home" >&2
    "$home/bin/python" -m pip install -q --disable-pip-version-check "uv==$version" >&2
fi
echo "$home/bin"
