#!/bin/sh
# Makes the environment of one process from its hashed lock: docker/install.sh NAME FOLDER [PREFIX]
set -eu
name=$1 folder=$2 prefix=${3:-/opt/videre}
python -m venv "$prefix"
"$prefix/bin/pip" install -q --no-deps --require-hashes -r "locks/$name.txt"
# Wheels, not links: the sources stay behind.
"$prefix/bin/pip" install -q --no-deps ./protos ./common ./exports "./$folder"
"$prefix/bin/pip" uninstall -q -y pip
