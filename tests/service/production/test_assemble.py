"""Assembled films: every frame and every sample where the timeline says, sources of two rates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest
import reframed
import synth
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
schema = otio.schema
LOSSLESS = pb.Rendition(preset="archive")
RATE = 48_000
LEVEL = 0.3


def stretch(start: float, length: float) -> otio.opentime.TimeRange:
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start, 25), time(length, 25))


def shown(name: str, start: float, length: float) -> Any:
    return schema.Clip(
        media_reference=schema.ExternalReference(target_url=name),
        source_range=stretch(start, length),
    )  # fmt: skip


def gap(length: float) -> Any:
    return schema.Gap(source_range=stretch(0, length))


def dissolve(before: float, behind: float) -> Any:
    time = otio.opentime.RationalTime
    return schema.Transition(
        transition_type="SMPTE_Dissolve", in_offset=time(before, 25), out_offset=time(behind, 25)
    )


def assembling(*tracks: tuple[str, list[Any]], **params: Any) -> pb.ProductionTask:
    timeline = schema.Timeline("t")
    for kind, items in tracks:
        track = schema.Track(kind=kind)
        track.extend(items)
        timeline.tracks.append(track)
    return pb.ProductionTask(
        assemble=pb.AssembleParams(
            timeline=timeline.to_json_string(), renditions=[LOSSLESS], **params
        )
    )


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two films of numbered frames with tones of their own, and a song."""
    folder = tmp_path_factory.mktemp("films")
    made = {}
    for name, pitch in (("main", 440.0), ("second", 1_000.0)):
        sound = synth.Sound(synth.tone(2, pitch, level=LEVEL), codec="pcm_s16le")
        clip = synth.Clip(f"{name}.mkv", 50, sounds=(sound,))
        made[name] = synth.make(clip, folder)
    song = synth.Sound(synth.tone(4, 2_000, level=LEVEL), codec="pcm_s16le")
    made["song"] = synth.make(synth.Clip("song.mkv", 0, sounds=(song,)), folder)
    return made


def media(production: Any, films: dict[str, Path]) -> list[Any]:
    return [production.media(path, name=name) for name, path in films.items()]


def opened(production: Any, output: pb.OutputArtifact) -> Path:
    path: Path = production.folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return path


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
        channels = container.streams.audio[0].channels
    whole = np.concatenate(parts, axis=1)[0] / float(1 << 15)
    return np.asarray(whole[::channels] if len(parts[0]) == 1 else whole)


def pitch(part: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    return float(np.argmax(spectrum) * RATE / len(part))


async def test_cuts_and_a_dissolve_with_their_own_sound(
    production: Any, films: dict[str, Path]
) -> None:
    cut = [shown("main", 5, 20), shown("second", 30, 10), gap(5),
           shown("main", 10, 20), dissolve(4, 4), shown("second", 20, 15)]  # fmt: skip
    task = assembling(("Video", cut))
    _, result = await render(production, request(task, *media(production, films)))
    (made,) = result.outputs
    assert (made.name, made.role, made.media.frames) == ("archive.mkv", "video", 70)
    path = opened(production, made)
    frames = list(reframed.frames_of(path))
    plain = [*range(20), *range(20, 30), *range(35, 51), *range(59, 70)]
    numbers = {place: synth.read_number(frames[place]) for place in plain}
    wanted = [*range(5, 25), *range(30, 40), *range(10, 26), *range(24, 35)]
    assert list(numbers.values()) == wanted
    assert max(frame.max() for frame in frames[30:35]) < 24
    # In the middle of the dissolve both are half there.
    half = (frames[54].astype(int) + frames[55]) / 2
    both = (frames[50].astype(int) + frames[60]) / 2
    background = slice(0, 90)
    assert np.abs(half[background] - both[background]).mean() < 12
    heard = samples(path)
    at = RATE // 25
    assert len(heard) == 70 * at
    assert pitch(heard[2 * at : 18 * at]) == pytest.approx(440, abs=5)
    assert pitch(heard[21 * at : 29 * at]) == pytest.approx(1_000, abs=8)
    assert np.abs(heard[30 * at : 35 * at]).max() < 0.001
    power = np.square(heard[35 * at :].reshape(-1, at)).mean(axis=1)
    assert power.min() > 0.8 * LEVEL**2 / 2
    assert not made.media.HasField("loudness")


@pytest.mark.long
async def test_titles_and_music_under_what_is_heard(
    production: Any, films: dict[str, Path]
) -> None:
    reference = schema.GeneratorReference(
        generator_kind="title", parameters={"text": "Now", "anchor": "top", "size": 0.2}
    )
    title = schema.Clip(media_reference=reference, source_range=stretch(0, 20))
    task = assembling(
        ("Video", [shown("main", 0, 50)]),
        ("Video", [gap(10), dissolve(0, 10), title]),
        ("Audio", [gap(10), shown("second", 0, 25), gap(15)]),
        ("Audio", [shown("song", 0, 50)]),
        loudness=-20, duck_db=20,
    )  # fmt: skip
    _, result = await render(production, request(task, *media(production, films)))
    (made,) = result.outputs
    assert made.media.loudness == pytest.approx(-20, abs=0.5)
    assert made.media.font
    path = opened(production, made)
    white = [int((frame[:70] > 225).all(axis=2).sum()) for frame in reframed.frames_of(path)]
    assert max(white[:10]) < max(white[20:30]) / 4
    assert min(white[20:30]) > 150
    heard, at = samples(path), RATE // 25

    def level(place: int, frequency: float) -> float:
        part = heard[place * at : (place + 5) * at]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        return float(20 * np.log10(spectrum[round(frequency * len(part) / RATE)] + 1e-9))

    assert level(20, 2_000) < level(0, 2_000) - 15
    assert level(20, 1_000) > level(20, 2_000)


async def test_sound_alone_may_be_assembled(production: Any, films: dict[str, Path]) -> None:
    task = assembling(("Audio", [shown("song", 10, 25), shown("main", 0, 5)]))
    task.assemble.renditions[0].preset = "audio-wav"
    _, result = await render(production, request(task, *media(production, films)))
    (made,) = result.outputs
    assert (made.role, made.media.duration.ToMilliseconds()) == ("audio", 1_200)


@pytest.mark.parametrize(
    ("tracks", "reason", "words"),
    [
        ([("Video", [shown("main", 40, 20)])], Reason.FIELD_INVALID, "until 2.4 s"),
        ([("Video", [shown("main", 0, 40), dissolve(0, 20), shown("second", 0, 40)])],
         Reason.FIELD_INVALID, "until 2.4 s, dissolves included"),
        ([("Video", [shown("song", 0, 20)])], Reason.NO_TRACK, "has no picture"),
        ([("Video", [shown("gone", 0, 20)])], Reason.FIELD_REQUIRED, "needs 'gone'"),
    ],
)  # fmt: skip
async def test_what_the_inputs_cannot_give_is_refused(
    production: Any, films: dict[str, Path], tracks: list[Any], reason: Reason, words: str
) -> None:
    error = await refusal(
        production, request(assembling(*tracks), *media(production, films))
    )  # fmt: skip
    assert error.reason is reason
    assert words in error.message
