#!/usr/bin/env bash
# Generates the protos' Python code with pinned generators in an environment of their own (they want
# an older protobuf than the suite), and the page of error reasons.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3.11} venv=build/gen
if [ ! -x "$venv/bin/protoc-gen-mypy" ]; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -r protos/generators.txt
fi
protos/generate.sh "$PWD/$venv/bin/python"
PYTHONPATH=common "$python" scripts/docs_errors.py
