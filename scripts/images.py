"""Builds the images of docker/Dockerfile without a daemon, and runs what is in them (Linux, root).

`python scripts/images.py build SERVICE...` builds and tries images, all six without a name; those
with engines of torch are called `asr-torch`, `visual-torch`, `ocr-torch`. It needs `buildah` and,
unless BASE names a base image, `mmdebstrap`, both of Debian. The base is then a Debian with Python
3.11 made of packages. Everything is kept in build/images, and the next build of the same goes fast.

`python scripts/images.py push REGISTRY SERVICE...` pushes what was built, and writes where it is,
by digest, to k8s/components/images, which every overlay takes. `buildah login REGISTRY` before.

An image is tried in namespaces of its own, as the manifests run it: its root read-only, its user,
no network but its loopback, its entry point, its health check; it must end in order. Where mmcv's
operations were built into it, some of them are called first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
PLACE: Final = ROOT / "build" / "images"
SERVICES: Final = ("orchestrator", "visual", "ocr", "asr", "audio", "production")
TORCH: Final = "-torch"
BASE: Final = "localhost/videre/base:bookworm"
#: Where overlays learn which images run.
KNOWN: Final = ROOT / "k8s" / "components" / "images" / "kustomization.yaml"
PACKAGES: Final = "ca-certificates,python3,python3-venv,python-is-python3"
#: The machine's own: how pip reaches its registry. Seen by the build, in no image.
LENT: Final = ("/etc/pip.conf", "/etc/ssl/certs")
HEALTHY_S: Final = 180
#: Calls compiled operations of mmcv that have no stand-in.
OPERATIONS: Final = """
import torch
from mmcv.ops import DeformConv2dPack, ModulatedDeformConv2dPack, soft_nms
for made in (DeformConv2dPack, ModulatedDeformConv2dPack):
    assert made(3, 4, 3, padding=1)(torch.rand(1, 3, 8, 8)).shape == (1, 4, 8, 8)
