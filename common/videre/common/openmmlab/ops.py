"""The compiled operations of mmcv that detection needs, in plain torch.

`mmcv-lite` comes without compiled operations, and building mmcv needs a compiler and a quarter of
an hour. `provide` puts a stand-in where mmcv looks for them: `nms` and averaging `roi_align` work,
any other one fails by name when a model calls it. Where mmcv has its own, but was built without
CUDA, the same two work for tensors on a GPU, and its own do everything else.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

_NAME: Final = "mmcv._ext"
#: What operations built without CUDA say when they are asked with which.
_NO_CUDA: Final = "not available"


def provide(torch: Any) -> bool:
    """Put the stand-in in place where mmcv's own operations need it; tell whether it has any.

    Args:
        torch: the imported module.
    """
    if isinstance(placed := sys.modules.get(_NAME), _Stand):
        return placed.has_own
    own = import_module(_NAME) if find_spec(_NAME) is not None else None
    if own is None or own.get_compiling_cuda_version() == _NO_CUDA:
        sys.modules[_NAME] = _Stand(torch, own)
    return own is not None


class _Absent:
    """Operations that are not there."""

    def __getattr__(self, name: str) -> Any:
        """Return what fails when it is called."""

        def absent(*_args: object, **_named: object) -> None:
            raise NotImplementedError(f"{name} needs mmcv with its compiled operations")

        return absent


class _Stand(ModuleType):
    """Looks like the compiled module; mmcv asks for each operation by name when it is imported."""

    def __init__(self, torch: Any, own: Any) -> None:
        """Stand before mmcv's own operations for the CPU, or, with None, in their place."""
        super().__init__(_NAME, __doc__)
        self.__spec__ = ModuleSpec(_NAME, None)
        self._torch = torch
        self._own = own or _Absent()
        self.has_own = own is not None

    def nms(self, boxes: Any, scores: Any, iou_threshold: float, offset: int) -> Any:
        """See `nms`."""
        if self._takes(boxes):
            return self._own.nms(boxes, scores, iou_threshold=iou_threshold, offset=offset)
        return nms(self._torch, boxes, scores, iou_threshold, offset)

    def roi_align_forward(
        self, features: Any, rois: Any, output: Any, *maxima: Any, **how: Any
    ) -> None:
        """Fill `output`; see `roi_align`."""
        if self._takes(features) or not how["pool_mode"]:
            self._own.roi_align_forward(features, rois, output, *maxima, **how)
            return
        output.copy_(
            roi_align(
                self._torch, features, rois, (how["aligned_height"], how["aligned_width"]),
                how["spatial_scale"], how["sampling_ratio"], aligned=how["aligned"],
            )
        )  # fmt: skip

    def _takes(self, tensor: Any) -> bool:
        """Tell whether mmcv's own operations can take a tensor."""
        return self.has_own and tensor.device.type == "cpu"

    def __getattr__(self, name: str) -> Any:
        """Return any other operation."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._own, name)


def nms(torch: Any, boxes: Any, scores: Any, iou_threshold: float, offset: int) -> Any:
    """Return the indices of boxes [n, 4] that no better one covers by more than a share of both.

    Args:
        torch: the imported module.
        boxes: left, top, right, bottom.
        scores: [n].
        iou_threshold: intersection over union above which the lesser box goes.
        offset: 0, or 1 where boxes are counted in whole pixels.
    """
    # On the CPU, also for boxes of a GPU: each step waits for the one before.
    left, top, right, bottom = boxes.detach().float().cpu().unbind(1)
    areas = (right - left + offset) * (bottom - top + offset)
    rest = torch.argsort(scores.detach().float().cpu(), descending=True, stable=True)
    kept = []
    while len(rest):
        best, rest = rest[0], rest[1:]
        kept.append(best)
        width = torch.minimum(right[best], right[rest]) - torch.maximum(left[best], left[rest])
        height = torch.minimum(bottom[best], bottom[rest]) - torch.maximum(top[best], top[rest])
        shared = (width + offset).clamp(min=0) * (height + offset).clamp(min=0)
        rest = rest[shared <= iou_threshold * (areas[best] + areas[rest] - shared)]
    found = torch.stack(kept) if kept else torch.zeros(0, dtype=torch.long)
    return found.to(boxes.device)


def roi_align(
    torch: Any,
    features: Any,
    rois: Any,
    size: tuple[int, int],
    scale: float,
    samples: int,
    *,
    aligned: bool,
) -> Any:
    """Return the means of a feature map in the cells of each region.

    Args:
        torch: the imported module.
        features: [pictures, channels, height, width].
        rois: [n, 5]: picture, left, top, right, bottom.
        size: cells of a region, down and across.
        scale: pixels of the map per unit of `rois`.
        samples: samples per cell and direction; 0 = one for each pixel begun.
        aligned: pixels are half a pixel off their index.
    """
    shift = 0.5 if aligned else 0.0
    out = features.new_zeros((len(rois), features.shape[1], *size))
    for index, roi in enumerate(rois.detach().float().cpu().tolist()):
        picture = features[int(roi[0])]
        cut = []
        for begin, end, cells, length in (
            (roi[2], roi[4], size[0], picture.shape[1]),
            (roi[1], roi[3], size[1], picture.shape[2]),
        ):
            start, extent = begin * scale - shift, (end - begin) * scale
            extent = extent if aligned else max(extent, 1.0)
            count = samples or max(1, -int(-extent // cells))
            steps = (torch.arange(cells * count, dtype=torch.float32) + 0.5) / count
            cut.append((start + steps * (extent / cells), count, length))
        out[index] = _means(torch, picture, cut, size)
    return out


def _means(torch: Any, picture: Any, cut: list[tuple[Any, int, int]], size: tuple[int, int]) -> Any:
    """Return the cells' means of samples between four pixels each; outside of the map it is 0."""
    sides = []
    for places, _, length in cut:
        inside = ((places >= -1) & (places <= length)).to(picture)
        places = places.clamp(0, length - 1)
        low = places.floor().long()
        high = (low + 1).clamp(max=length - 1)
        upper = (places - low).to(picture)
        sides.append((low.to(picture.device), high.to(picture.device), upper, inside))
    (top, bottom, down, rows), (left, right, across, columns) = sides
    lines = picture[:, top] * (1 - down)[:, None] + picture[:, bottom] * down[:, None]
    sampled = lines[:, :, left] * (1 - across) + lines[:, :, right] * across
    sampled = sampled * (rows[:, None] * columns)
    shape = (len(picture), size[0], cut[0][1], size[1], cut[1][1])
    return sampled.reshape(shape).mean(dim=(2, 4))
