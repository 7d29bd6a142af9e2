"""MMDetection with models of one's own.

Models are made on the spot (`torch_models/detectors.py`): the tests prove that they load, answer
and are refused, and nothing of how well MMDetection's models see. They run in the environment of
`make torch-visual`; VIDERE_VISUAL_PYTHON names its Python. VIDERE_TEST_MMDET names a checkpoint of
one's own, whose figures are printed.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from running import processes
from torch_made import models_of, operations, python_of, told_by

from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target
from videre.common.channel import open_channel
from videre.common.config import Settings
from videre.common.openmmlab.config import Refused
from videre.internal.v1 import engine_pb2, engine_pb2_grpc, visual_pb2, visual_pb2_grpc
from videre.visual.engines.mmdet import MMDetection, steps
from videre.visual.outlines import MOST_CORNERS, box_of, outline

torch_tier = pytest.mark.skipif(
    not python_of("visual"), reason="VIDERE_VISUAL_PYTHON names no environment of make torch-visual"
)
own_operations = operations("visual", own=True)
no_own_operations = operations("visual", own=False)


def _archive(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("name/data.pkl", data)
    return path


def _checkpoint(path: Path, config: str, value: Any = None) -> Path:
    meta = {"cfg": config, "dataset_meta": {"classes": ("a", "b")}}
    return _archive(path, pickle.dumps({"meta": meta, "state_dict": value or {}}, protocol=2))


_PIPELINE = (
    "test_dataloader = dict(dataset=dict(type='CocoDataset', pipeline=[dict("
    "type='LoadImageFromFile'), dict(type='mmdet.Resize', scale=(8, 8)), dict("
    "type='LoadAnnotations'), dict(type='PackDetInputs')]))\n"
)


def test_it_names_what_it_lacks_and_describes_what_it_is_given(tmp_path: Path) -> None:
    without = MMDetection(Settings(data_dir=tmp_path)).spec
    assert without.lacks == "mmdetection: VIDERE_MMDET_CHECKPOINT names no checkpoint"
    path = _checkpoint(tmp_path / "a.pth", _PIPELINE)
    spec = MMDetection(Settings(mmdet_checkpoint=path, data_dir=tmp_path)).spec
    assert (spec.lacks, spec.refused) == ("", "")
    assert [one.name for one in spec.classes] == ["a", "b"]
    other = _checkpoint(tmp_path / "b.pth", _PIPELINE + "x = 1\n")
    assert MMDetection(Settings(mmdet_checkpoint=other)).spec.version != spec.version


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("x = 1", "no test pipeline"),
        (_PIPELINE.replace("'LoadAnnotations'", "'Albu'"), "'Albu' is not let in"),
        (_PIPELINE.replace("'LoadAnnotations'", "'os.system'"), "'os.system' is not let in"),
        (_PIPELINE.replace("dict(type='PackDetInputs')", ""), "does not end with PackDetInputs"),
        ("import os", "is code, no value"),
    ],
)
def test_a_config_that_is_of_no_use_is_refused_before_torch(
    tmp_path: Path, config: str, words: str
) -> None:
    path = _checkpoint(tmp_path / "a.pth", config)
    spec = MMDetection(Settings(mmdet_checkpoint=path)).spec
    assert words in spec.refused
    assert spec.refused.startswith("mmdetection: ")


def test_the_picture_takes_the_place_of_what_reads_files() -> None:
    pipeline = [{"type": "LoadImageFromFile", "backend_args": None}, {"type": "PackDetInputs"}]
    assert [step["type"] for step in steps({"test_pipeline": pipeline})] == [
        "mmdet.LoadImageFromNDArray", "PackDetInputs",
    ]  # fmt: skip
    with pytest.raises(Refused):
        steps({"test_pipeline": [{"type": "PackDetInputs"}, 7]})


def test_outlines_lie_around_the_largest_part_with_few_corners() -> None:
    mask = np.zeros((100, 200), np.uint8)
    cv2.circle(mask, (150, 50), 30, 1, -1)
    mask[2:6, 2:6] = 1
    points = np.array(outline(mask)).reshape(-1, 2)
    assert 8 <= len(points) <= MOST_CORNERS
    distance = np.hypot(points[:, 0] * 200 - 150.5, points[:, 1] * 100 - 50.5)
    assert np.all(np.abs(distance - 30) < 3)
    chance = np.random.default_rng(0)
    assert len(outline(chance.random((64, 64)) < 0.6)) <= 2 * MOST_CORNERS
    assert outline(np.zeros((9, 9), bool)) == outline(np.eye(9)[:1].repeat(9, 0)[:1]) == ()
    assert box_of(np.zeros((9, 9))) is None
    box = box_of(mask[:, :100])
    assert box is not None
    assert (box.x, box.y, box.width, box.height) == pytest.approx((0.02, 0.02, 0.04, 0.04))


@pytest.fixture(scope="module")
def made() -> Path:
    return models_of("visual", "detectors")


@pytest.mark.torch
@torch_tier
def test_networks_of_each_kind_load_and_answer(made: Path) -> None:
    """Random numbers, so only that they answer; masks come as outlines where there are any."""
    told = told_by("visual", "load_detectors", made)
    assert {name: one["state"] for name, one in told.items()} == dict.fromkeys(told, "loaded")
    assert len(told) == 6
    assert {told[name]["classes"] for name in told if name != "shapes"} == {80}


@pytest.mark.torch
@torch_tier
@own_operations
def test_networks_that_want_compiled_operations_load_and_answer(made: Path) -> None:
    told = told_by("visual", "load_detectors", made / "compiled")
    assert {name: one["state"] for name, one in told.items()} == dict.fromkeys(told, "loaded")
    assert len(told) == 3


@pytest.mark.torch
@torch_tier
@no_own_operations
def test_networks_that_want_compiled_operations_name_what_is_absent(made: Path) -> None:
    told = told_by("visual", "load_detectors", made / "compiled")
    assert len(told) == 3
    for operation, one in told.items():
        assert one["message"] == f"{operation} needs mmcv with its compiled operations"


@pytest.mark.torch
@torch_tier
def test_a_trained_detector_keeps_the_contract_and_finds_shapes(made: Path, tmp_path: Path) -> None:
    with processes(tmp_path, "visual", VIDERE_MMDET_CHECKPOINT=str(made / "shapes.pth")) as running:
        target = running.ports.target("visual")
        found = asyncio.run(
            check_target(target, engine="mmdetection", patience_s=180, tell=lambda _: None)
        )
        hit, wanted = asyncio.run(_recall(target))
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []
    assert hit >= 0.7 * wanted


async def _recall(target: str) -> tuple[int, int]:
    """Return how many shapes of unseen pictures were found at their place, and how many are."""
    sys.path.append(str(Path(__file__).parents[2] / "torch_models"))
    from shapes import CLASSES, picture

    chance, hit, wanted = np.random.default_rng(99), 0, 0
    async with open_channel([target]) as channel:
        engine = await _engine(channel)
        assert [one.name for one in engine.classes] == list(CLASSES)
        stub: Any = visual_pb2_grpc.VisualServiceStub(channel)
        pin = _pin(engine)
        for _ in range(16):
            bgr, labels, boxes = picture(chance)
            _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])
            request = visual_pb2.AnalyzeFramesRequest(engines=[pin])
            request.frames.add(frame=0, jpeg=jpeg.tobytes())
            seen = (await stub.AnalyzeFrames(request, timeout=120)).observations
            wanted += len(labels)
            for label, box in zip(labels, boxes / 128, strict=True):
                hit += any(
                    one.class_name == CLASSES[label]
                    and one.score >= 0.3
                    and _overlap(one.box, box) > 0.5
                    for one in seen
                )
    return hit, wanted


def _overlap(one: Any, box: Any) -> float:
    x, y, width, height = one
    across = min(x + width, box[2]) - max(x, box[0])
    down = min(y + height, box[3]) - max(y, box[1])
    shared = max(0.0, across) * max(0.0, down)
    area = (box[2] - box[0]) * (box[3] - box[1])
    return float(shared / (width * height + area - shared))


async def _engine(channel: Any) -> engine_pb2.EngineDescription:
    catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    described = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=60)
    return next(one for one in described.engines if one.name == "mmdetection")


def _pin(engine: engine_pb2.EngineDescription) -> engine_pb2.EngineSelection:
    return engine_pb2.EngineSelection(
        feature=engine.feature, name=engine.name, version=engine.version
    )


class _Harm:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.target),)


def _bad_files(made: Path, folder: Path) -> dict[str, tuple[Path, str]]:
    """Return checkpoints that are of no use, with a part of what is said of each."""
    whole = (made / "shapes.pth").read_bytes()
    cut, picture = folder / "cut.pth", folder / "picture.pth"
    cut.write_bytes(whole[: len(whole) // 2])
    picture.write_bytes(cv2.imencode(".png", np.zeros((4, 4, 3), np.uint8))[1].tobytes())
    harm = _checkpoint(folder / "harm.pth", _PIPELINE, {"a": _Harm(folder / "made")})
    # Whole in its description, and no numbers behind it.
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        inner = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        hollow = _archive(folder / "hollow.pth", archive.read(inner))
    return {
        "cut off": (cut, "broken one"),
        "another kind of file": (picture, "broken one"),
        "code in the checkpoint": (harm, "posix.mkdir, which is code"),
        "no numbers": (hollow, "its numbers cannot be read"),
        "code in the config": (made / "shapes.pth", "'os.system' is nothing that a network"),
    }


@pytest.mark.torch
@torch_tier
def test_files_that_are_of_no_use_are_refused_and_the_service_goes_on(
    made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for what, (path, words) in _bad_files(made, folder).items():
        data = tmp_path / path.stem
        data.mkdir()
        settings = {"VIDERE_MMDET_CHECKPOINT": str(path)}
        if what == "code in the config":
            config = folder / "config.py"
            command = f"model = dict(type='os.system', command='touch {folder / 'made'}')"
            config.write_text(f"{_PIPELINE}{command}\n")
            settings["VIDERE_MMDET_CONFIG"] = str(config)
        with processes(data, "visual", **settings) as running:
            said = asyncio.run(_refusal(running.ports.target("visual")))
        assert words in said, what
    assert not (folder / "made").exists()


async def _refusal(target: str) -> str:
    """Return why the engine is refused, at the start or when it loads; another one answers."""
    import grpc

    _, jpeg = cv2.imencode(".jpg", np.zeros((64, 64, 3), np.uint8))
    async with open_channel([target]) as channel:
        engine = await _engine(channel)
        stub: Any = visual_pb2_grpc.VisualServiceStub(channel)
        request = visual_pb2.AnalyzeFramesRequest(engines=[_pin(engine)])
        request.frames.add(frame=0, jpeg=jpeg.tobytes())
        with pytest.raises(grpc.RpcError) as refused:
            await stub.AnalyzeFrames(request, timeout=120)
        assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION  # type: ignore[attr-defined]
        engine = await _engine(channel)
        assert engine.state == engine_pb2.ENGINE_STATE_FAILED
        catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        described = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=60)
        other = next(one for one in described.engines if one.feature == "colors")
        del request.engines[:]
        request.engines.append(_pin(other))
        assert (await stub.AnalyzeFrames(request, timeout=60)).usage
    return engine.state_message


@pytest.mark.torch
@torch_tier
def test_a_checkpoint_of_one_s_own_loads(tmp_path: Path) -> None:
    named = os.environ.get("VIDERE_TEST_MMDET")
    if not named:
        pytest.skip("VIDERE_TEST_MMDET names no checkpoint")
    (tmp_path / "own.pth").symlink_to(Path(named).resolve())
    told = told_by("visual", "load_detectors", tmp_path)["own"]
    print(f"\n{named}: {told}")
    assert told["state"] == "loaded"
