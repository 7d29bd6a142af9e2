"""Reframe: the window holds its subject, cuts are kept, nothing else changes, the bytes repeat."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import reframed
import synth
from google.protobuf.duration_pb2 import Duration
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
FAST = {"speed": "ultrafast"}


def reframe(*shapes: str, **params: Any) -> pb.ProductionTask:
    wanted = [
        pb.Rendition(name=one.replace(":", "x"), aspect=one, encoder_options=FAST)
        for one in shapes or ("9:16",)
    ]
    return pb.ProductionTask(reframe=pb.ReframeParams(renditions=wanted, **params))


def at(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=round(seconds % 1 * 1e9))


def known(
    shots: list[tuple[float, float]], *tracks: list[tuple[float, float]], width: float = 0.1
) -> analysis_pb2.Analysis:
    """Return an analysis with shots, and faces by their instants and middles."""
    found = analysis_pb2.Analysis()
    for start, end in shots:
        span = types_pb2.TimeSpan(start_offset=at(start), end_offset=at(end))
        found.shots.add(span=span)
    for way in tracks:
        one = found.tracks.add(class_name="face")
        for seconds, middle in way:
            box = types_pb2.BoundingBox(x=middle - width / 2, y=0.3, width=width, height=0.2)
            one.boxes.add(offset=at(seconds), box=box)
    return found


def written(production: Any, output: pb.OutputArtifact, folder: Path) -> Path:
    path = folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return path


def modes(output: pb.OutputArtifact) -> list[str]:
    return [
        pb.ReframeMode.Name(one.mode).removeprefix("REFRAME_MODE_")
        for one in output.media.reframing.shots
    ]


def shifts(source: Path, made: Path, keys: list[int]) -> list[float]:
    """Return how unlike the first frames are to the source's, cut out at an edge, mean of 255."""
    pairs = zip(keys, reframed.frames_of(source), reframed.frames_of(made), strict=False)
    unlike = []
    for edge, whole, shown in pairs:
        part = whole[: shown.shape[0], edge : edge + shown.shape[1]].astype(np.int16)
        unlike.append(float(np.abs(part - shown).mean()))
    return unlike


def edges(output: pb.OutputArtifact, times: list[float], span: int) -> list[int]:
    keys = [(key.offset.ToNanoseconds() / 1e9, key.x)
            for shot in output.media.reframing.shots for key in shot.keys]  # fmt: skip
    return [round(float(np.interp(t, *zip(*keys, strict=True))) * span) for t in times]


