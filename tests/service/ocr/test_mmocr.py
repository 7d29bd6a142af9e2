"""MMOCR with models of one's own.

Models are made on the spot (`torch_models/readers.py`): a detector and two recognisers that have
learned the letters of these tests, others with random numbers. The tests prove that they load,
answer, read what they have learned and are refused, and nothing of how well MMOCR's models read.
They run in the environment of `make torch-ocr`; VIDERE_OCR_PYTHON names its Python.
VIDERE_TEST_MMOCR names a pair of one's own (DET.pth+REC.pth, +DICTIONARY.txt where it is needed).
"""

from __future__ import annotations

import asyncio
import os
import pickle
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
from videre.internal.v1 import engine_pb2, engine_pb2_grpc, ocr_pb2, ocr_pb2_grpc
from videre.ocr.engines.mmocr import MMOCR
from videre.ocr.line_shape import Shape, shape_of

torch_tier = pytest.mark.skipif(
    not python_of("ocr"), reason="VIDERE_OCR_PYTHON names no environment of make torch-ocr"
)
own_operations = operations("ocr", own=True)
no_own_operations = operations("ocr", own=False)
_LOAD = {"type": "LoadImageFromFile", "color_type": "grayscale"}
_RESIZE = {"type": "Resize", "scale": (64, 32), "keep_ratio": False}


class _Harm:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.target),)


def _checkpoint(path: Path, config: str, state: Any = None) -> Path:
    data = pickle.dumps({"meta": {"cfg": config}, "state_dict": state or {}}, protocol=2)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("name/data.pkl", data)
    return path


def test_it_says_what_it_lacks_and_refuses_what_is_of_no_use(tmp_path: Path) -> None:
    assert MMOCR(Settings()).spec.lacks == (
        "mmocr: not set: VIDERE_MMOCR_DET_CHECKPOINT and VIDERE_MMOCR_REC_CHECKPOINT"
    )
    good = f"test_pipeline = {[_LOAD, _RESIZE]!r}\n"
    det = _checkpoint(tmp_path / "det.pth", "model = dict(type='DBNet')")
    rec = _checkpoint(tmp_path / "rec.pth", good)
    assert MMOCR(Settings(mmocr_det_checkpoint=det)).spec.lacks
    pair = Settings(mmocr_det_checkpoint=det, mmocr_rec_checkpoint=rec)
    spec = MMOCR(pair).spec
    assert (spec.lacks, spec.refused) == ("", "")
    characters = tmp_path / "characters.txt"
    characters.write_text("a\n")
    other = pair.model_copy(update={"mmocr_dictionary": characters})
    assert MMOCR(other).spec.version != spec.version
    characters.unlink()
    assert "cannot be read" in MMOCR(other).spec.refused
    harm = _checkpoint(tmp_path / "harm.pth", good, {"a": _Harm(tmp_path / "made")})
    refused = MMOCR(pair.model_copy(update={"mmocr_rec_checkpoint": harm})).spec.refused
    assert "posix.mkdir, which is code" in refused
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("pipeline", "shape"),
    [
        ([_LOAD, _RESIZE], Shape(height=32, width=64, gray=True)),
        (
            [
                {"type": "RescaleToHeight", "height": 48, "min_width": 48, "max_width": 160,
                 "width_divisor": 4},
                {"type": "mmocr.PadToWidth", "width": 160},
            ],
            Shape(height=48, least=48, most=160, step=4, padded=160),
        ),
    ],
)  # fmt: skip
def test_a_config_says_how_its_lines_are_scaled(pipeline: list[Any], shape: Shape) -> None:
    assert shape_of({"test_pipeline": pipeline}) == shape


@pytest.mark.parametrize(
    "pipeline",
    [None, [], [7], [_LOAD], [{"type": "Resize"}], [_RESIZE, {"type": "ImgAugWrapper"}],
     [{"type": "Resize", "scale": (64, 10**9)}], [{"type": "os.system"}]],
)  # fmt: skip
def test_a_config_that_says_no_size_or_more_is_refused(pipeline: Any) -> None:
    with pytest.raises(Refused):
        shape_of({"test_pipeline": pipeline})


def test_lines_keep_their_shape_or_are_squeezed_and_padded() -> None:
    crop = np.full((24, 100, 3), 200, np.uint8)
    line, valid = Shape(height=48, least=48, most=160, step=4, padded=160).fit(crop, cv2)
    assert (line.shape, valid) == ((48, 160, 3), 1.0)
    line, valid = Shape(height=48, padded=400).fit(crop, cv2)
    assert (line.shape, valid) == ((48, 400, 3), 0.5)
    assert line[:, :200].min() == 200
    assert line[:, 200:].max() == 0
    line, _ = Shape(height=32, width=64, gray=True).fit(crop, cv2)
    assert line.shape == (32, 64, 1)
    line, _ = Shape(height=32, least=32, step=16).fit(np.zeros((90, 1, 3), np.uint8), cv2)
    assert line.shape == (32, 32, 3)


@pytest.fixture(scope="module")
def made() -> Path:
    return models_of("ocr", "readers")


