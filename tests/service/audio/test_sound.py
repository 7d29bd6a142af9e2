"""AnalyzeSound names what is heard, the same in every company."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from videre.audio.engines.level import SPEC as LEVEL
from videre.audio.engines.yamnet import SPEC as YAMNET
from videre.audio.windows import HOP, SAMPLE_RATE, WINDOW
from videre.common.engine import EngineSpec
from videre.common.errors import Reason
from videre.common.manifest import packaged_manifest
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import audio_pb2, engine_pb2

pytestmark = pytest.mark.engine

EVENTS = {
    "esc50_dog_1-100032-A-0.wav": "Dog",
    "esc50_thunderstorm_3-103051-C-19.wav": "Thunderstorm",
    "robin.ogg": "Bird",
}


def select(spec: EngineSpec, version: str | None = None) -> engine_pb2.EngineSelection:
    return engine_pb2.EngineSelection(
        feature=spec.feature,
        name=spec.name,
        version=version or spec.version,
        model_digests=[packaged_manifest()[name].sha256 for name in spec.models],
    )


def request(
    spec: EngineSpec, sound: np.ndarray, start: int = 0, end: int | None = None
) -> audio_pb2.AnalyzeSoundRequest:
    return audio_pb2.AnalyzeSoundRequest(
        engine=select(spec),
        pcm=sound.astype("<i2").tobytes(),
        own_start_sample=start,
        own_end_sample=len(sound) if end is None else end,
    )


def best(answer: audio_pb2.AnalyzeSoundResponse) -> dict[str, float]:
    scores: dict[str, float] = {}
    for window in answer.windows:
        for score in window.scores:
            scores[score.class_name] = max(score.score, scores.get(score.class_name, 0.0))
    return scores


def bytes_of(windows: Any) -> list[bytes]:
    return [window.SerializeToString(deterministic=True) for window in windows]


async def refusal(call: Any) -> Reason:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    error = error_from_rpc(caught.value)
    assert error is not None
    return error.reason


@pytest.mark.parametrize(("file", "name"), EVENTS.items())
async def test_events_are_among_the_three_best(
    standard: Any, media: Path, read_sound: Any, file: str, name: str
) -> None:
    sound = read_sound(media / "events" / file, SAMPLE_RATE, "s16")
    scores = best(await standard.AnalyzeSound(request(YAMNET, sound)))
    assert name in sorted(scores, key=lambda key: -scores[key])[:3]
    assert scores[name] >= 0.5


async def test_speech_is_speech(standard: Any, media: Path, read_sound: Any) -> None:
    sound = read_sound(media / "speech_en" / "jfk.flac", SAMPLE_RATE, "s16")
    answer = await standard.AnalyzeSound(request(YAMNET, sound))
    assert best(answer)["Speech"] >= 0.9
    assert answer.usage.model_calls == len(answer.windows) > 20
    assert answer.usage.items == pytest.approx(11.0, abs=0.1)
    assert answer.usage.cpu_seconds > 0


async def test_scores_fall_and_reach_the_floor(standard: Any, media: Path, read_sound: Any) -> None:
    sound = read_sound(media / "speech_en" / "jfk.flac", SAMPLE_RATE, "s16")
    answer = await standard.AnalyzeSound(request(YAMNET, sound))
    for window in answer.windows:
        scores = [score.score for score in window.scores]
        assert scores == sorted(scores, reverse=True)
        assert all(YAMNET.storing_floor <= score <= 1.0 for score in scores)


async def test_an_answer_is_the_same_before_and_after_another(
    standard: Any, media: Path, read_sound: Any
) -> None:
    dog = request(YAMNET, read_sound(media / "events" / next(iter(EVENTS)), SAMPLE_RATE, "s16"))
    speech = request(YAMNET, read_sound(media / "speech_en" / "jfk.flac", SAMPLE_RATE, "s16"))
    first = await standard.AnalyzeSound(dog)
    await standard.AnalyzeSound(speech)
    again = await standard.AnalyzeSound(dog)
    assert bytes_of(first.windows) == bytes_of(again.windows)


async def test_stretches_with_context_give_the_windows_of_the_whole(
    standard: Any, media: Path, read_sound: Any
) -> None:
    sound = read_sound(media / "speech_en" / "jfk.flac", SAMPLE_RATE, "s16")
    whole = await standard.AnalyzeSound(request(YAMNET, sound))
    parts = []
    for start in range(0, len(sound), 5 * HOP):
        begin = max(0, start - HOP)  # context before; on the grid
        piece = sound[begin : start + 5 * HOP + 2 * WINDOW]
        end = min(start + 5 * HOP, len(sound))
        answer = await standard.AnalyzeSound(request(YAMNET, piece, start - begin, end - begin))
        for window in answer.windows:
            window.start_sample += begin
            window.end_sample += begin
        parts += answer.windows
    assert bytes_of(parts) == bytes_of(whole.windows)


async def test_without_a_model_silence_is_still_named(bundled: Any) -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(3 * SAMPLE_RATE) * 3_000
    sound = np.concatenate([noise, np.zeros(3 * SAMPLE_RATE)])
    answer = await bundled.AnalyzeSound(request(LEVEL, sound))
    first, last = answer.windows[0], answer.windows[-1]
    assert not first.scores
    assert first.level_dbfs == pytest.approx(-20.8, abs=0.3)
    assert first.flatness > 0.9
    assert [(score.class_name, score.score) for score in last.scores] == [("Silence", 1.0)]
    assert last.level_dbfs == -120.0


async def test_a_missing_model_is_said(bundled: Any) -> None:
    call = bundled.AnalyzeSound(request(YAMNET, np.zeros(WINDOW)))
    assert await refusal(call) is Reason.MODEL_UNAVAILABLE


async def test_another_version_is_refused(bundled: Any) -> None:
    wrong = request(LEVEL, np.zeros(WINDOW))
    wrong.engine.version = "0"
    assert await refusal(bundled.AnalyzeSound(wrong)) is Reason.ENGINE_VERSION


@pytest.mark.parametrize(("start", "end"), [(-1, 10), (10, 5), (0, WINDOW + 1)])
async def test_an_owned_range_outside_the_sound_is_refused(
    bundled: Any, start: int, end: int
) -> None:
    wrong = request(LEVEL, np.zeros(WINDOW), start, end)
    assert await refusal(bundled.AnalyzeSound(wrong)) is Reason.FIELD_INVALID


async def test_half_a_sample_is_refused(bundled: Any) -> None:
    wrong = audio_pb2.AnalyzeSoundRequest(engine=select(LEVEL), pcm=b"123")
    assert await refusal(bundled.AnalyzeSound(wrong)) is Reason.FIELD_INVALID


async def test_nothing_owned_is_nothing_heard(bundled: Any) -> None:
    answer = await bundled.AnalyzeSound(request(LEVEL, np.zeros(0)))
    assert not answer.windows
    assert answer.usage.model_calls == 0
