"""Picture kinds: what a picture's light and colours alone tell."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual import flatness, heavens
from videre.visual.channels import highest
from videre.visual.engines.base import Look, Seen
from videre.visual.letterbox import fit_inside
from videre.visual.pictures import Bgr, Picture

ILLUSTRATION: Final = "illustration"
SKY: Final = "sky"
MOON: Final = "moon"
CELESTIAL_BODY: Final = "celestial_body"
_FLOOR: Final = 0.05
#: Nobody has measured how often these measures are right on pictures of all kinds.
_CAP: Final = 0.89
#: Brightest channel of the median pixel of a picture in which a disc is looked for, 0..255.
_DARK: Final = 48

SPEC: Final = EngineSpec(
    feature="picture_kinds",
    name="picture-measures",
    version="1",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    classes=tuple(ClassSpec(name) for name in (ILLUSTRATION, SKY, MOON, CELESTIAL_BODY)),
    storing_floor=_FLOOR,
    score_cap=_CAP,
    cpu_seconds_per_item=0.006,
)


class PictureMeasures:
    """At most one of each class, when its score reaches .05; needs no model.

    - "illustration": drawn in several flat colours, with edges in all directions. Attributes:
      `pure_share` 0..1, `colors`, `vivid_colors`, `slanted_share` 0..1.
    - "sky": a blue sky hangs from the upper edge. Attributes: `share` 0..1, `blue_share` 0..1.
    - "moon", and "celestial_body" with the same score: the one bright disc of a dark picture.
      Attributes: `x`, `y`, `radius` in shares of the picture's width, height and height.
    """

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        """Measure small copies of the picture."""
        flat = flatness.measure(_small(picture, flatness.SIDE))
        above = heavens.sky(_small(picture, heavens.SKY_SIDE))
        disc = heavens.disc(_small(picture, heavens.DISC_SIDE)) if _is_dark(picture) else None
        seen = (_illustration(flat), _sky(above, flat), *_moon(disc))
        return Look(tuple(one for one in seen if one.score >= _FLOOR), 1)


def _small(picture: Picture, side: int) -> Bgr:
    return picture.resized(*fit_inside(picture.width, picture.height, side))


def _is_dark(picture: Picture) -> bool:
    """Tell whether most of a picture is so dark that a disc may be its only light."""
    return bool(np.median(highest(_small(picture, heavens.SKY_SIDE)[::2, ::2])) < _DARK)


def _illustration(flat: flatness.Flatness) -> Seen:
    score = min(
        _ramp(flat.pure, 0.40, 0.70),
        _ramp(flat.colors, 1.5, 4.5),
        _ramp(flat.vivid, 0, 3),
        _ramp(flat.slanted, 0.10, 0.40),
    )
    attributes = {
        "pure_share": flat.pure,
        "colors": float(flat.colors),
        "vivid_colors": float(flat.vivid),
        "slanted_share": flat.slanted,
    }
    return Seen(ILLUSTRATION, score, attributes=attributes)


def _sky(found: heavens.Sky, flat: flatness.Flatness) -> Seen:
    score = min(
        _ramp(found.share, 0.10, 0.25),
        _ramp(found.width, 0.70, 0.88),
        _ramp(found.blue, 0.30, 0.60),
        _ramp(found.paling, 0.0, 5.0),
        _ramp(found.grain, 0.05, 0.20),
        1 - _ramp(found.share, 0.85, 0.98),
        1 - _ramp(flat.pure, 0.55, 0.75),
    )
    return Seen(SKY, score, attributes={"share": found.share, "blue_share": found.blue})


def _moon(disc: heavens.Disc | None) -> tuple[Seen, ...]:
    if disc is None:
        return ()
    score = min(
        _ramp(disc.roundness, 0.75, 0.95),
        _ramp(disc.texture, 3.0, 8.0),
        1 - _ramp(disc.luma, 225.0, 250.0),
        1 - _ramp(disc.halo, 30.0, 60.0),
        _ramp(disc.dark, 0.90, 0.98),
        1 - _ramp(disc.tint, 45.0, 90.0),
    )
    attributes = {"x": disc.x, "y": disc.y, "radius": disc.radius}
    return tuple(Seen(name, score, attributes=attributes) for name in (MOON, CELESTIAL_BODY))


def _ramp(value: float, zero: float, one: float) -> float:
    return float(np.clip((value - zero) / (one - zero), 0.0, 1.0))
