"""Probes of what listens: speech activity, speech, speakers, sound, music."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, Final

from videre.cli.conformance import inputs
from videre.cli.conformance.findings import Breach
from videre.cli.conformance.probe import Ask, Probe, pin
from videre.common import answers
from videre.internal.v1 import (
    asr_pb2,
    asr_pb2_grpc,
    audio_pb2,
    audio_pb2_grpc,
    engine_pb2,
)

_RATE: Final = inputs.SPEECH_RATE
_S16: Final = 2
_F32: Final = 4
_MAX_PIECE: Final = 1 << 20
_MAX_SOUND: Final = 4 << 20
_MAX_GROUP: Final = 30 * _RATE
#: A piece that is no multiple of any window.
_SMALL_PIECE: Final = 2 * 1_117
#: Half of the sound: a multiple of the .48 s at which windows begin.
_HALF: Final = 5 * 7_680
_MUSIC_SECONDS: Final = 4
_ROUNDING: Final = 1e-5


def activity_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `DetectSpeech`."""
    selected, track = pin(engine), inputs.voice(2)

    def request(
        pcm: bytes, size: int = _MAX_PIECE, engine: Any = selected
    ) -> tuple[asr_pb2.DetectSpeechRequest, ...]:
        first = asr_pb2.DetectSpeechRequest(engine=engine)
        return first, *(asr_pb2.DetectSpeechRequest(pcm=piece) for piece in _pieces(pcm, size))

    async def parts(ask: Ask) -> tuple[Any, Any]:
        whole, pieces = await ask(request(track)), await ask(request(track, _SMALL_PIECE))
        return list(whole.spans), list(pieces.spans)

    def judge(asked: Sequence[asr_pb2.DetectSpeechRequest], answer: Any) -> None:
        answers.activity(answer, sum(len(piece.pcm) for piece in asked) // _S16)

    return Probe(
        engine=engine,
        method=lambda channel: asr_pb2_grpc.AsrServiceStub(channel).DetectSpeech,
        stream=True,
        typical=request(track),
        judge=judge,
        parts=parts,
        select=lambda other: request(track, engine=other),
        over={"more than 1 MiB in a piece": request(bytes(_MAX_PIECE + 2), _MAX_PIECE + 2)},
        broken={"no piece": (), "half a sample": request(b"\0\0\0")},
        odd={
            "no sound": request(b""),
            "one sample": request(b"\0\0"),
            **{what: request(pcm) for what, pcm in inputs.extreme_sounds(_RATE).items()},
        },
    )


def speech_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `Transcribe`."""
    selected, group = pin(engine), inputs.voice(1)
    both = ((3_200, 8_000), (9_600, 14_400))

    def request(
        *spans: tuple[int, int], pcm: bytes = group, engine: Any = selected
    ) -> asr_pb2.TranscribeRequest:
        return asr_pb2.TranscribeRequest(
            engine=engine,
            pcm=pcm,
            spans=[asr_pb2.SpeechSpan(start_sample=a, end_sample=b) for a, b in spans],
        )

    async def parts(ask: Ask) -> tuple[Any, Any]:
        together = await ask(request(*both))
        alone = [await ask(request(span)) for span in both]
        return list(together.utterances), [one for answer in alone for one in answer.utterances]

    def judge(asked: asr_pb2.TranscribeRequest, answer: Any) -> None:
        answers.utterances(answer, asked)
        for heard in answer.utterances:
            if heard.words and not heard.language_code:
                raise Breach("words without a language_code")

    samples = len(group) // _S16
    return Probe(
        engine=engine,
        method=lambda channel: asr_pb2_grpc.AsrServiceStub(channel).Transcribe,
        stream=False,
        typical=request(*both),
        judge=judge,
        parts=parts,
        select=lambda other: request(*both, engine=other),
        over={"more than 30 s": request((0, 100), pcm=bytes(_S16 * (_MAX_GROUP + 1)))},
        broken={
            "half a sample": request((0, 1), pcm=b"\0\0\0"),
            "a span beyond the sound": request((0, samples + 1)),
            "a span before the sound": request((-5, 100)),
            "a span without length": request((100, 100)),
            "spans that overlap": request((0, 8_000), (7_999, 15_000)),
        },
        odd={
            "no span": request(),
            "one sample": request((0, 1)),
            **{
                what: request((0, _RATE // 4), pcm=pcm)
                for what, pcm in inputs.extreme_sounds(_RATE // 4).items()
            },
        },
    )


def speakers_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `Diarize`."""
    selected, track = pin(engine), inputs.voice(4)
    spoken = ((_RATE // 4, 3 * _RATE // 2), (2 * _RATE, 4 * _RATE))

    def request(
        pcm: bytes = track,
        *spans: tuple[int, int],
        size: int = _MAX_PIECE,
        engine: Any = selected,
    ) -> tuple[asr_pb2.DiarizeRequest, ...]:
        speech = [asr_pb2.SpeechSpan(start_sample=a, end_sample=b) for a, b in spans]
        first = asr_pb2.DiarizeRequest(engine=engine, spans=speech)
        return first, *(asr_pb2.DiarizeRequest(pcm=piece) for piece in _pieces(pcm, size))

    async def parts(ask: Ask) -> tuple[Any, Any]:
        whole = await ask(request(track, *spoken))
        pieces = await ask(request(track, *spoken, size=_SMALL_PIECE))
        return list(whole.turns), list(pieces.turns)

    def judge(asked: Sequence[asr_pb2.DiarizeRequest], answer: Any) -> None:
        answers.turns(answer, sum(len(piece.pcm) for piece in asked) // _S16)

    return Probe(
        engine=engine,
        method=lambda channel: asr_pb2_grpc.AsrServiceStub(channel).Diarize,
        stream=True,
        typical=request(track, *spoken),
        judge=judge,
        parts=parts,
        select=lambda other: request(track, *spoken, engine=other),
        over={
            "more than 1 MiB in a piece": request(bytes(_MAX_PIECE + 2), size=_MAX_PIECE + 2),
            "a span of more than 30 s": request(track, (0, _MAX_GROUP + 1)),
        },
        broken={
            "no piece": (),
            "half a sample": request(b"\0\0\0"),
            "a span beyond the track": request(track, (0, len(track) // _S16 + 1)),
            "a span without length": request(track, (100, 100)),
            "spans that overlap": request(track, (0, 8_000), (7_999, 15_000)),
        },
        odd={
            "no speech": request(track),
            "no sound": request(b""),
            "one sample": request(b"\0\0", (0, 1)),
            **{
                what: request(pcm, (0, _RATE)) for what, pcm in inputs.extreme_sounds(_RATE).items()
            },
        },
    )


def sound_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `AnalyzeSound`."""
    selected = pin(engine)
    stretch = inputs.voice(2 * _HALF / _RATE)

    def request(
        start: int, end: int, pcm: bytes = stretch, engine: Any = selected
    ) -> audio_pb2.AnalyzeSoundRequest:
        return audio_pb2.AnalyzeSoundRequest(
            engine=engine, pcm=pcm, own_start_sample=start, own_end_sample=end
        )

    async def parts(ask: Ask) -> tuple[Any, Any]:
        whole = await ask(request(0, 2 * _HALF))
        halves = [await ask(request(0, _HALF)), await ask(request(_HALF, 2 * _HALF))]
        return list(whole.windows), [one for half in halves for one in half.windows]

    def judge(asked: audio_pb2.AnalyzeSoundRequest, answer: Any) -> None:
        answers.windows(answer, asked)
        named = {one.name for one in engine.classes}
        for score in (score for window in answer.windows for score in window.scores):
            if score.class_name not in named:
                name = score.class_name[:40]
                raise Breach(f"a class that its description does not name: {name!r}")
            if score.score > engine.score_cap + _ROUNDING:
                raise Breach(f"a score of {score.score:.4f} above score_cap")

    return Probe(
        engine=engine,
        method=lambda channel: audio_pb2_grpc.AudioServiceStub(channel).AnalyzeSound,
        stream=False,
        typical=request(0, 2 * _HALF),
        judge=judge,
        parts=parts,
        select=lambda other: request(0, 2 * _HALF, engine=other),
        over={"more than 4 MiB of sound": request(0, 1, bytes(_MAX_SOUND + 2))},
        broken={
            "half a sample": request(0, 1, b"\0\0\0"),
            "an owned range beyond the sound": request(0, 2 * _HALF + 1),
            "an owned range before the sound": request(-1, 5),
            "an owned range that ends before it begins": request(9, 3),
        },
        odd={
            "no sound": request(0, 0, b""),
            "one sample": request(0, 1, b"\0\0"),
            **{what: request(0, _RATE, pcm) for what, pcm in inputs.extreme_sounds(_RATE).items()},
        },
    )


def music_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `AnalyzeMusic`."""
    selected, track = pin(engine), inputs.clicks(_MUSIC_SECONDS)

    def request(
        pcm: bytes, size: int = _MAX_PIECE, engine: Any = selected
    ) -> tuple[audio_pb2.AnalyzeMusicRequest, ...]:
        first = audio_pb2.AnalyzeMusicRequest(engine=engine)
        return first, *(audio_pb2.AnalyzeMusicRequest(pcm=piece) for piece in _pieces(pcm, size))

    async def parts(ask: Ask) -> tuple[Any, Any]:
        whole, pieces = await ask(request(track)), await ask(request(track, 2 * _SMALL_PIECE))
        for answer in (whole, pieces):
            answer.ClearField("usage")
        return [whole], [pieces]

    def judge(asked: Sequence[audio_pb2.AnalyzeMusicRequest], answer: Any) -> None:
        samples = sum(len(piece.pcm) for piece in asked) // _F32
        answers.music(answer, samples * inputs.NS // inputs.MUSIC_RATE)

    nan = struct.pack("<f", math.nan)
    return Probe(
        engine=engine,
        method=lambda channel: audio_pb2_grpc.AudioServiceStub(channel).AnalyzeMusic,
        stream=True,
        typical=request(track),
        judge=judge,
        parts=parts,
        select=lambda other: request(track, engine=other),
        over={"more than 1 MiB in a piece": request(bytes(_MAX_PIECE + 4), _MAX_PIECE + 4)},
        broken={
            "no piece": (),
            "half a sample": request(b"\0\0\0"),
            "a value that is no number": request(nan),
        },
        odd={
            "no sound": request(b""),
            "one sample": request(bytes(4)),
            "silence": request(bytes(4 * inputs.MUSIC_RATE)),
        },
    )


def _pieces(pcm: bytes, size: int) -> list[bytes]:
    return [pcm[start : start + size] for start in range(0, len(pcm), size)]
