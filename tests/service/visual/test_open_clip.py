"""open_clip with models of one's own.

Models are made on the spot (`torch_models/joint.py`): one has learned the names of three colours,
the others have random numbers. The tests prove that they load, answer, are calibrated and refused,
and nothing of how well CLIP's models understand. They run in the environment of `make
torch-visual`; VIDERE_VISUAL_PYTHON names its Python.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import cv2
import grpc
import numpy as np
import pytest
from running import processes
from torch_made import models_of, python_of, told_by

from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target
from videre.common.channel import open_channel
from videre.common.config import Settings
from videre.common.openmmlab.config import Refused
from videre.internal.v1 import engine_pb2, engine_pb2_grpc, visual_pb2, visual_pb2_grpc
from videre.visual.clip_model import checked_network, checked_preprocess
from videre.visual.engines.open_clip import OpenClip

torch_tier = pytest.mark.skipif(
    not python_of("visual"), reason="VIDERE_VISUAL_PYTHON names no environment of make torch-visual"
)
TINY: dict[str, Any] = {"embed_dim": 8, "vision_cfg": {"image_size": 32}, "text_cfg": {}}
LABELS = 'templates = ["a photo of a {} wall."]\nnone = ["a photo.", "a blurry photo."]\n[labels]\n'
COLOURS = {"red": (40, 40, 200), "green": (60, 180, 40), "blue": (200, 60, 40)}


class _Harm:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.target),)


def _checkpoint(path: Path, state: Any = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("name/data.pkl", pickle.dumps(state or {}, protocol=2))
    return path


def _settings(folder: Path, **more: Path) -> Settings:
    config = folder / "config.json"
    config.write_text(json.dumps(TINY))
    checkpoint = _checkpoint(folder / "own.pt")
    return Settings(open_clip_checkpoint=checkpoint, open_clip_model=str(config), **more)


def test_it_says_what_it_lacks_and_names_its_labels(tmp_path: Path) -> None:
    assert OpenClip(Settings()).spec.lacks == (
        "open-clip: VIDERE_OPEN_CLIP_CHECKPOINT names no checkpoint"
    )
    plain = OpenClip(_settings(tmp_path)).spec
    assert (plain.refused, plain.classes) == ("", ())
    labels = tmp_path / "labels.toml"
    labels.write_text("[labels]\nboat = []\n")
    known = OpenClip(_settings(tmp_path, open_clip_labels=labels)).spec
    assert [one.name for one in known.classes] == ["boat"]
    assert known.version != plain.version
    labels.write_text("[labels]\nboat = ['a ship']\n")
    assert OpenClip(_settings(tmp_path, open_clip_labels=labels)).spec.version != known.version


def test_files_of_no_use_are_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    def refused(**changed: Any) -> str:
        settings = _settings(tmp_path).model_copy(update=changed)
        return OpenClip(settings).spec.refused

    harm = _checkpoint(tmp_path / "harm.pt", {"a": _Harm(tmp_path / "made")})
    assert "posix.mkdir, which is code" in refused(open_clip_checkpoint=harm)
    assert not (tmp_path / "made").exists()
    wrong = tmp_path / "wrong.pt"
    wrong.write_bytes(b"no checkpoint")
    assert "broken one" in refused(open_clip_checkpoint=wrong)
    assert "no such file" in refused(open_clip_checkpoint=tmp_path / "gone.pt")
    assert "names no config" in refused(open_clip_model=None)
    assert "no such file" in refused(open_clip_model="hf-hub:someone/model")
    assert "no JSON" in refused(open_clip_model=str(wrong))
    assert "no TOML" in refused(open_clip_labels=wrong)
    few = tmp_path / "few"
    few.mkdir()
    assert "20 to 500 are of use" in refused(open_clip_background=few)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"multimodal_cfg": {}}, "another kind of model than CLIP"),
        ({"text_cfg": {"hf_model_name": "roberta-base"}}, "fetched from a hub"),
        ({"text_cfg": {"hf_tokenizer_name": "bert"}}, "fetched from a hub"),
        ({"text_cfg": {"vocab_size": 32_000}}, "vocabulary"),
        ({"text_cfg": {"tokenizer_kwargs": {"reduction_mask": "syntax"}}}, "tokenizer_kwargs"),
        ({"vision_cfg": {"timm_model_name": "hf-hub:a/b"}}, "timm's own"),
        ({"vision_cfg": {"image_size": 10**9}}, "image_size"),
        ({"vision_cfg": 7}, "no tables"),
    ],
)
def test_configs_of_other_models_and_of_what_would_be_fetched_are_refused(
    changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        checked_network({**TINY, **changed})


def test_pretrained_towers_are_never_fetched() -> None:
    tower = {"timm_model_name": "resnet10t", "timm_model_pretrained": True}
    said = checked_network({**TINY, "vision_cfg": tower, "custom_text": True})
    assert said["vision_cfg"]["timm_model_pretrained"] is False
    assert "custom_text" not in said


def test_how_pictures_are_made_ready_is_checked() -> None:
    said = {"mean": [0, 0, 0], "resize_mode": "squash", "size": 224}
    assert checked_preprocess(said) == {"mean": (0.0, 0.0, 0.0), "resize_mode": "squash"}
    for bad in ({"mean": [1]}, {"interpolation": "magic"}, 7):
        with pytest.raises(Refused):
            checked_preprocess(bad)


@pytest.fixture(scope="module")
def made() -> Path:
    return models_of("visual", "joint")


@pytest.mark.torch
@torch_tier
def test_architectures_load_and_answer_the_same_twice(made: Path) -> None:
    told = told_by("visual", "load_joint", made)
    assert {name: one["state"] for name, one in told.items()} == dict.fromkeys(
        ("colours", "custom", "gelu", "resnet", "timm"), "loaded"
    )
    assert {name: one["values"] for name, one in told.items()} == {
        "colours": 16, "custom": 16, "gelu": 24, "resnet": 16, "timm": 16,
    }  # fmt: skip
    assert all(one["same_twice"] and one["lengths"] == [1.0, 1.0] for one in told.values())
    print("\n", told)


@pytest.mark.torch
@torch_tier
def test_labels_are_told_and_other_pictures_are_none_of_them(made: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.toml"
    labels.write_text(LABELS + "".join(f"{name} = []\n" for name in COLOURS))
    background = tmp_path / "background"
    background.mkdir()
    for number in range(20):
        gray = np.full((40, 40, 3), 126 + number, np.uint8)
        cv2.imwrite(str(background / f"{number}.png"), gray)
    settings = {
        "VIDERE_OPEN_CLIP_CHECKPOINT": str(made / "colours.pt"),
        "VIDERE_OPEN_CLIP_MODEL": str(made / "colours.json"),
        "VIDERE_OPEN_CLIP_LABELS": str(labels),
        "VIDERE_OPEN_CLIP_BACKGROUND": str(background),
    }
    with processes(tmp_path, "visual", **settings) as running:
        target = running.ports.target("visual")
        answer = asyncio.run(_looked(target, [*COLOURS.values(), (128, 128, 128)]))
        found = asyncio.run(
            check_target(target, engine="open-clip", patience_s=180, tell=lambda _: None)
        )
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []
    detected = {
        frame: [one.class_name for one in answer.observations
                if one.frame == frame and one.class_name and one.score > 0.5]
        for frame in range(4)
    }  # fmt: skip
    assert detected == {0: ["red"], 1: ["green"], 2: ["blue"], 3: []}
    embedded = [one for one in answer.observations if one.embedding]
    assert [len(one.embedding) for one in embedded] == [16] * 4


async def _looked(target: str, shades: list[tuple[int, int, int]]) -> Any:
    async with open_channel([target]) as channel:
        catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        told = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=60)
        engine = next(one for one in told.engines if one.name == "open-clip")
        pin = engine_pb2.EngineSelection(
            feature=engine.feature, name=engine.name, version=engine.version
        )
        request = visual_pb2.AnalyzeFramesRequest(engines=[pin])
        for frame, shade in enumerate(shades):
            _, jpeg = cv2.imencode(".jpg", np.full((48, 64, 3), shade, np.uint8))
            request.frames.add(frame=frame, jpeg=jpeg.tobytes())
        stub: Any = visual_pb2_grpc.VisualServiceStub(channel)
        return await stub.AnalyzeFrames(request, timeout=180)


@pytest.mark.torch
@torch_tier
@pytest.mark.parametrize("broken", ["another model's", "cut off"])
def test_weights_of_no_use_are_refused_and_the_service_goes_on(
    made: Path, tmp_path: Path, broken: str
) -> None:
    checkpoint = made / "resnet.pt"
    if broken == "cut off":
        whole = (made / "custom.safetensors").read_bytes()
        checkpoint = tmp_path / "cut.safetensors"
        checkpoint.write_bytes(whole[: len(whole) // 2])
    settings = {
        "VIDERE_OPEN_CLIP_CHECKPOINT": str(checkpoint),
        "VIDERE_OPEN_CLIP_MODEL": str(made / "colours.json"),
    }
    with processes(tmp_path, "visual", **settings) as running:
        with pytest.raises(grpc.RpcError, match="not of this config") as refused:
            asyncio.run(_looked(running.ports.target("visual"), [(0, 0, 0)]))
        assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION  # type: ignore[attr-defined]
        assert running.alive("visual")