@pytest.mark.torch
@torch_tier
def test_networks_of_each_kind_load_and_answer(made: Path) -> None:
    pairs = [f"{made / 'dbnet.pth'}+{made / name}.pth" for name in ("svtr", "satrn")]
    told = told_by("ocr", "load_readers", *pairs)
    assert {name: one["state"] for name, one in told.items()} == {
        "dbnet+satrn": "loaded", "dbnet+svtr": "loaded",
    }  # fmt: skip


def _compiled(made: Path) -> dict[str, dict[str, Any]]:
    """Return what is told of finders that want compiled operations, by the operation."""
    finders = sorted((made / "compiled").glob("*.pth"))
    assert len(finders) == 3
    pairs = [f"{finder}+{made / 'svtr.pth'}" for finder in finders]
    told = told_by("ocr", "load_readers", *pairs)
    return {name.removesuffix("+svtr"): one for name, one in told.items()}


@pytest.mark.torch
@torch_tier
@own_operations
def test_networks_that_want_compiled_operations_load_and_answer(made: Path) -> None:
    told = _compiled(made)
    assert {name: one["state"] for name, one in told.items()} == dict.fromkeys(told, "loaded")


@pytest.mark.torch
@torch_tier
@no_own_operations
def test_networks_that_want_compiled_operations_name_what_is_absent(made: Path) -> None:
    for operation, one in _compiled(made).items():
        assert one["message"] == f"{operation} needs mmcv with its compiled operations"


@pytest.mark.torch
@torch_tier
@pytest.mark.parametrize(
    ("reader", "captions"),
    [
        ("digits", ("40718", "2563", "8190", "61354", "9786", "2047")),
        ("chinese", ("中国山水", "月日田土", "上下山水", "上山下水", "中国水火", "上下土石")),
    ],
)
def test_a_pair_reads_what_it_has_learned(
    made: Path, tmp_path: Path, reader: str, captions: tuple[str, ...]
) -> None:
    """A caption of four letters and more in each frame: shorter ones must be surer to be reported.

    Two are enough, for by chance none is right: this is no test of how well they are read.
    """
    settings = {
        "VIDERE_MMOCR_DET_CHECKPOINT": str(made / "finder.pth"),
        "VIDERE_MMOCR_REC_CHECKPOINT": str(made / f"{reader}.pth"),
    }
    with processes(tmp_path, "ocr", **settings) as running:
        answer = asyncio.run(_read(running.ports.target("ocr"), [_frame(one) for one in captions]))
    read = [[line.text for line in frame.lines] for frame in answer.frames]
    print(f"\n{reader}: {read}, {answer.usage}")
    right = [wanted for wanted, found in zip(captions, read, strict=True) if found == [wanted]]
    assert len(right) >= 2


def _frame(text: str) -> bytes:
    """Return a JPEG with a caption."""
    bgr = np.random.default_rng(5).integers(30, 50, (180, 320, 3)).astype(np.uint8)
    cv2.putText(bgr, text, (40, 60), (240, 240, 240), cv2.FontFace("uni"), 30, 500)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 95])
    return bytes(data.tobytes())


async def _read(target: str, pictures: list[bytes]) -> Any:
    async with open_channel([target]) as channel:
        catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        told = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=60)
        engine = next(one for one in told.engines if one.name == "mmocr")
        request = ocr_pb2.ReadFramesRequest(
            engine=engine_pb2.EngineSelection(
                feature=engine.feature, name=engine.name, version=engine.version
            )
        )
        for index, picture in enumerate(pictures):
            request.frames.add(frame=index, time_ns=index * 2_000_000_000, jpeg=picture)
        stub: Any = ocr_pb2_grpc.OcrServiceStub(channel)
        return await stub.ReadFrames(request, timeout=300)


@pytest.mark.torch
@torch_tier
def test_a_pair_of_one_s_own_prints_its_figures() -> None:
    named = os.environ.get("VIDERE_TEST_MMOCR")
    if not named:
        pytest.skip("VIDERE_TEST_MMOCR names no pair (DET.pth+REC.pth[+DICTIONARY.txt])")
    (told,) = told_by("ocr", "load_readers", named).values()
    print(f"\n{named}: {told}")
    assert told["state"] == "loaded"


@pytest.mark.torch
@torch_tier
def test_the_service_keeps_the_contract_with_a_pair(made: Path, tmp_path: Path) -> None:
    settings = {
        "VIDERE_MMOCR_DET_CHECKPOINT": str(made / "dbnet.pth"),
        "VIDERE_MMOCR_REC_CHECKPOINT": str(made / "svtr.pth"),
    }
    with processes(tmp_path, "ocr", **settings) as running:
        target = running.ports.target("ocr")
        found = asyncio.run(
            check_target(target, engine="mmocr", patience_s=180, tell=lambda _: None)
        )
        asyncio.run(_described(target))
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []


async def _described(target: str) -> None:
    async with open_channel([target]) as channel:
        catalog: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        told = await catalog.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=60)
    states = {one.name: one.state for one in told.engines}
    assert states["mmocr"] == engine_pb2.ENGINE_STATE_AVAILABLE
    assert next(iter(states)) == "rapidocr-ppocrv6-small"
