"""A model file that is not what it should be is refused before a runtime opens it.

Whatever lies in the place of a model – cut off, another file, a pickle that runs code – is told by
its size and digest; the engine says so, and the others of its service go on.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from videre.audio.registry import audio_engines
from videre.common.engine import EngineRegistry, EngineStatus, State
from videre.common.errors import Reason, VidereError
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.visual.registry import visual_engines

MANIFEST = packaged_manifest()
REGISTRIES = {"visual": visual_engines, "audio": audio_engines}
STORED = [
    (service, one.spec.feature, one.spec.name)
    for service, registry in REGISTRIES.items()
    for one in registry(ModelStore(MANIFEST, Path("nowhere"))).describe()
    if any(not MANIFEST[name].in_package for name in one.spec.models)
]


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self._path),))


def acquire(registry: EngineRegistry[Any], status: EngineStatus) -> VidereError:
    spec = status.spec
    with pytest.raises(VidereError) as refused:
        registry.acquire(spec.feature, spec.name, spec.version, status.model_digests, 0)
    return refused.value


def place(folder: Path, names: tuple[str, ...], content: bytes, size_of: float) -> None:
    """Put content, cut or padded to a share of the right size, in the place of models."""
    for entry in (MANIFEST[name] for name in names if not MANIFEST[name].in_package):
        with (folder / entry.file).open("wb") as file:
            file.write(content[: entry.bytes])
            file.truncate(int(entry.bytes * size_of))


@pytest.mark.parametrize(("service", "feature", "name"), STORED)
@pytest.mark.parametrize("kind", ["cut off", "another file", "a pickle"])
def test_a_file_that_is_no_such_model_is_refused(
    tmp_path: Path, service: str, feature: str, name: str, kind: str
) -> None:
    exploded = tmp_path / "exploded"
    content = {"a pickle": pickle.dumps(Bomb(exploded)), "another file": b"\x89PNG\r\n"}
    registry: EngineRegistry[Any] = REGISTRIES[service](ModelStore(MANIFEST, tmp_path))
    described = {(one.spec.feature, one.spec.name): one for one in registry.describe()}
    status = described[feature, name]
    place(tmp_path, status.spec.models, content.get(kind, b""), 0.5 if kind == "cut off" else 1.0)

    refusal = acquire(registry, status)
    assert refusal.reason is Reason.MODEL_UNAVAILABLE
    assert "bytes instead of" in refusal.message or "has SHA-256" in refusal.message
    states = {(one.spec.feature, one.spec.name): one for one in registry.describe()}
    assert states[feature, name].state in (State.MISSING, State.FAILED)
    assert states[feature, name].message
    assert not exploded.exists()
    without = next(one for one in registry.describe() if not one.spec.models)
    registry.acquire(without.spec.feature, without.spec.name, without.spec.version, [], 0)
