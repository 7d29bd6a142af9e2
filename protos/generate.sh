#!/usr/bin/env bash
# Generates the Python code beside the .proto files. Needs grpcio-tools 1.76 and mypy-protobuf 3 on
# PATH's python ($1, default python3); they want an older protobuf than the suite, hence an
# environment of their own.
set -euo pipefail
cd "$(dirname "$0")"
python="${1:-python3}"
export PATH="$(dirname "$(command -v "$python")"):$PATH"
find videre -name '*_pb2*' -delete
mapfile -t files < <(find videre -name '*.proto' | LC_ALL=C sort)
"$python" -m grpc_tools.protoc -I . \
    --python_out=. --grpc_python_out=. --mypy_out=quiet:. --mypy_grpc_out=quiet:. "${files[@]}"
# A file without services gets no grpc stub worth keeping.
for file in "${files[@]}"; do
    grep -q '^service ' "$file" || rm -f "${file%.proto}"_pb2_grpc.py*
done
