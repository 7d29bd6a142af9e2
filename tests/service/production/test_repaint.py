"""Drawings, more pixels and faces as tasks: sizes, sound, pictures, refusals, equal bytes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import synth
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.common.manifest import packaged_manifest
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

FAST = pb.Rendition(encoder_options={"speed": "ultrafast"})


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = synth.Sound(synth.tone(0.2))
    clip = synth.Clip("film.mp4", frames=5, size=(96, 64), sounds=(sound,))
    return synth.make(clip, tmp_path_factory.mktemp("film"))


async def test_a_film_is_enlarged_and_drawn(production: Any, film: Path) -> None:
    task = pb.ProductionTask(upscale=pb.UpscaleParams(factor=3, renditions=[FAST]))
    wanted = request(task, production.media(film))
    _, result = await render(production, wanted)
    (output,) = result.outputs
    assert (output.media.width, output.media.height, output.media.frames) == (288, 192, 5)
    assert output.media.audio_codec == "aac"
    _, again = await render(production, wanted)
    assert again.outputs[0].digest == output.digest
    task = pb.ProductionTask(cartoonize=pb.CartoonizeParams(renditions=[FAST]))
    _, result = await render(production, request(task, production.media(film)))
    assert (result.outputs[0].media.width, result.outputs[0].media.frames) == (96, 5)


async def test_pictures_are_enlarged_to_a_limit(production: Any, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    assert cv2.imwrite(str(path), np.full((20, 2_100, 3), 90, np.uint8))
    task = pb.ProductionTask(upscale=pb.UpscaleParams(factor=4))
    error = await refusal(production, request(task, production.media(path)))
    assert (error.reason, error.metadata["field"]) == (Reason.FIELD_INVALID, "task.upscale.factor")
    task = pb.ProductionTask(upscale=pb.UpscaleParams(factor=2, image_format=pb.IMAGE_FORMAT_WEBP))
    _, result = await render(production, request(task, production.media(path)))
    (output,) = result.outputs
    assert (output.name, output.media_type) == ("upscale.webp", "image/webp")
    assert (output.media.width, output.media.height) == (4_200, 40)


@pytest.fixture
def faces(production: Any) -> None:
    """Put the model of faces where the service looks for it."""
    mirror = os.environ.get("VIDERE_MODEL_MIRROR")
    if not mirror or not Path(mirror, "yunet_n_dynamic.onnx").is_file():
        pytest.skip("VIDERE_MODEL_MIRROR names no folder with the standard models")
    (production.folder / "models").mkdir()
    shutil.copy(Path(mirror, "yunet_n_dynamic.onnx"), production.folder / "models")


@pytest.mark.usefixtures("faces")
async def test_faces_are_found_and_changed(production: Any, media: Path) -> None:
    seconds = [pb.RationalTime(value=n, rate_numerator=25) for n in (0, 4)]
    task = pb.ProductionTask(
        beautify_faces=pb.BeautifyFacesParams(
            smooth=1, renditions=[FAST], range=pb.MediaRange(start=seconds[0], end=seconds[1])
        )
    )
    path = media / "portrait" / "greenscreen_astronaut.mp4"
    wanted = request(task, production.media(path))
    wanted.engine.model_digests.append(packaged_manifest()["yunet_n_dynamic"].sha256)
    _, result = await render(production, wanted)
    (output,) = result.outputs
    assert output.media.frames == 4
    assert (output.media.beautified.face_count, output.media.beautified.face_ratio) == (1, 1)