boxes = torch.tensor([[0.0, 0, 8, 8], [0, 0, 8, 7], [20, 20, 30, 30]])
assert len(soft_nms(boxes, torch.tensor([0.9, 0.8, 0.7]))[0]) == 3
"""
#: By service, what Python is to do in the image besides.
CHECKS: Final = {f"visual{TORCH}": OPERATIONS, f"ocr{TORCH}": OPERATIONS}
#: Runs in the namespaces: $1 is the root, $2 the user, the rest check, entry point, health check
#: and environment, "--" between them. Devices are those of the machine.
TRIAL: Final = """
root=$1 user=$2; shift 2
check=() program=() probe=()
while [ "$1" != -- ]; do check+=("$1"); shift; done; shift
while [ "$1" != -- ]; do program+=("$1"); shift; done; shift
while [ "$1" != -- ]; do probe+=("$1"); shift; done; shift
ip link set lo up
mount --bind "$root" "$root"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o "uid=${user%:*},gid=${user#*:}" tmpfs "$root/data"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,ro,bind "$root"
inside() { exec chroot --userspec="$user" "$root" env -i "$@"; }
[ ${#check[@]} = 0 ] || (inside "$@" "${check[@]}") || { echo "its check failed"; exit 1; }
(inside "$@" "${program[@]}") & served=$!
SECONDS=0
while [ $SECONDS -lt LIMIT ]; do
    if (inside "$@" "${probe[@]}") 2>/dev/null; then
        ! (inside "$@" touch /here) 2>/dev/null || { echo "its root can be written"; exit 1; }
        kill -TERM $served
        wait $served || { echo "it ended with $?"; exit 1; }
        echo "healthy after $SECONDS s"
        exit 0
    fi
    kill -0 $served 2>/dev/null || { echo "it ended by itself"; exit 1; }
    sleep 1
done
echo "not healthy after LIMIT s"
exit 1
""".replace("LIMIT", str(HEALTHY_S))


def buildah(*words: str, quiet: bool = False) -> str:
    """Run buildah on our own store; return what it says."""
    store = ["--root", str(PLACE / "store"), "--runroot", str(PLACE / "run")]
    done = subprocess.run(
        ["buildah", *store, "--storage-driver", "vfs", *words],
        cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
    )  # fmt: skip
    return done.stdout.strip()


def trusting() -> list[str]:
    """Return the option by which images of any origin are taken; the file is made."""
    PLACE.mkdir(parents=True, exist_ok=True)
    policy = PLACE / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}\n')
    return ["--signature-policy", str(policy)]


def base() -> str:
    """Return the base image: BASE, or a Debian made of packages."""
    if given := os.environ.get("BASE"):
        return given
    try:
        buildah("inspect", "--type", "image", BASE, quiet=True)
    except subprocess.CalledProcessError:
        archive = PLACE / "base.tar"
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", "bookworm",
             str(archive)],
            check=True,
        )  # fmt: skip
        container = buildah("from", "scratch")
        buildah("add", container, str(archive), "/")
        buildah("commit", "--quiet", *trusting(), "--rm", container, BASE)
        archive.unlink()
    return BASE


def built(service: str, version: str) -> str:
    """Return the name of an image in our own store."""
    return f"localhost/videre/{service}:{version}"


def build(service: str, version: str) -> str:
    """Build the image of a service; return its name."""
    name = built(service, version)
    target = service.removesuffix(TORCH)
    torch = [] if target == service else [
        "--build-arg", "TORCH=1", "--build-arg", f"TORCH_INDEX={os.environ.get('TORCH_INDEX', '')}",
        "--build-arg", f"MAX_JOBS={os.environ.get('MAX_JOBS', '')}",
    ]  # fmt: skip
    lent = [word for path in LENT if Path(path).exists() for word in ("-v", f"{path}:{path}:ro")]
    buildah(
        "build", "--quiet", "--isolation", "chroot", "--format", "docker", *trusting(), *lent,
        "--build-arg", f"BASE={base()}", "--build-arg", f"VERSION={version}",
        *torch, "-f", "docker/Dockerfile", "--target", target, "-t", name, ".",
    )  # fmt: skip
    return name


def try_out(name: str, check: str = "") -> str:
    """Run an image's process; return what came of it.

    Args:
        name: the image.
        check: what its Python runs before; "" = nothing.

    Raises:
        subprocess.CalledProcessError: the check failed, it did not serve, or not end in order.
    """
    config: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", name))["Docker"][
        "config"
    ]
    container = buildah("from", *trusting(), name)
    try:
        root = buildah("mount", container)
        words = [
            root, config["User"], *(["python", "-c", check] if check else []), "--",
            *config["Entrypoint"], "--",
            *config["Healthcheck"]["Test"][1:], "--", *config["Env"],
        ]  # fmt: skip
        done = subprocess.run(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-euc",
             TRIAL, "trial", *words],
            check=True, text=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        return done.stdout.strip().splitlines()[-1]
    except subprocess.CalledProcessError as error:
        print(error.stdout, file=sys.stderr)
        raise
    finally:
        buildah("umount", container)
        buildah("rm", container)


def size(name: str) -> float:
    """Return the megabytes of an image."""
    (found,) = json.loads(buildah("images", "--json", name))
    number, unit = found["size"].split()
    return float(number) * {"KB": 1e-3, "MB": 1, "GB": 1e3}[unit.upper()]


def push(service: str, version: str, registry: str) -> str:
    """Push an image that was built; return its digest there.

    Raises:
        subprocess.CalledProcessError: it was not built, or the registry refused it.
    """
    host = registry.partition("/")[0].partition(":")[0]
    plain = host in ("localhost", "127.0.0.1")
    digest = PLACE / "digest"
    buildah(
        "push", "--quiet", *trusting(), "--digestfile", str(digest), f"--tls-verify={not plain}",
        built(service, version), f"docker://{registry}/videre/{service}:{version}",
    )  # fmt: skip
    return digest.read_text().strip()


def name_in_overlays(known: str, service: str, registry: str, digest: str) -> str:
    """Return the text of `KNOWN` with where the image of a service is.

    Raises:
        KeyError: the manifests know no such image.
    """
    comment, _, _ = known.partition("apiVersion:")
    content = yaml.safe_load(known)
    images = {one["name"]: one for one in content["images"]}
    image = images[f"videre/{service}"]
    image.clear()
    image.update(name=f"videre/{service}", newName=f"{registry}/videre/{service}", digest=digest)
    return comment + yaml.safe_dump(content, sort_keys=False)


def build_all(services: Sequence[str], version: str) -> None:
    """Build and try images; say how large they are."""
    below = size(base())
    print(f"base {base()}: {below:.0f} MB", flush=True)
    for service in services or SERVICES:
        name = build(service, version)
        whole = size(name)
        print(f"{service}: {whole:.0f} MB, {whole - below:.0f} MB over the base; "
              f"{try_out(name, CHECKS.get(service, ''))}", flush=True)  # fmt: skip


def push_all(registry: str, services: Sequence[str], version: str) -> None:
    """Push images, and write where they are for the overlays."""
    for service in services or SERVICES:
        digest = push(service, version, registry)
        KNOWN.write_text(name_in_overlays(KNOWN.read_text(), service, registry, digest))
        print(f"{registry}/videre/{service}@{digest}", flush=True)


def main(arguments: Sequence[str]) -> None:
    """Build and try, or push, at the version of the distributions."""
    distribution = tomllib.loads((ROOT / "common" / "pyproject.toml").read_text())
    version = distribution["project"]["version"]
    match arguments:
        case ["build", *services]:
            build_all(services, version)
        case ["push", registry, *services]:
            push_all(registry, services, version)
        case _:
            sys.exit("usage: images.py build [SERVICE...] | push REGISTRY [SERVICE...]")


if __name__ == "__main__":
    main(sys.argv[1:])
