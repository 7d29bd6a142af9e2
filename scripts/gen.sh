#!/usr/bin/env bash
# Generates the protos' Python code and the page of error reasons.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3.11}
protos/generate.sh "$(scripts/generators.sh "$python")"
PYTHONPATH=common "$python" scripts/docs_errors.py
