#!/bin/sh
# Makes the environment of one process from its hashed locks: docker/install.sh NAME FOLDER [PREFIX]
# With TORCH set, those of its engines of torch too; torch itself comes first, with what its build
# needs (CUDA's libraries are packages) and without hashes, because each platform has builds of its own.
# MMDetection and MMOCR then get mmcv's own compiled operations, built here (docker/mmcv.sh).
set -eu
name=$1 folder=$2 prefix=${3:-/opt/videre}
install() { "$prefix/bin/pip" install -q "$@"; }
python -m venv "$prefix"
if [ -n "${TORCH:-}" ]; then
    vision=
    [ "$name" != visual ] || vision=torchvision
    install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -c docker/torch.txt torch $vision
    install --no-deps --require-hashes -r "locks/torch-$name.txt"
fi
install --no-deps --require-hashes -r locks/extras.txt
install --no-deps --require-hashes -r "locks/$name.txt"
if [ -n "${TORCH:-}" ] && [ -e "locks/torch-$name-mmcv.txt" ]; then
    # The compiler stays behind in the stage that builds.
    headers=$(python -c 'import sysconfig; print(sysconfig.get_path("include"))')
    [ -e "$headers/Python.h" ] && dev= || dev=python3-dev
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends g++ $dev >/dev/null
    docker/mmcv.sh "$prefix/bin/python" "$name"
fi
# Wheels, not links: the sources stay behind.
install --no-deps ./protos ./common ./exports "./$folder"
"$prefix/bin/pip" uninstall -q -y pip
