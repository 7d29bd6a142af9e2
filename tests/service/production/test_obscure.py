"""Obscured files: given and found parts are hidden in their times, and told; refusals."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import reframed
from google.protobuf.duration_pb2 import Duration
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.production.face_detector import MODEL
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
FAST = pb.Rendition(encoder_options={"speed": "ultrafast", "crf": "10"})
#: Around the number that every frame carries.
NUMBER = types_pb2.BoundingBox(x=0.08, y=0.58, width=0.84, height=0.34)


def seconds(start: float, end: float) -> pb.MediaRange:
    sides = [pb.RationalTime(value=round(one * 1_000), rate_numerator=1_000)
             for one in (start, end)]  # fmt: skip
    return pb.MediaRange(start=sides[0], end=sides[1])


def hiding(**params: Any) -> pb.ProductionTask:
    return pb.ProductionTask(obscure=pb.ObscureParams(renditions=[FAST], **params))


def changed(production: Any, output: pb.OutputArtifact, folder: Path) -> list[int]:
    """Return the frames in which the number is black."""
    path = folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return [number for number, frame in enumerate(reframed.frames_of(path))
            if frame[106:164, 28:292].max() < 24]  # fmt: skip


async def test_a_given_part_is_hidden_in_its_time(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    film = clip("cfr25")
    region = pb.PictureRegion(keys=[pb.RegionKey(box=NUMBER)], range=seconds(0.4, 1.2))
    task = hiding(regions=[region], mode=pb.OBSCURE_MODE_FILL)
    _, result = await render(production, request(task, production.media(film)))
    (output,) = result.outputs
    assert changed(production, output, tmp_path) == list(range(10, 30))
    assert output.media.obscured_count == 1
    (part,) = output.media.obscured
    assert part.target == pb.OBSCURE_TARGET_UNSPECIFIED
    assert part.start_offset.ToNanoseconds() == 400_000_000
    assert output.media.audio_codec == "aac"


def analysed() -> analysis_pb2.Analysis:
    """Return an analysis with a face where the number stands, a plate and a sign."""
    known = analysis_pb2.Analysis()
    for stage in ("faces", "text", "tracks"):
        known.stages.add(name=stage, state="STAGE_STATE_SUCCEEDED")
    for name, box in (("face", NUMBER), ("car", types_pb2.BoundingBox(width=0.5, height=0.5))):
        track = known.tracks.add(class_name=name)
        for nanos in (800_000_000, 999_000_000):
            track.boxes.add(offset=Duration(nanos=nanos), box=box)
    span = types_pb2.TimeSpan(end_offset=Duration(seconds=2))
    for x in (0.1, 0.7):
        known.text_lines.add(
            text="AB 123", span=span,
            box=types_pb2.BoundingBox(x=x, y=0.1, width=0.2, height=0.1),
        )  # fmt: skip
    return known


async def test_what_the_analysis_found_is_hidden_and_told(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    film = clip("cfr25")
    task = hiding(
        targets=[pb.OBSCURE_TARGET_FACES, pb.OBSCURE_TARGET_PLATES], mode=pb.OBSCURE_MODE_FILL
    )
    _, result = await render(production, request(task, production.media(film), known=analysed()))
    (output,) = result.outputs
    assert [part.target for part in output.media.obscured] == [
        pb.OBSCURE_TARGET_PLATES, pb.OBSCURE_TARGET_FACES,
    ]  # fmt: skip
    assert changed(production, output, tmp_path) == list(range(10, 35))


async def test_what_nobody_looked_for_is_refused(production: Any, clip: Clip) -> None:
    film = production.media(clip("one_frame"))
    for target, reason in (
        (pb.OBSCURE_TARGET_FACES, Reason.MODEL_UNAVAILABLE),
        (pb.OBSCURE_TARGET_TEXT, Reason.NOT_REQUESTED),
        (pb.OBSCURE_TARGET_PLATES, Reason.NOT_REQUESTED),
    ):
        error = await refusal(production, request(hiding(targets=[target]), film))
        assert error.reason is reason


@pytest.fixture
def face_model(tmp_path: Path) -> None:
    """Put the detector of faces where the service looks for models."""
    folder = os.environ.get("VIDERE_MODEL_MIRROR")
    if not folder:
        pytest.skip("VIDERE_MODEL_MIRROR is not set: no detector of faces")
    (tmp_path / "models").mkdir()
    shutil.copy(Path(folder) / f"{MODEL}.onnx", tmp_path / "models")


async def test_faces_of_a_picture_are_found_by_the_service(
    face_model: None, production: Any, media: Path, tmp_path: Path
) -> None:
    film = media / "portrait" / "greenscreen_astronaut.mp4"
    picture = next(reframed.frames_of(film))
    path = tmp_path / "portrait.png"
    cv2.imwrite(str(path), picture[:, :, ::-1])
    task = hiding(targets=[pb.OBSCURE_TARGET_FACES], image_format=pb.IMAGE_FORMAT_PNG,
                  mode=pb.OBSCURE_MODE_FILL)  # fmt: skip
    _, result = await render(production, request(task, production.media(path)))
    (output,) = result.outputs
    (part,) = output.media.obscured
    data = np.frombuffer(production.store.read("default", output.digest), np.uint8)
    made = cv2.imdecode(data, cv2.IMREAD_COLOR)
    height, width = made.shape[:2]
    middle = (round((part.box.y + part.box.height / 2) * height),
              round((part.box.x + part.box.width / 2) * width))  # fmt: skip
    assert made[middle].tolist() == [0, 0, 0]
    assert part.box.width * part.box.height < 0.5
