"""Split a lecture: a file a part, exact to the frame, and lists that say what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest
import synth
from google.protobuf.json_format import ParseDict
from rendering import refusal, render, request

from bench.constructed.lectures import LECTURES, Lecture, Told, drawn_speaker, frames
from videre.common.errors import Reason
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

OUTPUT = pb.Rendition(encoder_options={"speed": "ultrafast"})


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A lecture of three slides that are built up, 10 s, with the truth."""
    whole = next(one for one in LECTURES if one.name == "builds")
    short = Lecture("short", whole.theme, whole.slides[1:4], builds=("cut", "whole"))
    path, told = tmp_path_factory.mktemp("lectures") / "lecture.mp4", Told()
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "g": "250"}
        stream: Any = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for picture in frames(short, (320, 180), drawn_speaker(1), told):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path, told


def read(told: Told, frames_of: int) -> analysis_pb2.Analysis:
    """Return what an analysis reads: the titles, each for its slide."""
    ends = [0, *told.borders, frames_of]
    analysis = analysis_pb2.Analysis()
    for title, first, end in zip(told.titles, ends[:-1], ends[1:], strict=True):
        line = analysis.text_lines.add(
            text=title, box=types_pb2.BoundingBox(x=0.05, y=0.1, width=0.4, height=0.07)
        )
        line.span.start_offset.FromMilliseconds(first * 40)
        line.span.end_offset.FromMilliseconds(end * 40)
    return analysis


def parts_of(production: Any, digest: str) -> list[pb.LecturePart]:
    told = json.loads(production.store.read("default", digest))
    return list(ParseDict(told, pb.Lecture()).parts)


async def test_every_slide_becomes_a_file_with_its_title(
    production: Any, lecture: tuple[Path, Told]
) -> None:
    path, told = lecture
    main = production.media(path)
    count = int(av.open(str(path)).streams.video[0].frames)
    lists = [pb.EDIT_LIST_FORMAT_OTIO, pb.EDIT_LIST_FORMAT_EDL]
    params = pb.SplitLectureParams(output=OUTPUT, edit_lists=lists)
    wanted = request(pb.ProductionTask(split_lecture=params), main, known=read(told, count))
    shares, result = await render(production, wanted)
    *films, timeline, edl, listed = result.outputs
    parts = parts_of(production, listed.digest)
    assert [one.start_frame for one in parts] == [0, *told.borders]
    assert [one.end_frame for one in parts] == [*told.borders, count]
    assert [one.title for one in parts] == told.titles
    assert [one.file for one in parts] == [one.name for one in films]
    assert [one.name for one in films] == ["part-1.mp4", "part-2.mp4", "part-3.mp4"]
    assert [one.media.frames for one in films] == [one.end_frame - one.start_frame for one in parts]
    data = production.store.read("default", timeline.digest).decode()
    clips = list(otio.adapters.read_from_string(data, "otio_json").find_clips())
    assert [clip.name for clip in clips] == told.titles
    assert [int(clip.source_range.start_time.value) for clip in clips] == [0, *told.borders]
    events = production.store.read("default", edl.digest).decode()
    assert events.count("AX       V     C") == 3
    assert f"* FROM CLIP NAME:  {told.titles[1]}" in events
    assert shares == sorted(shares)


async def test_a_stretch_and_parts_that_are_too_short(
    production: Any, lecture: tuple[Path, Told]
) -> None:
    path, told = lecture
    seconds = told.borders[0] // 25 + 1
    params = pb.SplitLectureParams(
        without_files=True, shortest=pb.RationalTime(value=600, rate_numerator=1)
    )
    params.range.start.CopyFrom(pb.RationalTime(value=seconds, rate_numerator=1))
    task = pb.ProductionTask(split_lecture=params)
    _, result = await render(production, request(task, production.media(path)))
    (listed,) = result.outputs
    (part,) = parts_of(production, listed.digest)
    assert (part.start_offset.seconds, part.start_frame) == (seconds, seconds * 25)
    assert part.title == ""
    assert part.file == ""


async def test_what_is_no_lecture_is_refused(production: Any, tmp_path: Path, clip: Any) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(synth.jpeg_with_orientation(1))
    for media in (path, clip("sound_only")):
        task = pb.ProductionTask(split_lecture=pb.SplitLectureParams())
        error = await refusal(production, request(task, production.media(media)))
        assert error.reason is Reason.NO_TRACK
    params = pb.SplitLectureParams(without_files=True, edit_lists=[pb.EDIT_LIST_FORMAT_EDL])
    wanted = request(pb.ProductionTask(split_lecture=params), production.media(clip("vfr")))
    error = await refusal(production, wanted)
    assert error.metadata["field"] == "task.split_lecture.edit_lists"
    params.edit_lists[:] = [pb.EDIT_LIST_FORMAT_OTIO]
    _, result = await render(
        production, request(pb.ProductionTask(split_lecture=params), wanted.inputs[0])
    )
    assert [one.role for one in result.outputs] == ["edit-list", "lecture"]


async def test_a_film_of_one_frame_is_one_part(production: Any, clip: Any) -> None:
    task = pb.ProductionTask(split_lecture=pb.SplitLectureParams(output=OUTPUT))
    _, result = await render(production, request(task, production.media(clip("one_frame"))))
    film, listed = result.outputs
    assert film.media.frames == 1
    (part,) = parts_of(production, listed.digest)
    assert (part.start_frame, part.end_frame) == (0, 1)
