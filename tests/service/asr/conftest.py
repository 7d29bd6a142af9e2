"""A real speech service on a free port, its pins, and sound to hear."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from videre.asr.engines.base import Samples
from videre.asr.engines.sphinx import SphinxRecogniser
from videre.asr.registry import SPEECH, SPEECH_ACTIVITY, asr_engines
from videre.asr.servicer import AsrServicer
from videre.common.auth import Role
from videre.common.catalog import catalog_registration
from videre.common.channel import open_channel
from videre.common.executor import SlotExecutor
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.common.server import Registration, start_server
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2, engine_pb2_grpc

TIMEOUT = 120.0
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Client:
    """Calls the service the way the orchestrator does."""

    channel: grpc.aio.Channel
    executor: SlotExecutor
    pins: dict[str, engine_pb2.EngineSelection]

    @property
    def stub(self) -> Any:
        """The raw stub."""
        return asr_pb2_grpc.AsrServiceStub(self.channel)

    async def detect(
        self, samples: Samples, piece_bytes: int = PIECE_BYTES
    ) -> asr_pb2.DetectSpeechResponse:
        """Stream a track in pieces of a size."""
        pcm = samples.tobytes()

        def pieces() -> Iterator[asr_pb2.DetectSpeechRequest]:
            yield asr_pb2.DetectSpeechRequest(engine=self.pins[SPEECH_ACTIVITY])
            for start in range(0, len(pcm), piece_bytes):
                yield asr_pb2.DetectSpeechRequest(pcm=pcm[start : start + piece_bytes])

        response: asr_pb2.DetectSpeechResponse
        response = await self.stub.DetectSpeech(pieces(), timeout=TIMEOUT)
        return response

    def group(self, samples: Samples, *spans: tuple[int, int]) -> asr_pb2.TranscribeRequest:
        """Return the request for a group; without spans it is one utterance."""
        return asr_pb2.TranscribeRequest(
            engine=self.pins[SPEECH],
            pcm=samples.tobytes(),
            spans=[
                asr_pb2.SpeechSpan(start_sample=start, end_sample=end)
                for start, end in spans or [(0, len(samples))]
            ],
        )

    async def transcribe(
        self, samples: Samples, *spans: tuple[int, int]
    ) -> asr_pb2.TranscribeResponse:
        """Write down a group."""
        response: asr_pb2.TranscribeResponse
        request = self.group(samples, *spans)
        response = await self.stub.Transcribe(request, timeout=TIMEOUT)
        return response


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """The service with two slots, as `__main__` builds it."""
    engines = asr_engines(ModelStore(packaged_manifest(), tmp_path))
    executor = SlotExecutor(2, 8)
    registration = Registration(
        asr_pb2.DESCRIPTOR.services_by_name["AsrService"],
        asr_pb2_grpc.add_AsrServiceServicer_to_server,
        AsrServicer(engines, executor),
        Role.SUBMITTER,
    )
    server = await start_server(
        "127.0.0.1",
        0,
        [registration, catalog_registration("asr", engines, 2)],
        metrics=CollectorRegistry(),
    )
    async with open_channel([server.address]) as channel:
        catalog = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        described = await catalog.DescribeEngines(
            engine_pb2.DescribeEnginesRequest(), timeout=TIMEOUT
        )
        pins = {
            one.feature: engine_pb2.EngineSelection(
                feature=one.feature,
                name=one.name,
                version=one.version,
                model_digests=one.model_digests,
            )
            for one in reversed(described.engines)  # the first of a feature is the best
        }
        yield Client(channel, executor, pins)
    await server.stop(1.0)
    await executor.close(1.0)


@pytest.fixture
def recogniser(tmp_path: Path) -> Iterator[SphinxRecogniser]:
    """The recogniser without a service around it."""
    engine = SphinxRecogniser()
    engine.load(ModelStore(packaged_manifest(), tmp_path))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def media() -> Path:
    """Folder of the test media."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder or not Path(folder, "truth.json").is_file():
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    return Path(folder)


@pytest.fixture(scope="session")
def truth(media: Path) -> dict[str, Any]:
    """What is known of the test media."""
    known: dict[str, Any] = json.loads((media / "truth.json").read_text())
    return known


def decode(path: Path) -> Samples:
    """Decode a sound file to 16 kHz mono int16."""
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


@pytest.fixture(scope="session")
def read_sound() -> Callable[[Path], Samples]:
    """The decoder of sound files."""
    return decode


def babble(seconds: float, seed: int) -> Samples:
    """Return sound that a recogniser takes for words: hissing and humming syllables."""
    rng = np.random.default_rng(seed)
    count = int(seconds * 16_000)
    time = np.arange(count) / 16_000
    pitch = 120 + 20 * np.sin(2 * np.pi * rng.uniform(1, 3) * time)
    phase = 2 * np.pi * np.cumsum(pitch) / 16_000
    hum = sum(np.sin(k * phase) / k for k in range(1, 30))
    beat = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * time + rng.uniform(0, 6))
    hiss = rng.normal(0, 0.3, count) * (1 - beat)
    sound: Samples = np.clip(6_000 * (hum * beat + hiss), -32_768, 32_767).astype(np.int16)
    return sound


@pytest.fixture(scope="session")
def make_babble() -> Callable[[float, int], Samples]:
    """The maker of sound that needs no file."""
    return babble
