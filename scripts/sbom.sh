#!/usr/bin/env bash
# Writes dist/sbom/videre-NAME-VERSION.cdx.json for every image: what its locks install, with hashes
# (CycloneDX 1.6; scripts/sbom.sh PYTHON). The base's own packages are its maker's to tell. The writer
# (cyclonedx-bom, Apache-2.0) stands in an environment of its own. Same locks, same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3.11} version=7.5.0
venv=build/sbom-$version out=dist/sbom
if [ ! -x "$venv/bin/cyclonedx-py" ]; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check "cyclonedx-bom==$version"
fi
mkdir -p "$out"
for project in orchestrator services/*; do
    name=$(basename "$project")
    release=$(sed -n 's/^version = "\(.*\)"/\1/p' "$project/pyproject.toml")
    file=$out/videre-$name-$release.cdx.json
    # A package that both locks have is there once.
    awk '/^[^ ]/ { new = !seen[$1]++ } new' locks/extras.txt "locks/$name.txt" |
        "$venv/bin/cyclonedx-py" requirements --pyproject "$project/pyproject.toml" \
            --output-reproducible -o "$file" -
    echo "$file"
done
