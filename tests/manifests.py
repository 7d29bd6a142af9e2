"""The overlays of k8s/ as kustomize renders them."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
Object = dict[str, Any]


@cache
def renderer() -> str | None:
    """Return a kubectl whose kustomize knows components."""
    for program in (str(ROOT / "build" / "kubectl" / "kubectl"), shutil.which("kubectl")):
        if program is None or not Path(program).exists():
            continue
        told = subprocess.run([program, "version", "--client"], capture_output=True, text=True)
        found = re.search(r"Kustomize Version: v(\d+)", told.stdout)
        if found is not None and int(found[1]) >= 4:
            return program
    return None


@cache
def rendered(overlay: str) -> tuple[Object, ...]:
    """Return the objects of an overlay; the test is skipped where nothing renders them."""
    program = renderer()
    if program is None:
        pytest.skip("no kubectl with kustomize 4 or later (scripts/kubectl.sh fetches one)")
    told = subprocess.run(
        [program, "kustomize", str(ROOT / "k8s" / "overlays" / overlay)],
        check=True,
        capture_output=True,
        text=True,
    )
    # libyaml's loader takes a tenth of the time of the one in Python.
    return tuple(yaml.load_all(told.stdout, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def of_kind(objects: tuple[Object, ...], *kinds: str) -> list[Object]:
    """Return the objects of some kinds."""
    return [one for one in objects if one["kind"] in kinds]
