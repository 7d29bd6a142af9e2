#!/usr/bin/env bash
# Packs what clients in any language need into dist/videre-protos-VERSION.tar.gz: the public protos,
# their descriptor set with comments, the OpenAPI document, how to generate code, the licence.
# Same sources, same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(scripts/generators.sh "${1:-python3.11}")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' protos/pyproject.toml)
name=videre-protos-$version
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT

mkdir -p "$staging/$name/videre/v1" dist
cp protos/videre/v1/*.proto "$staging/$name/videre/v1/"
cp protos/README.md docs/clients/service_config.json LICENSE "$staging/$name/"
(
    cd "$staging/$name"
    "$python" -m grpc_tools.protoc -I . --include_imports --include_source_info \
        --descriptor_set_out=videre.binpb videre/v1/*.proto
)
"$python" exports/videre/exports/openapi.py "$staging/$name/videre.binpb" "$version" \
    "$staging/$name/openapi.json"
tar -C "$staging" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw \
    -cf - "$name" | gzip -9n >"dist/$name.tar.gz"
echo "dist/$name.tar.gz"