@pytest.mark.long
async def test_the_window_jumps_at_the_cut_and_nowhere_else(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    path = clip("cfr25")  # cuts at frames 20 and 45 of 60
    seen = known([(0, 0.8), (0.8, 1.8), (1.8, 2.4)], [(0, 0.2), (0.76, 0.2)],
                 [(0.8, 0.8), (1.76, 0.8)])  # fmt: skip
    wanted = request(reframe("9:16", "1:1"), production.media(path), known=seen)
    _, result = await render(production, wanted)
    tall, square = result.outputs
    assert (tall.name, tall.role, tall.media_type) == ("9x16.mp4", "video", "video/mp4")
    assert (tall.media.width, tall.media.height) == (100, 180)
    assert (square.media.width, square.media.height) == (180, 180)
    assert tall.media.frames == 60
    assert tall.media.audio_codec == "aac"
    shots = tall.media.reframing.shots
    assert modes(tall)[:2] == ["STILL"] * 2
    assert [one.source for one in shots[:2]] == [pb.SUBJECT_SOURCE_ANALYSIS] * 2
    assert shots[2].source != pb.SUBJECT_SOURCE_ANALYSIS
    own = [round(one.keys[0].x * 320) for one in shots[:2]]
    assert own[0] + 100 >= 0.25 * 320
    assert own[1] + 100 >= 0.85 * 320
    made = written(production, tall, tmp_path)
    assert max(shifts(path, made, [own[0]] * 20 + [own[1]] * 25)) < 8
    _, again = await render(production, wanted)
    assert [one.digest for one in again.outputs] == [one.digest for one in result.outputs]


async def test_a_walk_is_followed_frame_by_frame(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    path = clip("vfr")
    found, _ = synth.named("vfr", tmp_path)
    times = [float(tick * found.time_base) for tick in found.frame_ticks]
    way = [(t, 0.15 + 0.7 * t / times[-1]) for t in times]
    seen = known([(0, times[-1] + 1)], way)
    _, result = await render(production, request(reframe(), production.media(path), known=seen))
    (output,) = result.outputs
    assert modes(output) == ["TRACKED"]
    told = output.media.reframing
    assert told.max_acceleration <= 1.0
    path_of = edges(output, times, 320)
    made = written(production, output, tmp_path)
    with av.open(str(made)) as container:
        shown = [float(f.pts * f.time_base) for f in container.decode(video=0)]
    assert np.abs(np.array(shown[: len(times)]) - times).max() < 0.002
    count = min(len(shown), len(times))
    whole = list(reframed.frames_of(path))[:count]
    tall = list(reframed.frames_of(made))[:count]
    for number, (one, cut, edge) in enumerate(zip(whole, tall, path_of, strict=False)):
        unlike = [np.abs(one[:180, e : e + 100].astype(np.int16) - cut).mean()
                  for e in range(max(0, edge - 2), min(220, edge + 2) + 1)]  # fmt: skip
        assert min(unlike) < 8, number


@pytest.mark.parametrize("fallback", [pb.REFRAME_FALLBACK_BLUR, pb.REFRAME_FALLBACK_BLACK])
async def test_faces_that_do_not_fit_are_shown_whole(
    production: Any, clip: Clip, tmp_path: Path, fallback: pb.ReframeFallback.ValueType
) -> None:
    apart = [(0.8, 0.1), (1.76, 0.1)], [(0.8, 0.9), (1.76, 0.9)]
    seen = known([(0, 0.8), (0.8, 1.8), (1.8, 2.4)], *apart)
    path = clip("cfr25")
    task = reframe(fallback=fallback)
    _, result = await render(production, request(task, production.media(path), known=seen))
    assert modes(result.outputs[0])[1] == "PADDED"
    frames = list(reframed.frames_of(written(production, result.outputs[0], tmp_path)))
    # The whole picture is 100 × 56 in the middle; beside it a blur of it, or nothing.
    border = [frame[:50].mean() for frame in frames]
    if fallback == pb.REFRAME_FALLBACK_BLACK:
        assert max(border[20:45]) < 12
        assert min(border[:20] + border[45:]) > 20
    source = list(reframed.frames_of(path))
    small = source[30].reshape(180, 320, 3)[::3, ::3][:56, :100].astype(np.int16)
    assert np.abs(frames[30][62:118] - small).mean() < 40
    assert len(frames) == 60


async def test_what_moves_on_real_film_stays_in_the_window(
    production: Any, media: Path, tmp_path: Path
) -> None:
    colours, alpha = reframed.person(media / "portrait" / "greenscreen_astronaut.mp4", 150)
    subject = colours[75:, :90], alpha[75:, :90]  # a sleeve: no face to be found
    film = tmp_path / "film.mp4"
    truth = reframed.composed(
        media / "video" / "flower.mp4", subject,
        lambda t: (0.5 + 0.3 * float(np.sin(t * 1.2)), 0.5), film, count=75, still=True,
    )  # fmt: skip
    _, result = await render(production, request(reframe("9:16", "4:5"), production.media(film)))
    for output in result.outputs:
        told = output.media.reframing
        assert [one.source for one in told.shots] == [pb.SUBJECT_SOURCE_MOTION]
        assert told.max_acceleration <= 1.0
        left = np.array(edges(output, [n / 25 for n in range(75)], 640)) / 640
        inside = [edge - 0.01 <= box[0] and box[2] <= edge + told.window_width + 0.01
                  for edge, box in zip(left, truth, strict=True)]  # fmt: skip
        assert np.mean(inside) >= 0.97
        assert np.abs(np.diff(left, 2)).max() * 640 <= 3  # whole pixels of a path without jumps


async def test_one_frame_rotated_and_own_shape(production: Any, clip: Clip) -> None:
    _, one = await render(production, request(reframe(), production.media(clip("one_frame"))))
    assert one.outputs[0].media.frames == 1
    _, turned = await render(
        production, request(reframe("9:16", "1:1"), production.media(clip("rotated")))
    )
    tall, square = turned.outputs
    assert (tall.media.width, tall.media.height) == (180, 320)
    assert set(modes(tall)) == {"STILL"}
    assert (square.media.width, square.media.height) == (180, 180)


async def test_pictures_are_reframed(production: Any, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(synth.jpeg_with_orientation(1))
    task = reframe("9:16", image_format=pb.IMAGE_FORMAT_PNG)
    seen = known([], [(0, 0.9)])
    _, result = await render(production, request(task, production.media(path), known=seen))
    (output,) = result.outputs
    assert (output.name, output.role, output.media_type) == ("9x16.png", "picture", "image/png")
    assert (output.media.width, output.media.height) == (100, 180)
    (shot,) = output.media.reframing.shots
    assert shot.mode == pb.REFRAME_MODE_STILL
    second = pb.RationalTime(value=1, rate_numerator=1)
    cut = reframe(range=pb.MediaRange(end=second))
    error = await refusal(production, request(cut, production.media(path)))
    assert error.reason is Reason.FIELD_INVALID


async def test_sound_alone_cannot_be_reframed(production: Any, tmp_path: Path) -> None:
    path = synth.make(synth.Clip("alone.m4a", 0, sounds=(synth.Sound(synth.tone(1.0)),)), tmp_path)
    error = await refusal(production, request(reframe(), production.media(path)))
    assert error.reason is Reason.NO_TRACK


async def test_a_stretch_is_cut_out(production: Any, clip: Clip) -> None:
    part = pb.MediaRange(
        start=pb.RationalTime(value=10, rate_numerator=25),
        end=pb.RationalTime(value=30, rate_numerator=25),
    )
    _, result = await render(
        production, request(reframe(range=part), production.media(clip("cfr25")))
    )
    told = result.outputs[0].media
    assert told.frames == 20
    # The cut at frame 20 is found without an analysis.
    starts = [shot.start_offset.ToNanoseconds() for shot in told.reframing.shots]
    assert starts[0] == 400_000_000
    assert 800_000_000 in starts
    rate = told.frame_rate
    assert Fraction(rate.rate_numerator, rate.rate_denominator) == 25
