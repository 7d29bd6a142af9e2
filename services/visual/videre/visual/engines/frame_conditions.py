"""Frame conditions: blurred, black, solid."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual import focus
from videre.visual.engines.base import F32, Look, Seen
from videre.visual.letterbox import fit_inside
from videre.visual.pictures import Bgr, Picture

BLURRED: Final = "blurred"
BLACK: Final = "black"
SOLID: Final = "solid"
_FLOOR: Final = 0.05
_LUMA: Final = np.array([0.114, 0.587, 0.299], dtype=np.float32)  # of B, G, R (BT.601)
_BLACK_LUMA: Final = 24.0
_BLACK_SHARE: Final = 0.98  # of dark pixels, at which a picture begins to be black: text is not
_STRIDE: Final = 4
_SOLID_DEVIATION: Final = 6.0  # of B, G or R at which a picture stops being of one colour

SPEC: Final = EngineSpec(
    feature="frame_conditions",
    name="frame-measures",
    version="1",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    classes=(ClassSpec(BLURRED), ClassSpec(BLACK), ClassSpec(SOLID)),
    storing_floor=_FLOOR,
    cpu_seconds_per_item=0.004,
)


class FrameMeasures:
    """At most one of each class, when its score reaches .05; needs no model.

    - "blurred": the steepest edges are wide. Attributes: `edge_width_px` at a longer side of 512
      pixels, `edge_share` 0..1, `laplacian_variance` in squared grey levels.
    - "black": nearly all pixels are dark. Attribute: `dark_share` 0..1.
    - "solid": all pixels are nearly of one colour, black included. Attribute: `deviation`, the
      largest standard deviation of the three channels, 0..255.
    """

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        """Measure the picture at a longer side of at most 512 pixels."""
        size = fit_inside(picture.width, picture.height, focus.SIDE)
        bgr = picture.resized(*size)
        grey = (bgr.reshape(-1, 3).astype(np.float32) @ _LUMA).reshape(bgr.shape[:2])
        candidates = (_blurred(grey), _black(grey), _solid(bgr[::_STRIDE, ::_STRIDE]))
        return Look(tuple(one for one in candidates if one is not None), 1)


def _blurred(grey: F32) -> Seen | None:
    measured = focus.measure(grey)
    if measured.blur < _FLOOR:
        return None
    attributes = {
        "edge_width_px": measured.edge_width,
        "edge_share": measured.edge_share,
        "laplacian_variance": focus.laplacian_variance(grey),
    }
    return Seen(BLURRED, measured.blur, attributes=attributes)


def _black(grey: F32) -> Seen | None:
    dark = float((grey < _BLACK_LUMA).mean())
    score = _ramp(dark, _BLACK_SHARE, 1.0)
    return Seen(BLACK, score, attributes={"dark_share": dark}) if score >= _FLOOR else None


def _solid(bgr: Bgr) -> Seen | None:
    if float(np.max(cv2.meanStdDev(bgr)[1])) > 2 * _SOLID_DEVIATION:
        return None  # far from it, told in a tenth of the time
    deviation = float(bgr.reshape(-1, 3).std(axis=0).max())
    score = 1 - _ramp(deviation, 0.0, _SOLID_DEVIATION)
    return Seen(SOLID, score, attributes={"deviation": deviation}) if score >= _FLOOR else None


def _ramp(value: float, zero: float, one: float) -> float:
    return min(max((value - zero) / (one - zero), 0.0), 1.0)
