"""Logos and text taken out of rendered files: found, filled, told, refused where there is none."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
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
SIZE = (192, 112)
#: Frames with text.
TEXT = range(8, 24)


def scene(frame: int) -> np.ndarray:
    """Return a picture of a film that cuts every fourth frame and moves between."""
    rough = np.random.default_rng(frame // 4).integers(20, 200, (7, 20, 3)).astype(np.float32)
    wide = cv2.resize(rough, (320, 112), interpolation=cv2.INTER_CUBIC).clip(0, 255)
    return wide.astype(np.uint8)[:, 2 * (frame % 4) : 2 * (frame % 4) + SIZE[0]]


def film(target: Path, *, logo: bool, text: bool) -> Path:
    ink = np.zeros(SIZE[::-1], np.uint8)
    cv2.putText(ink, "words", (60, 100), (255,), cv2.FontFace("uni"), 18)
    under = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    with av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=25, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(60 if logo else 32):
            picture = scene(number).copy()
            if logo:
                picture[10:24, 150:180] = (picture[10:24, 150:180] * 0.4 + 140).astype(np.uint8)
            if text and number in TEXT:
                picture[under > 0] = 0
                picture = np.maximum(picture, ink[..., None])
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target


def made_frames(production: Any, output: pb.OutputArtifact, folder: Path) -> list[np.ndarray]:
    path = folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return list(reframed.frames_of(path))


@pytest.mark.long
async def test_a_logo_is_found_and_taken_away(production: Any, tmp_path: Path) -> None:
    path = film(tmp_path / "logo.mp4", logo=True, text=False)
    task = pb.ProductionTask(remove_logo=pb.RemoveLogoParams(renditions=[FAST]))
    wanted = request(task, production.media(path))
    _, result = await render(production, wanted)
    (output,) = result.outputs
    (part,) = output.media.removed
    assert output.media.removed_count == 1
    assert part.box.x * SIZE[0] == pytest.approx(150, abs=3)
    assert (part.box.y + part.box.height) * SIZE[1] == pytest.approx(24, abs=3)
    assert part.computed_ratio > 0.4
    made = made_frames(production, output, tmp_path)
    apart = [np.abs(one[10:24, 150:180].astype(int) - scene(number)[10:24, 150:180]).mean()
             for number, one in enumerate(made)]  # fmt: skip
    assert np.mean(apart) < 12  # with the logo it is 70
    _, again = await render(production, wanted)
    assert again.outputs[0].digest == output.digest


def read_line() -> analysis_pb2.Analysis:
    known = analysis_pb2.Analysis()
    known.stages.add(name="text", state="STAGE_STATE_SUCCEEDED")
    span = types_pb2.TimeSpan(
        start_offset=Duration(nanos=320_000_000), end_offset=Duration(nanos=960_000_000)
    )
    box = types_pb2.BoundingBox(x=0.3, y=0.74, width=0.3, height=0.2)
    known.text_lines.add(text="words", span=span, kind="TEXT_KIND_SUBTITLE", box=box)
    return known


async def test_subtitles_that_were_read_are_taken_away(production: Any, tmp_path: Path) -> None:
    path = film(tmp_path / "text.mp4", logo=False, text=True)
    task = pb.ProductionTask(remove_text=pb.RemoveTextParams(renditions=[FAST]))
    _, result = await render(production, request(task, production.media(path), known=read_line()))
    (output,) = result.outputs
    (part,) = output.media.removed
    assert part.start_offset.ToNanoseconds() == pytest.approx(320_000_000, abs=90_000_000)
    made = made_frames(production, output, tmp_path)
    shown = list(reframed.frames_of(path))
    for number in (0, 10, 16, 22, 30):
        clean = scene(number).astype(int)[80:108, 56:120]
        apart = np.abs(made[number][80:108, 56:120] - clean).mean()
        assert apart < 14, number
        if number in TEXT:
            assert apart < 0.6 * np.abs(shown[number][80:108, 56:120] - clean).mean(), number


async def test_what_is_not_there_is_refused(production: Any, clip: Clip, tmp_path: Path) -> None:
    still = production.media(clip("one_frame"))
    path = tmp_path / "picture.jpg"
    path.write_bytes(synth.jpeg_with_orientation(1))
    picture = production.media(path)
    logo = pb.ProductionTask(remove_logo=pb.RemoveLogoParams())
    for given in (still, picture):
        error = await refusal(production, request(logo, given))
        assert error.reason is Reason.FIELD_INVALID
        assert error.violations[0].field == "task.remove_logo.regions"
    text = pb.ProductionTask(remove_text=pb.RemoveTextParams())
    error = await refusal(production, request(text, still))
    assert error.reason is Reason.NOT_REQUESTED
    known = read_line()
    known.ClearField("text_lines")
    error = await refusal(production, request(text, still, known=known))
    assert error.violations[0].field == "task.remove_text.regions"


@pytest.mark.parametrize("mode", [pb.REMOVAL_MODE_RESTORE, pb.REMOVAL_MODE_MOSAIC])
async def test_boxes_of_a_picture_are_restored_or_hidden(
    production: Any, tmp_path: Path, mode: pb.RemovalMode.ValueType
) -> None:
    picture = np.full((100, 160, 3), 120, np.uint8)
    picture[20:40, 100:140] = (20, 40, 240)
    path = tmp_path / "logo.png"
    cv2.imwrite(str(path), picture)
    box = types_pb2.BoundingBox(x=0.6, y=0.18, width=0.3, height=0.24)
    region = pb.PictureRegion(keys=[pb.RegionKey(box=box)])
    task = pb.RemoveLogoParams(regions=[region], mode=mode, image_format=pb.IMAGE_FORMAT_PNG)
    wanted = request(pb.ProductionTask(remove_logo=task), production.media(path))
    _, result = await render(production, wanted)
    (output,) = result.outputs
    assert output.media.removed_count == 1
    data = np.frombuffer(production.store.read("default", output.digest), np.uint8)
    made = cv2.imdecode(data, cv2.IMREAD_COLOR).astype(int)
    plain = np.abs(made - 120).max() <= 4
    assert plain == (mode == pb.REMOVAL_MODE_RESTORE)
    assert (made[50:] == 120).all()
