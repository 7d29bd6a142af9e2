"""Marks and captions in rendered files: where and when, nothing else, the same bytes again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
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
FAST = pb.Rendition(encoder_options={"speed": "ultrafast", "crf": "10"})


def seconds(start: float, end: float) -> pb.MediaRange:
    sides = [pb.RationalTime(value=round(one * 1_000), rate_numerator=1_000)
             for one in (start, end)]  # fmt: skip
    return pb.MediaRange(start=sides[0], end=sides[1])


def mark(**params: Any) -> pb.ProductionTask:
    return pb.ProductionTask(watermark=pb.WatermarkParams(renditions=[FAST], **params))


def burned(**params: Any) -> pb.ProductionTask:
    return pb.ProductionTask(burn_captions=pb.BurnCaptionsParams(renditions=[FAST], **params))


def frames(production: Any, output: pb.OutputArtifact, folder: Path) -> list[np.ndarray]:
    path = folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return [frame.astype(np.int16) for frame in reframed.frames_of(path)]


def logo(folder: Path) -> Path:
    """Write a green disc on nothing."""
    picture = np.zeros((40, 40, 4), np.uint8)
    cv2.circle(picture, (20, 20), 18, (0, 220, 0, 255), -1)
    cv2.imwrite(str(folder / "logo.png"), picture)
    return folder / "logo.png"


async def test_a_picture_stands_in_its_corner_while_it_is_shown(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    film, disc = clip("cfr25"), logo(tmp_path)
    task = mark(picture="logo", anchor=pb.ANCHOR_TOP_LEFT, margin=0.1, size=0.125,
                shown=[seconds(0.4, 1.2)])  # fmt: skip
    wanted = request(task, production.media(film), production.media(disc, name="logo"))
    _, result = await render(production, wanted)
    (output,) = result.outputs
    assert (output.role, output.media.frames, output.media.font) == ("video", 60, "")
    made = frames(production, output, tmp_path)
    plain = [frame.astype(np.int16) for frame in reframed.frames_of(film)]
    for number, (one, before) in enumerate(zip(made, plain, strict=True)):
        inside = one[28:48, 28:48].reshape(-1, 3).mean(axis=0)  # the disc, 40 px at 18, 18
        green = bool(inside[1] - max(inside[0], inside[2]) > 120)
        assert green == (10 <= number < 30), number
        assert np.abs(one[60:, 60:] - before[60:, 60:]).mean() < 4
        assert np.abs(one[18:20, 18:20] - before[18:20, 18:20]).mean() < 12  # transparent
    _, again = await render(production, wanted)
    assert again.outputs[0].digest == output.digest


@pytest.mark.parametrize("name", ["rotated", "odd_size", "rgb"])
async def test_text_on_sources_of_every_kind(
    production: Any, clip: Clip, tmp_path: Path, name: str
) -> None:
    film = clip(name)
    task = mark(text="MARK", anchor=pb.ANCHOR_CENTRE, size=0.3)
    _, result = await render(production, request(task, production.media(film)))
    output = result.outputs[0]
    assert output.media.font.startswith("opencv 5")
    made = frames(production, output, tmp_path)
    middle = [one[one.shape[0] // 3 : -one.shape[0] // 3] for one in made]
    assert all((one.min(axis=2) > 200).mean() > 0.02 for one in middle)


async def test_pictures_are_marked(production: Any, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(synth.jpeg_with_orientation(1))
    task = mark(text="台", anchor=pb.ANCHOR_TOP, image_format=pb.IMAGE_FORMAT_PNG, size=0.3)
    _, result = await render(production, request(task, production.media(path)))
    (output,) = result.outputs
    assert (output.name, output.role, output.media_type) == (
        "watermark.png", "picture", "image/png",
    )  # fmt: skip
    data = np.frombuffer(production.store.read("default", output.digest), np.uint8)
    made = cv2.imdecode(data, cv2.IMREAD_COLOR).astype(np.int16)
    before = cv2.imread(str(path)).astype(np.int16)
    assert np.abs(made[80:] - before[80:]).mean() < 1  # two decoders of JPEG
    assert (made[:60].min(axis=2) > 250).any()
    for field in ("range", "shown"):
        given = seconds(0, 1) if field == "range" else [seconds(0, 1)]
        error = await refusal(
            production, request(mark(text="x", **{field: given}), production.media(path))
        )
        assert error.reason is Reason.FIELD_INVALID
        assert error.violations[0].field == f"task.watermark.{field}"


async def test_what_cannot_be_drawn_is_refused(production: Any, clip: Clip, tmp_path: Path) -> None:
    film = production.media(clip("one_frame"))
    error = await refusal(production, request(mark(text="\U0001f600"), film))
    assert error.reason is Reason.FIELD_INVALID
    assert "U+1F600" in error.violations[0].actual
    sound = synth.make(synth.Clip("a.m4a", 0, sounds=(synth.Sound(synth.tone(1.0)),)), tmp_path)
    for task in (mark(text="x"), mark(picture="logo")):
        inputs = [production.media(sound)]
        if task.watermark.picture:
            inputs = [film, production.media(sound, name="logo")]
        error = await refusal(production, request(task, *inputs))
        assert error.reason is Reason.NO_TRACK


SRT = "1\n00:00:00,400 --> 00:00:01,200\n<i>字幕</i> one\n\n2\n00:00:01,600 --> 00:00:02,000\ntwo\n"


async def test_a_subtitle_file_is_burned_in_at_its_times(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    film, subtitles = clip("cfr25"), tmp_path / "film.srt"
    subtitles.write_text(SRT, encoding="utf-8")
    inputs = production.media(film), production.document(subtitles, "words")
    task = burned(file="words", size=0.1, style=pb.CAPTION_STYLE_BOX)
    _, result = await render(production, request(task, *inputs))
    made = frames(production, result.outputs[0], tmp_path)
    plain = [frame.astype(np.int16) for frame in reframed.frames_of(film)]
    changed = [n for n, (one, before) in enumerate(zip(made, plain, strict=True))
               if np.abs(one[145:175, 140:180] - before[145:175, 140:180]).mean() > 12]  # fmt: skip
    assert changed == [*range(10, 30), *range(40, 50)]
    part = burned(file="words", size=0.1, range=seconds(0.8, 1.6))
    _, result = await render(production, request(part, *inputs))
    assert result.outputs[0].media.frames == 20
    error = await refusal(production, request(burned(file="words"), inputs[0],
                                              production.media(film, name="words")))  # fmt: skip
    assert error.violations[0].field == "task.burn_captions.file"


async def test_known_and_given_captions_are_burned_in(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    film = production.media(clip("cfr25"))
    span = types_pb2.TimeSpan(
        start_offset=Duration(nanos=400_000_000), end_offset=Duration(seconds=2)
    )
    known = analysis_pb2.Analysis()
    known.utterances.add(span=span, text="HELLO", understanding="UNDERSTANDING_UNDERSTOOD")
    known.stages.add(name="speech", state="STAGE_STATE_SUCCEEDED")
    cue = pb.CaptionCue(range=seconds(0.4, 2.0), text="HELLO")
    digests = set()
    for task, words in (
        (burned(size=0.15), known),
        (burned(size=0.15, track=pb.CaptionTrack(cues=[cue])), None),
    ):
        _, result = await render(production, request(task, film, known=words))
        digests.add(result.outputs[0].digest)
    assert len(digests) == 1
    error = await refusal(production, request(burned(), film))
    assert error.reason is Reason.NOT_REQUESTED
