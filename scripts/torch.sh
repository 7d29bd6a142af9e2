#!/usr/bin/env bash
# Sets up an environment of one service with its engines of torch: scripts/torch.sh PYTHON SERVICE [MORE]
# It stands beside .venv and takes nothing from it: .venv-torch-SERVICE, or, with the packages of
# locks/torch-MORE.txt on top, .venv-torch-MORE. torch, and torchvision where it is needed, come
# first, with what their build needs (CUDA's libraries are packages) and without hashes, because each
# platform has builds of its own; TORCH_INDEX is the index of a build, as PyTorch's page of
# installation names it. Everything else is hashed. With MMCV_OPS=1 MMDetection and MMOCR get mmcv's
# own compiled operations, which are built here (docker/mmcv.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1 service=$2 more=${3:-}
venv=.venv-torch-${more:-$service}
lacks() { echo "videre: $1" >&2; exit 1; }
command -v "$python" >/dev/null || lacks "$python is missing; set PYTHON="
operations=
if [ "${MMCV_OPS:-}" = 1 ] && [ -e "locks/torch-$service-mmcv.txt" ]; then
    operations=1
    command -v "${CXX:-c++}" >/dev/null || lacks "MMCV_OPS=1 needs a C++ compiler (Debian: g++), or CXX="
    headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    [ -e "$headers/Python.h" ] || lacks "MMCV_OPS=1 needs Python's headers (Debian: python3-dev)"
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1
pip() { "$venv/bin/python" -m pip "$@"; }
install() { pip install -q "$@"; }
built=(torch)
[ "$service" != visual ] || built+=(torchvision)
install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -c docker/torch.txt "${built[@]}"
# mmcv and mmcv-lite are the same files: an mmcv of before would go with mmcv-lite, or stay half.
! pip show -q mmcv 2>/dev/null || pip uninstall -q -y mmcv mmcv-lite
for lock in "$service" "torch-$service" ${more:+"torch-$more"}; do
    install --no-deps --require-hashes -r "locks/$lock.txt"
done
install --no-deps -e ./protos -e ./common -e ./exports -e "./services/$service"
[ -z "$operations" ] || docker/mmcv.sh "$venv/bin/python" "$service"
echo "ready: VIDERE_${service^^}_PYTHON=$PWD/$venv/bin/python videre up" >&2
