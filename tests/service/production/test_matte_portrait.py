"""Portrait matting: people of a real film are cut out; without the model the task is refused."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import synth
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.common.manifest import packaged_manifest
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

MODELS = ("selfie_segmentation.onnx", "yunet_n_dynamic.onnx")


@pytest.fixture
def models(production: Any) -> None:
    """Put the models where the service looks for them."""
    mirror = os.environ.get("VIDERE_MODEL_MIRROR")
    if not mirror or not Path(mirror, MODELS[0]).is_file():
        pytest.skip("VIDERE_MODEL_MIRROR names no folder with the standard models")
    folder = production.folder / "models"
    folder.mkdir()
    for name in MODELS:
        shutil.copy(Path(mirror, name), folder / name)


def pinned(task: pb.ProductionTask, *inputs: Any) -> Any:
    wanted = request(task, *inputs)
    wanted.engine.model_digests.append(packaged_manifest()["selfie_segmentation"].sha256)
    return wanted


def matte(**params: Any) -> pb.ProductionTask:
    one = pb.Rendition(preset="archive")
    return pb.ProductionTask(matte_portrait=pb.MattePortraitParams(renditions=[one], **params))


@pytest.mark.usefixtures("models")
async def test_a_person_is_cut_out(production: Any, media: Path, tmp_path: Path) -> None:
    seconds = [pb.RationalTime(value=n, rate_numerator=30) for n in (20, 26)]
    task = matte(range=pb.MediaRange(start=seconds[0], end=seconds[1]))
    path = media / "video" / "asl_book.mkv"
    _, result = await render(production, pinned(task, production.media(path)))
    (output,) = result.outputs
    assert 0.1 < output.media.matting.subject_ratio < 0.3
    made = tmp_path / output.name
    made.write_bytes(production.store.read("default", output.digest))
    with av.open(str(made)) as container:
        alphas = [f.to_ndarray(format="bgra")[..., 3] / 255 for f in container.decode(video=0)]
    assert len(alphas) == 6
    for alpha in alphas:  # the woman stands left of the middle of 640 × 480, a wall around her
        assert alpha[250:450, 250:380].mean() > 0.98
        assert alpha[:, :120].mean() < 0.01
        assert alpha[:, 500:].mean() < 0.01
    steps = [np.abs(b - a)[250:450, 250:380].mean() for a, b in itertools.pairwise(alphas)]
    assert max(steps) < 0.01


async def test_without_the_model_it_is_refused(production: Any, tmp_path: Path) -> None:
    path = synth.make(synth.Clip("a.mp4", frames=2, size=(64, 48)), tmp_path)
    error = await refusal(production, pinned(matte(), production.media(path)))
    assert error.reason is Reason.MODEL_UNAVAILABLE
