#!/usr/bin/env bash
# Writes locks/*.txt: hashed requirements without addresses, one per distribution and one for
# development. Committed pins are kept unless --upgrade is given.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
mkdir -p locks
"$uv" lock -q "$@"
for project in */pyproject.toml services/*/pyproject.toml; do
    name=$(sed -n 's/^name = "videre-\(.*\)"/\1/p' "$project")
    "$uv" export -q --package "videre-$name" --no-dev --no-emit-workspace --no-header \
        --no-annotate -o "locks/$name.txt" >/dev/null
done
"$uv" export -q --all-packages --no-emit-workspace --no-header --no-annotate \
    -o locks/dev.txt >/dev/null
