#!/usr/bin/env bash
# Makes the environment of the pinned generators and prints its python: scripts/generators.sh PYTHON.
# It stands apart because the generators want an older protobuf than the suite.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3.11} venv=build/gen
if [ ! -x "$venv/bin/protoc-gen-mypy" ]; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -r protos/generators.txt
fi
echo "$PWD/$venv/bin/python"
