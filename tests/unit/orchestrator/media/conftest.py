"""Clips and decoded units for the tests of the media edge."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import synth

from videre.orchestrator.media.decode import decode_units
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.orchestrator.media.runner import RunChild, media_children
from videre.orchestrator.media.unitfile import UnitSpool, unit_folder
from videre.orchestrator.media.units import cut_units

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def named(clip_folder: Path) -> Named:
    """Return (clip, file, index) of a named clip."""

    def get(name: str) -> tuple[synth.Clip, Path, MediaIndex]:
        clip, path = synth.named(name, clip_folder)
        return clip, path, probe_media(path, MediaLimits())

    return get


@pytest.fixture
def decoded(tmp_path: Path) -> Callable[[Path, MediaIndex], list[UnitSpool]]:
    """Return all units of a file, decoded in one pass."""

    def get(path: Path, index: MediaIndex) -> list[UnitSpool]:
        units = cut_units(index)
        decode_units(path, index, units, tmp_path)
        return [UnitSpool(unit_folder(tmp_path, unit.index)) for unit in units]

    return get


@pytest.fixture
async def run_child() -> AsyncIterator[RunChild]:
    """Run tasks in child processes; the first task of a test starts the fork server."""
    async with media_children() as run:
        yield run


@pytest.fixture(scope="session")
def media_folder() -> Path:
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder:
        pytest.skip("VIDERE_TEST_MEDIA names no folder of test media")
    return Path(folder)
