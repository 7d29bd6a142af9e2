"""Speech activity by a frame classifier of NeMo; see `test_nemo.py` for its environment.

The checkpoint is made on the spot and has learned to tell the very voices that it hears here from
silence. It proves that such a file is loaded, asked and refused; it says nothing of how well speech
is found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc.aio
import made_nemo
import numpy as np
import pytest
from made_nemo import PYTHON, RATE, Made
from pydantic import ValidationError
from running import Processes, processes

from videre.asr.engines.base import Samples
from videre.asr.registry import SPEECH_ACTIVITY, asr_engines
from videre.asr.settings import AsrSettings
from videre.common.channel import open_channel
from videre.common.engine import EngineStatus
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2, engine_pb2_grpc

NAME = "nemo-vad"


def activity_engines(folder: Path, file: Path | None = None) -> dict[str, EngineStatus]:
    registry = asr_engines(ModelStore(packaged_manifest(), folder), AsrSettings(nemo_vad=file))
    found = [one for one in registry.describe() if one.spec.feature == SPEECH_ACTIVITY]
    return {one.spec.name: one for one in found}


def test_it_stands_behind_the_default_and_says_what_it_needs(tmp_path: Path) -> None:
    found = activity_engines(tmp_path)
    assert list(found) == ["silero-vad", NAME]
    assert (found["silero-vad"].state, found[NAME].state) == ("available", "missing")
    assert "make torch-nemo" in found[NAME].message


def test_a_checkpoint_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.nemo"
    digests = []
    for content in (b"one", b"two"):
        path.write_bytes(content)
        digests.append(activity_engines(tmp_path, path)[NAME].model_digests)
    assert digests[0] != digests[1]


@pytest.mark.parametrize("path", ["a.nemo", "/a.ckpt"])
def test_a_path_that_names_no_file_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match=r"no absolute path that ends with \.nemo"):
        AsrSettings(nemo_vad=Path(path))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made_nemo.make(tmp_path_factory.mktemp("nemo"), "frames", "ctc")


def serve(made: Made, kind: str, folder: Path) -> Any:
    """Start the service with this file for speech activity."""
    return processes(
        folder, "asr",
        VIDERE_ASR_PYTHON=os.environ[PYTHON], VIDERE_NEMO_VAD=str(made.checkpoint(kind)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def suite(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with serve(made, "frames", tmp_path_factory.mktemp("suite")) as running:
        yield running


async def detect(target: str, track: Samples, piece: int) -> asr_pb2.DetectSpeechResponse:
    """Stream a track in pieces of so many samples."""
    async with open_channel([target]) as channel:
        catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        told = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=30)
        (engine,) = [one for one in told.engines if one.name == NAME]
        chosen = engine_pb2.EngineSelection(
            feature=engine.feature, name=engine.name, version=engine.version,
            model_digests=engine.model_digests,
        )  # fmt: skip
        pieces = [asr_pb2.DetectSpeechRequest(engine=chosen)] + [
            asr_pb2.DetectSpeechRequest(pcm=track[at : at + piece].tobytes())
            for at in range(0, len(track), piece)
        ]
        stub: Any = asr_pb2_grpc.AsrServiceStub(channel)
        answer: asr_pb2.DetectSpeechResponse = await stub.DetectSpeech(iter(pieces), timeout=300)
        return answer


@pytest.mark.torch
@made_nemo.needed
async def test_it_finds_voices_however_the_track_comes(made: Made, suite: Processes) -> None:
    """Sentences a second apart, over more than one block of the model's."""
    parts, spoken, at = [], [], 0
    for sound in [*made.said.values()] * 2:
        parts += [np.zeros(RATE, np.int16), sound]
        spoken.append((at + RATE, at + RATE + len(sound)))
        at = spoken[-1][1]
    track = np.concatenate([*parts, np.zeros(RATE, np.int16)])
    target = suite.ports.target("asr")
    answer = await detect(target, track, 400_000)
    again = await detect(target, track, 30_011)
    assert list(answer.spans) == list(again.spans)
    assert len(answer.spans) == len(spoken)
    for span, (start, end) in zip(answer.spans, spoken, strict=True):
        # eSpeak NG says nothing for a while at the ends of a sentence.
        assert start - 0.2 * RATE <= span.start_sample < start + 0.3 * RATE
        assert end - 0.5 * RATE < span.end_sample <= end + 0.2 * RATE
        assert 0.5 < span.score <= 1
    assert (answer.usage.model_calls, answer.usage.items) == (2, len(track) / RATE)
    cost = answer.usage.cpu_seconds / answer.usage.items
    print(f"\n{cost:.4f} CPU-s per s of sound")


@pytest.mark.torch
@made_nemo.needed
async def test_a_recogniser_is_refused_by_name(made: Made, tmp_path: Path) -> None:
    with (
        serve(made, "ctc", tmp_path) as running,
        pytest.raises(grpc.aio.AioRpcError) as refused,
    ):
        await detect(running.ports.target("asr"), np.zeros(RATE, np.int16), RATE)
    assert "EncDecCTCModel is none of EncDecFrameClassificationModel" in (
        refused.value.details() or ""
    )
