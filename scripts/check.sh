#!/usr/bin/env bash
# Everything that needs no test run: style, types, who imports whom, licences, the protos.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
echo "== ruff"
"$bin/ruff" check .
"$bin/ruff" format --check -q .
echo "== imports"
"$bin/lint-imports"
echo "== licences"
"$bin/python" scripts/audit.py
echo "== mypy"
"$bin/mypy" -n "$(getconf _NPROCESSORS_ONLN)"
if command -v npx >/dev/null; then
    echo "== buf lint"
    npx --yes @bufbuild/buf@1 lint
else
    echo "== buf lint: left out, this machine has no node"
fi
