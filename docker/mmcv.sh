#!/bin/sh
# Puts mmcv with its own compiled operations, built from its source, in the place of mmcv-lite:
# docker/mmcv.sh PYTHON SERVICE
# PYTHON is that of an environment with torch and the service's locks; the machine has a C++ compiler
# and Python's headers. What is fetched is hashed, and of it the environment gets nothing but the
# wheel that is built, which build/mmcv keeps for the next time. As many compilers run at once as
# there are cores, unless MAX_JOBS says another number; one takes 2.3 GB, the others up to 1.5.
set -eu
cd "$(dirname "$0")/.."
python=$1 lock=locks/torch-$2-mmcv.txt
export PIP_DISABLE_PIP_VERSION_CHECK=1
pip() { "$python" -m pip "$@"; }
mmcv=$(sed -n 's/^mmcv==\([^ ]*\).*/mmcv-\1/p' "$lock")
# What is built for one Python and one torch does not load in another.
built=$("$python" -c 'import sys, torch; print(sys.implementation.cache_tag, torch.__version__, sep="-")')
kept=build/mmcv/$mmcv-$built-$(cat docker/mmcv.sh "$lock" | cksum | tr ' ' -)
set -- "$kept"/*.whl
if ! [ -e "$1" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    # Its setup.py imports what setuptools has given up: an older one than the environment's.
    awk '/^[^ ]/ { mmcv = /^mmcv==/ } mmcv' "$lock" >"$work/source.txt"
    awk '/^[^ ]/ { mmcv = /^mmcv==/ } !mmcv' "$lock" >"$work/tools.txt"
    pip install -q --no-deps --require-hashes --target "$work/tools" -r "$work/tools.txt"
    export PYTHONPATH="$work/tools" PATH="$work/tools/bin:$PATH"
    pip download -q --no-deps --no-build-isolation --require-hashes -d "$work" -r "$work/source.txt"
    tar -xzf "$work/$mmcv.tar.gz" -C "$work"
    source=$work/$mmcv csrc=$work/$mmcv/mmcv/ops/csrc/pytorch
    # torch's headers want C++20.
    sed 's/-std=c++1[47]/-std=c++20/' "$source/setup.py" >"$work/setup.py"
    mv "$work/setup.py" "$source/"
    # Of each file the compiler reads little but torch's headers: joined, they cost a quarter. Those
    # left alone define what others do, too.
    joined() { # FOLDER ALONE...
        folder=$1
        shift
        mkdir "$folder/each"
        mv "$folder"/*.cpp "$folder/each/"
        for alone; do mv "$folder/each/$alone.cpp" "$folder/"; done
        (cd "$folder" && printf '#include "%s"\n' each/*.cpp >joined.cpp)
    }
    joined "$csrc" pybind
    joined "$csrc/cpu" psamask roi_align roi_align_rotated rotated_feature_align
    # Without a GPU in sight it builds for CPUs, which needs no nvcc. An assertion of PANet's compares
    # what never is equal: mmcv's makers build without them.
    MMCV_WITH_OPS=1 FORCE_CUDA=0 CUDA_VISIBLE_DEVICES= MAX_JOBS=${MAX_JOBS:-$(getconf _NPROCESSORS_ONLN)} \
        CFLAGS="-O2 -g0 -DNDEBUG" LDFLAGS=-Wl,-s \
        pip wheel -q --no-deps --no-build-isolation -w "$kept" "$source"
fi
pip uninstall -q -y mmcv-lite
pip install -q --no-deps --no-index --force-reinstall "$kept"/*.whl
