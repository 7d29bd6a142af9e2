"""Which operations of mmcv are its own, by stand-ins of mmcv and of torch: neither is here.

What the plain ones answer is compared with the compiled ones by the tests with the marker `torch`.
"""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from videre.common.openmmlab import ops

_COMPILED = """
def get_compiling_cuda_version():
    return {cuda!r}
def nms(boxes, scores, iou_threshold, offset):
    return "compiled"
def roi_align_forward(features, rois, output, *maxima, **how):
    output.told.append("compiled")
def softnms(*_):
    return "compiled"
"""


class _Tensor:
    """A tensor without values, on a device; tells what is copied into it."""

    def __init__(self, device: str) -> None:
        self.device = SimpleNamespace(type=device)
        self.shape = (1, 3, 8, 8)
        self.told: list[str] = []

    def __len__(self) -> int:
        return 0

    def detach(self) -> _Tensor:
        return self

    float = cpu = detach

    def tolist(self) -> list[Any]:
        return []

    def unbind(self, _axis: int) -> list[Any]:
        return [np.zeros(0)] * 4

    def new_zeros(self, _shape: tuple[int, ...]) -> str:
        return "plain"

    def copy_(self, found: str) -> None:
        self.told.append(found)


_TORCH: Any = SimpleNamespace(
    long=None,
    argsort=lambda *_, **__: [],
    zeros=lambda *_, **__: SimpleNamespace(to=lambda _: "plain"),
)


@pytest.fixture
def mmcv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes an mmcv whose operations were built with a CUDA; None = that has none."""

    def make(cuda: str | None) -> Any:
        (tmp_path / "mmcv").mkdir()
        (tmp_path / "mmcv" / "__init__.py").touch()
        if cuda is not None:
            (tmp_path / "mmcv" / "_ext.py").write_text(_COMPILED.format(cuda=cuda))
        invalidate_caches()
        assert ops.provide(_TORCH) is (cuda is not None)
        assert ops.provide(_TORCH) is (cuda is not None)
        return import_module("mmcv._ext")

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    for name in ("mmcv._ext", "mmcv"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("cuda", "device", "answers"),
    [
        (None, "cpu", "plain"),
        (None, "cuda", "plain"),
        ("not available", "cpu", "compiled"),
        ("not available", "cuda", "plain"),
        ("12.4", "cpu", "compiled"),
        ("12.4", "cuda", "compiled"),
    ],
)
def test_tensors_that_mmcv_s_own_operations_cannot_take_get_the_plain_ones(
    mmcv: Any, cuda: str | None, device: str, answers: str
) -> None:
    found = mmcv(cuda)
    tensor = _Tensor(device)
    assert found.nms(tensor, tensor, iou_threshold=0.5, offset=0) == answers
    found.roi_align_forward(tensor, tensor, tensor, tensor, tensor, **_how(pool_mode=1))
    assert tensor.told == [answers]


def _how(pool_mode: int) -> dict[str, Any]:
    return {
        "aligned_height": 7, "aligned_width": 7, "spatial_scale": 1.0, "sampling_ratio": 0,
        "pool_mode": pool_mode, "aligned": True,
    }  # fmt: skip


def test_any_other_operation_is_mmcv_s_own_or_fails_by_name(mmcv: Any) -> None:
    found, tensor = mmcv(None), _Tensor("cuda")
    with pytest.raises(NotImplementedError, match="softnms needs mmcv with its compiled"):
        found.softnms(tensor)
    with pytest.raises(NotImplementedError, match="roi_align_forward needs mmcv"):
        found.roi_align_forward(tensor, tensor, tensor, **_how(pool_mode=0))
    assert not hasattr(found, "__path__")


def test_maxima_of_regions_are_for_mmcv_s_own_to_make_or_to_refuse(mmcv: Any) -> None:
    found, tensor = mmcv("not available"), _Tensor("cuda")
    assert found.softnms(tensor) == "compiled"
    found.roi_align_forward(tensor, tensor, tensor, **_how(pool_mode=0))
    assert tensor.told == ["compiled"]
