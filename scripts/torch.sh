#!/usr/bin/env bash
# Sets up an environment of one service with its engines of torch: scripts/torch.sh PYTHON SERVICE [MORE]
# It stands beside .venv and takes nothing from it: .venv-torch-SERVICE, or, with the packages of
# locks/torch-MORE.txt on top, .venv-torch-MORE. torch, and torchvision where it is needed, come
# first, with what their build needs (CUDA's libraries are packages) and without hashes, because each
# platform has builds of its own; TORCH_INDEX is the index of a build, as PyTorch's page of
# installation names it. Everything else is hashed.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1 service=$2 more=${3:-}
venv=.venv-torch-${more:-$service}
command -v "$python" >/dev/null || { echo "videre: $python is missing; set PYTHON=" >&2; exit 1; }
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1
install() { "$venv/bin/python" -m pip install -q "$@"; }
built=(torch)
[ "$service" != visual ] || built+=(torchvision)
install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -c docker/torch.txt "${built[@]}"
for lock in "$service" "torch-$service" ${more:+"torch-$more"}; do
    install --no-deps --require-hashes -r "locks/$lock.txt"
done
install --no-deps -e ./protos -e ./common -e ./exports -e "./services/$service"
echo "ready: VIDERE_${service^^}_PYTHON=$PWD/$venv/bin/python videre up" >&2
