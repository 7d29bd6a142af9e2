#!/usr/bin/env bash
# Sets up an environment from the hashed locks: scripts/setup.sh PYTHON VENV DISTRIBUTION...
# Uses uv when it is on PATH, pip otherwise. Our own distributions are installed in place.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1 venv=$2
shift 2
command -v "$python" >/dev/null || { echo "videre: $python is missing; set PYTHON=" >&2; exit 1; }
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
own=()
for dist in "$@"; do own+=(-e "./$dist"); done
export PIP_DISABLE_PIP_VERSION_CHECK=1
if command -v uv >/dev/null; then
    install() { uv pip install -q --python "$venv/bin/python" "$@"; }
else
    install() { "$venv/bin/python" -m pip install -q "$@"; }
fi
echo "setting up $venv from locks/dev.txt, about 1 GB; this takes some minutes" >&2
install --no-deps --require-hashes -r locks/dev.txt
# The build backend of our distributions looks for its program on PATH.
PATH="$(cd "$venv/bin" && pwd):$PATH" install --no-deps --no-build-isolation "${own[@]}"
