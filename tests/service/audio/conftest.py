"""A real audio service on a free port, with the engines that are installed here."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from videre.audio.engines.beats import Beats
from videre.audio.engines.level import Level
from videre.audio.engines.yamnet import YamNet
from videre.audio.servicer import AudioServicer
from videre.common.auth import Role
from videre.common.channel import open_channel
from videre.common.engine import EngineRegistry
from videre.common.executor import SlotExecutor
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.common.server import Registration, start_server
from videre.internal.v1 import audio_pb2, audio_pb2_grpc


@pytest.fixture(scope="session")
def media() -> Path:
    """Folder of the test media."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder or not Path(folder, "truth.json").is_file():
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    return Path(folder)


@pytest.fixture(scope="session")
def models() -> ModelStore:
    """The mirror as a store: nothing is copied."""
    folder = os.environ.get("VIDERE_MODEL_MIRROR")
    if not folder or not Path(folder).is_dir():
        pytest.skip("VIDERE_MODEL_MIRROR names no folder with model files")
    return ModelStore(packaged_manifest(), Path(folder))


@pytest.fixture
def engines(tmp_path: Path) -> EngineRegistry[Any]:
    """All engines, on a store without files."""
    return EngineRegistry((YamNet, Level, Beats), ModelStore(packaged_manifest(), tmp_path))


async def _serve(engines: EngineRegistry[Any]) -> AsyncIterator[Any]:
    executor = SlotExecutor(1, 8)
    registration = Registration(
        audio_pb2.DESCRIPTOR.services_by_name["AudioService"],
        audio_pb2_grpc.add_AudioServiceServicer_to_server,
        AudioServicer(engines, executor),
        Role.SUBMITTER,
    )
    server = await start_server("127.0.0.1", 0, [registration], metrics=CollectorRegistry())
    async with open_channel([server.address]) as channel:
        yield audio_pb2_grpc.AudioServiceStub(channel)
    await server.stop(1.0)
    await executor.close(1.0)


@pytest.fixture
async def bundled(engines: EngineRegistry[Any]) -> AsyncIterator[Any]:
    """A stub of a service that has no model files."""
    async for stub in _serve(engines):
        yield stub


@pytest.fixture
async def standard(models: ModelStore) -> AsyncIterator[Any]:
    """A stub of a service that has all model files."""
    async for stub in _serve(EngineRegistry((YamNet, Level, Beats), models)):
        yield stub


def decode(path: Path, rate: int, sample_format: str) -> np.ndarray:
    """Decode a sound file to mono samples of a rate, "s16" or "flt"."""
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format=sample_format, layout="mono", rate=rate)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


@pytest.fixture(scope="session")
def read_sound() -> Any:
    """The decoder of sound files."""
    return decode
