"""Engines of torch against truth: who speaks when in constructed conversations.

They run in environments of their own (`make torch-asr`), whose Python the environment names.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.constructed.conversations import Conversation, conversation, stock
from bench.constructed.media import SOUND_RATE
from bench.harness import Outcome
from bench.options import Options
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.speakers import Said, SpeakerError, speaker_error
from videre.cli.supervise.logs import LogFiles
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.supervisor import running, suite
from videre.common.channel import open_channel
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2, engine_pb2_grpc

_HEALTHY_S: Final = 120.0
_CALL_S: Final = 300.0
_PIECE: Final = 1 << 20
#: Near a border of the truth nothing is counted: the collar of NIST's evaluations.
_COLLAR_S: Final = 0.25
_PYTHON: Final = "VIDERE_ASR_PYTHON"
#: Conversations of two and of three in a whole and in a quick run.
_EACH: Final = (12, 2)
_NAMES: Final = {1: "one speaker", 2: "two speakers", 3: "three speakers"}

Tell = Callable[[str], None]


def run(options: Options, tell: Tell) -> tuple[list[Measured], list[Outcome]]:
    """Measure; there are no jobs.

    Raises:
        FileNotFoundError: no media, or no environment with torch.
    """
    media = options.media_folder()
    if not os.environ.get(_PYTHON):
        raise FileNotFoundError(f"{_PYTHON} names no environment of `make torch-asr`")
    made = list(_conversations(media, _EACH[options.quick]))
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as folder:
        found, cpu = asyncio.run(_speakers(made, Path(folder), tell))
    return _figures(made, found, cpu), []


def _conversations(media: Path, each: int) -> Iterator[Conversation]:
    """Yield conversations of one, two and three readers, every other one over a telephone."""
    readers = stock(media)
    for count in (1, 2, 3):
        chosen = list(combinations(sorted(readers), count))
        np.random.default_rng(count).shuffle(chosen)
        for number, speakers in enumerate(chosen[:each]):
            name = f"{count}-{'-'.join(speakers)}"
            yield conversation(name, readers, speakers, seed=number, phone=bool(number % 2))


async def _speakers(
    made: Sequence[Conversation], folder: Path, tell: Tell
) -> tuple[list[list[Said]], float]:
    """Return who is said to speak in each conversation, and CPU-seconds per second of sound."""
    with Ports.free() as ports:
        programs = [p for p in suite(ports, folder).programs if p.name == "asr"]
        async with running(programs, LogFiles(folder / "logs"), grace_s=5) as supervisor:
            if await supervisor.unhealthy(_HEALTHY_S):
                raise RuntimeError("the speech service is not healthy")
            async with open_channel([ports.target("asr")]) as channel:
                catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
                request = engine_pb2.DescribeEnginesRequest()
                described = await catalog.DescribeEngines(request, timeout=_CALL_S)
                pins = {one.feature: _pin(one) for one in reversed(described.engines)}
                stub: Any = asr_pb2_grpc.AsrServiceStub(channel)
                found, cpu, seconds = [], 0.0, 0.0
                for one in made:
                    answer = await _diarize(stub, pins, one)
                    found.append(
                        [
                            Said(
                                turn.start_sample / SOUND_RATE,
                                turn.end_sample / SOUND_RATE,
                                str(turn.speaker),
                            )
                            for turn in answer.turns
                        ]
                    )
                    cpu += answer.usage.cpu_seconds
                    seconds += answer.usage.items
                    heard = len({turn.speaker for turn in answer.turns})
                    tell(f"{one.name}: {len(one.speakers)} speakers, {heard} found")
    return found, cpu / seconds


def _pin(engine: Any) -> engine_pb2.EngineSelection:
    return engine_pb2.EngineSelection(
        feature=engine.feature, name=engine.name, version=engine.version,
        model_digests=engine.model_digests,
    )  # fmt: skip


async def _diarize(stub: Any, pins: dict[str, Any], one: Conversation) -> Any:
    pcm = (np.clip(one.sound, -1, 1) * 32_767).astype("<i2").tobytes()
    pieces = [pcm[start : start + _PIECE] for start in range(0, len(pcm), _PIECE)]
    heard = [asr_pb2.DetectSpeechRequest(engine=pins["speech_activity"])]
    heard += [asr_pb2.DetectSpeechRequest(pcm=piece) for piece in pieces]
    speech = await stub.DetectSpeech(iter(heard), timeout=_CALL_S)
    asked = [asr_pb2.DiarizeRequest(engine=pins["diarization"], spans=speech.spans)]
    asked += [asr_pb2.DiarizeRequest(pcm=piece) for piece in pieces]
    return await stub.Diarize(iter(asked), timeout=_CALL_S)


def _figures(
    made: Sequence[Conversation], found: Sequence[Sequence[Said]], cpu: float
) -> list[Measured]:
    figures = []
    for count in (1, 2, 3):
        some = [
            (one, answer)
            for one, answer in zip(made, found, strict=True)
            if len(one.speakers) == count
        ]
        errors = [speaker_error(one.said, answer, _COLLAR_S) for one, answer in some]
        cases = tuple(
            _case(one, answer, error) for (one, answer), error in zip(some, errors, strict=True)
        )
        figures.append(_rate(f"DER, {_NAMES[count]}", errors, cases))
        if count > 1:
            confused = [(error.confused, error.spoken) for error in errors]
            how = "of the speech of the truth, collar .25 s"
            spread = interval(confused, ratio)
            name = f"confusion, {_NAMES[count]}"
            figures.append(Measured(name, ratio(confused), "share", how, spread))
        right = [(float(len({s.speaker for s in answer}) == count), 1.0) for _, answer in some]
        how = f"{len(some)} conversations of a minute"
        name = f"right number, {_NAMES[count]}"
        figures.append(Measured(name, ratio(right), "share", how, interval(right, ratio)))
    how = "CPU-seconds per second of sound, as the service reports"
    return [*figures, Measured("diarization: cost", cpu, "CPU-s per s", how)]


def _rate(name: str, errors: Sequence[SpeakerError], cases: tuple[Case, ...]) -> Measured:
    units = [(error.wrong, error.spoken) for error in errors]
    parts = [
        sum(getattr(error, part) for error in errors) for part in ("missed", "false", "confused")
    ]
    spoken = sum(error.spoken for error in errors)
    how = (
        f"{len(errors)} conversations, {spoken:.0f} s of speech: "
        f"{parts[0]:.0f} s missed, {parts[1]:.0f} s false, {parts[2]:.0f} s confused; collar .25 s"
    )
    return Measured(name, ratio(units), "share", how, interval(units, ratio), cases)


def _case(one: Conversation, answer: Sequence[Said], error: SpeakerError) -> Case:
    expected = f"{len(one.speakers)} speakers"
    got = f"{len({said.speaker for said in answer})} speakers, {error.confused:.1f} s confused"
    return Case(one.name, None, expected, got, error.wrong)
