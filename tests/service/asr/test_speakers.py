"""Diarize: a small engine keeps the contract here, the real one where torch is installed.

The real one runs in the environment of `make torch-asr`, whose Python VIDERE_ASR_PYTHON names.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from running import processes
from serving import serving

from videre.asr.engines.base import Samples
from videre.asr.engines.resemblyzer import SPEC as RESEMBLYZER
from videre.asr.registry import DIARIZATION, SPEECH_ACTIVITY, asr_engines
from videre.asr.servicer import AsrServicer
from videre.asr.speakers import Turn
from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target
from videre.common.auth import Role
from videre.common.channel import open_channel
from videre.common.engine import EngineRegistry, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2, engine_pb2_grpc

RATE = 16_000
PYTHON = "VIDERE_ASR_PYTHON"
torch_tier = pytest.mark.skipif(
    not os.environ.get(PYTHON), reason=f"{PYTHON} names no environment of make torch-asr"
)


class ByPitch:
    """Takes those whose sound crosses zero often for one speaker, the others for another."""

    spec = EngineSpec("diarization", "by-pitch", "1", Tier.BUNDLED, "Apache-2.0")

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def open(self, spans: Sequence[tuple[int, int]]) -> _Crossings:
        return _Crossings(list(spans))


class _Crossings:
    model_calls = 0

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = spans
        self._track: list[Samples] = []

    def push(self, samples: Samples) -> None:
        self._track.append(samples)

    def finish(self) -> list[Turn]:
        track = np.concatenate(self._track) if self._track else np.zeros(0, np.int16)
        numbers: dict[bool, int] = {}
        turns = []
        for start, end in self._spans:
            signs = track[start:end] < 0
            high = bool(np.mean(signs[1:] != signs[:-1]) > 0.1) if end - start > 1 else False
            turns.append(Turn(start, end, numbers.setdefault(high, len(numbers)), 0.9))
        return turns


def build(context: ServiceContext) -> Service:
    engines: EngineRegistry[Any] = EngineRegistry([ByPitch], context.models)
    registration = Registration(
        asr_pb2.DESCRIPTOR.services_by_name["AsrService"],
        asr_pb2_grpc.add_AsrServiceServicer_to_server,
        AsrServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


async def describe(channel: grpc.aio.Channel) -> dict[str, Any]:
    stub: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    answer = await stub.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=30)
    return {one.feature: one for one in reversed(answer.engines)}  # the first is the best


def pin(engine: Any) -> engine_pb2.EngineSelection:
    return engine_pb2.EngineSelection(
        feature=engine.feature, name=engine.name, version=engine.version,
        model_digests=engine.model_digests,
    )  # fmt: skip


def pieces(
    engine: Any, track: Samples, *spans: tuple[int, int]
) -> Iterator[asr_pb2.DiarizeRequest]:
    speech = [asr_pb2.SpeechSpan(start_sample=a, end_sample=b) for a, b in spans]
    yield asr_pb2.DiarizeRequest(engine=pin(engine), spans=speech)
    pcm = track.tobytes()
    for start in range(0, len(pcm), 1 << 20):
        yield asr_pb2.DiarizeRequest(pcm=pcm[start : start + (1 << 20)])


def tone(hertz: float, seconds: float = 1.0) -> Samples:
    sound = np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    return (8_000 * sound).astype(np.int16)


async def test_the_contract_is_kept_with_an_engine(tmp_path: Path) -> None:
    async with serving(tmp_path, "asr", build) as target:
        found = await check_target(target, engine="by-pitch", patience_s=30, tell=lambda _: None)
        assert [one for one in found.findings if one.outcome is not Outcome.OK] == []
        async with open_channel([target]) as channel:
            engine = (await describe(channel))[DIARIZATION]
            stub: Any = asr_pb2_grpc.AsrServiceStub(channel)
            track = np.concatenate([tone(2_000), tone(100), tone(2_100)])
            spans = [(n * RATE, (n + 1) * RATE) for n in range(3)]
            answer = await stub.Diarize(pieces(engine, track, *spans), timeout=30)
    assert [turn.speaker for turn in answer.turns] == [0, 1, 0]
    assert (answer.samples, answer.usage.feature, answer.usage.items) == (3 * RATE, DIARIZATION, 3)


@pytest.mark.skipif(bool(os.environ.get(PYTHON)), reason="says what holds without torch")
async def test_without_torch_it_is_refused_by_name_with_advice(client: Any, tmp_path: Path) -> None:
    (status,) = [s for s in asr_engines(_models(tmp_path)).describe() if s.spec is RESEMBLYZER]
    assert (status.state, status.spec.tier) == ("missing", "torch")
    assert status.message == "resemblyzer needs torch, not installed here; see `make torch-asr`"
    engine = client.pins[DIARIZATION]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await client.stub.Diarize(pieces(engine, tone(100), (0, RATE)), timeout=30)
    info = error_details_pb2.ErrorInfo()
    details: Any = rpc_status.from_call(refused.value)  # type: ignore[arg-type]
    assert any(detail.Unpack(info) for detail in details.details)
    assert info.reason == "MODEL_UNAVAILABLE"
    assert "make torch-asr" in (refused.value.details() or "")


def _models(folder: Path) -> ModelStore:
    from videre.common.manifest import packaged_manifest

    return ModelStore(packaged_manifest(), folder)


@pytest.mark.torch
@torch_tier
def test_the_real_engine_keeps_the_contract_and_tells_real_voices_apart(
    tmp_path: Path, media: Path, read_sound: Callable[[Path], Samples]
) -> None:
    """Two readers in turn, twice each: two speakers, each heard again. How well: the bench."""
    voices = ("LJ001-0002.wav", "sb_spk1_snt1.wav", "LJ001-0008.wav", "sb_spk1_snt2.wav")
    sounds = [read_sound(media / "speech_en" / name) for name in voices]
    gap = np.zeros(RATE, np.int16)
    track = np.concatenate([part for sound in sounds for part in (gap, sound)])
    with processes(tmp_path, "asr") as running:
        target = running.ports.target("asr")
        asyncio.run(_tells_apart(target, track, [len(sound) for sound in sounds]))
        found = asyncio.run(
            check_target(target, engine="resemblyzer", patience_s=120, tell=lambda _: None)
        )
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []


async def _tells_apart(target: str, track: Samples, lengths: Sequence[int]) -> None:
    async with open_channel([target]) as channel:
        known = await describe(channel)
        stub: Any = asr_pb2_grpc.AsrServiceStub(channel)
        heard = [asr_pb2.DetectSpeechRequest(engine=pin(known[SPEECH_ACTIVITY]))]
        heard.append(asr_pb2.DetectSpeechRequest(pcm=track.tobytes()))
        speech = await stub.DetectSpeech(iter(heard), timeout=60)
        spans = [(span.start_sample, span.end_sample) for span in speech.spans]
        engine = known[DIARIZATION]
        assert engine.state == engine_pb2.ENGINE_STATE_AVAILABLE
        answer = await stub.Diarize(pieces(engine, track, *spans), timeout=120)
    at, said = 0, []
    for length in lengths:
        at += RATE
        spoken = [
            (min(turn.end_sample, at + length) - max(turn.start_sample, at), turn.speaker)
            for turn in answer.turns
        ]
        said.append(max(spoken)[1])
        at += length
    assert said == [0, 1, 0, 1]
    assert answer.usage.model_calls > 0
