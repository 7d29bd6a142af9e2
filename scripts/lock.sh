#!/usr/bin/env bash
# Writes locks/*.txt: hashed requirements without addresses, one per distribution and one for
# development: scripts/lock.sh PYTHON [--upgrade]. Committed pins are kept unless --upgrade is
# given.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3.11}
shift || true
uv=$(scripts/uv.sh "$python")/uv
projects=(*/pyproject.toml services/*/pyproject.toml)
own=()
for project in "${projects[@]}"; do
    own+=(--no-emit-package "$(sed -n 's/^name = "\(.*\)"/\1/p' "$project")")
done
compile() {
    "$uv" pip compile -q --universal --python "$python" --python-version 3.11 --generate-hashes \
        --no-header --no-annotate "${own[@]}" "$@" >/dev/null
}
mkdir -p locks
compile "$@" --group pyproject.toml:dev -o locks/dev.txt pyproject.toml "${projects[@]}"
# What environments with torch add to a service's lock: named one by one, for a wheel's own list would
# bring along far more than is used.
for added in services/*/torch*.in; do
    name=$(basename "$added" .in)
    [ "$name" != torch ] || name=torch-$(basename "$(dirname "$added")")
    compile "$@" --no-deps --constraints locks/dev.txt -o "locks/$name.txt" "$added"
done
# What a cluster may ask of any process, and one machine does not: Consul, OpenTelemetry, channelz.
compile "$@" --constraints locks/dev.txt --extra consul --extra otel --extra channelz -o locks/extras.txt \
    common/pyproject.toml
for project in "${projects[@]}"; do
    name=$(sed -n 's/^name = "videre-\(.*\)"/\1/p' "$project")
    compile --constraints locks/dev.txt -o "locks/$name.txt" "$project"
done
