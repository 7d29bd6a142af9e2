"""AnalyzeMusic finds the beats of real music, in pieces of any size, and none elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from videre.audio.engines.beats import SPEC
from videre.common.errors import Reason
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import audio_pb2, engine_pb2

pytestmark = pytest.mark.engine

RATE = 22_050
MIB = 1 << 20
SELECTION = engine_pb2.EngineSelection(feature=SPEC.feature, name=SPEC.name, version=SPEC.version)


def pieces(sound: np.ndarray, size: int = MIB // 4) -> Iterator[audio_pb2.AnalyzeMusicRequest]:
    yield audio_pb2.AnalyzeMusicRequest(engine=SELECTION)
    for start in range(0, len(sound), size):
        piece = sound[start : start + size].astype("<f4").tobytes()
        yield audio_pb2.AnalyzeMusicRequest(pcm=piece)


async def refusal(call: Any) -> Reason:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    error = error_from_rpc(caught.value)
    assert error is not None
    return error.reason


def truth(media: Path, file: str) -> Any:
    return json.loads((media / "truth.json").read_text("utf-8"))["files"][file]["truth"]


async def test_a_recorded_waltz(bundled: Any, media: Path, read_sound: Any) -> None:
    file = "music/ballroom_waltz_84bpm.wav"
    known = truth(media, file)
    found = await bundled.AnalyzeMusic(pieces(read_sound(media / file, RATE, "flt")))
    beats = np.array(found.beat_ns) / 1e9
    assert found.tempo_bpm == pytest.approx(known["bpm"], rel=0.04)
    for beat in known["first_beats"]:
        assert np.abs(beats - beat).min() <= 0.07
    steps = np.diff(beats)
    assert np.median(steps) == pytest.approx(60 / known["bpm"], rel=0.04)
    assert (np.abs(steps / np.median(steps) - 1) < 0.2).all()


async def test_recorded_techno(bundled: Any, media: Path, read_sound: Any) -> None:
    file = "music/techno_loop.mp3"
    found = await bundled.AnalyzeMusic(pieces(read_sound(media / file, RATE, "flt")))
    assert found.tempo_bpm == pytest.approx(truth(media, file)["bpm_approx"], rel=0.01)
    assert found.score > 0.9
    assert found.usage.items == pytest.approx(30.7, abs=0.1)
    assert found.usage.model_calls == 1


@pytest.mark.parametrize(
    "file",
    [pytest.param("speech_en/sonnet001.mp3", marks=pytest.mark.long), "speech_en/jfk.flac",
     "speech_zh/wenet_long.wav", "events/esc50_dog_1-100032-A-0.wav",
     "events/esc50_thunderstorm_3-103051-C-19.wav", "video/mdn_frog.mp4",
     pytest.param("video/car-detection.mp4", marks=pytest.mark.long)],
)  # fmt: skip
async def test_what_is_not_music_has_no_beats(
    bundled: Any, media: Path, read_sound: Any, file: str
) -> None:
    found = await bundled.AnalyzeMusic(pieces(read_sound(media / file, RATE, "flt")))
    assert (found.tempo_bpm, list(found.beat_ns), found.score) == (0.0, [], 0.0)


@pytest.mark.long
async def test_pieces_of_any_size_give_the_same_answer(
    bundled: Any, media: Path, read_sound: Any
) -> None:
    sound = read_sound(media / "music/techno_loop.mp3", RATE, "flt")[: 12 * RATE]
    other = read_sound(media / "music/ballroom_waltz_84bpm.wav", RATE, "flt")
    whole = await bundled.AnalyzeMusic(pieces(sound))
    await bundled.AnalyzeMusic(pieces(other))
    small = await bundled.AnalyzeMusic(pieces(sound, 4_999))
    assert list(small.beat_ns) == list(whole.beat_ns)
    assert (small.tempo_bpm, small.score) == (whole.tempo_bpm, whole.score)
    assert len(whole.beat_ns) > 20


async def test_music_of_three_seconds_shows_its_beat(
    bundled: Any, media: Path, read_sound: Any
) -> None:
    sound = read_sound(media / "music/madmom_sample.wav", RATE, "flt")
    found = await bundled.AnalyzeMusic(pieces(sound))
    assert found.tempo_bpm == pytest.approx(87.5, rel=0.04)
    assert len(found.beat_ns) == 4
    assert found.usage.items == pytest.approx(2.8, abs=0.01)


async def test_a_track_without_a_sample_has_no_beats(bundled: Any) -> None:
    found = await bundled.AnalyzeMusic(pieces(np.zeros(0, np.float32)))
    assert (found.tempo_bpm, list(found.beat_ns), found.score) == (0.0, [], 0.0)


async def test_a_stream_without_pieces_is_refused(bundled: Any) -> None:
    assert await refusal(bundled.AnalyzeMusic(iter(()))) is Reason.FIELD_REQUIRED


async def test_an_engine_in_a_later_piece_is_refused(bundled: Any) -> None:
    twice = [audio_pb2.AnalyzeMusicRequest(engine=SELECTION)] * 2
    assert await refusal(bundled.AnalyzeMusic(iter(twice))) is Reason.FIELD_INVALID


@pytest.mark.parametrize(
    "pcm", [b"123", np.full(4, np.nan, "<f4").tobytes(), bytes(MIB + 4)],
    ids=["half a sample", "not a number", "too large"],
)  # fmt: skip
async def test_bad_samples_are_refused(bundled: Any, pcm: bytes) -> None:
    piece = audio_pb2.AnalyzeMusicRequest(engine=SELECTION, pcm=pcm)
    assert await refusal(bundled.AnalyzeMusic(iter([piece]))) is Reason.FIELD_INVALID


async def test_the_sound_engine_does_not_serve_music(bundled: Any) -> None:
    wrong = engine_pb2.EngineSelection(feature="sound", name="level", version="1")
    piece = audio_pb2.AnalyzeMusicRequest(engine=wrong)
    assert await refusal(bundled.AnalyzeMusic(iter([piece]))) is Reason.FIELD_INVALID
