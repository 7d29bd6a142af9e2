"""Two things of the open air that a picture's light alone tells: a blue sky and a full moon. Pure.

A sky is the smooth blue part that hangs from the upper edge, pales or brightens towards its lower
end and has a picture below it. A moon is the one bright disc of a dark picture: round, with a
sharp rim, neither burnt out nor flat. Overcast skies, sunsets and crescents are not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.channels import highest, lowest

F32 = NDArray[np.float32]

#: Longer sides at which a sky and a disc are looked for, pixels.
SKY_SIDE: Final = 128
DISC_SIDE: Final = 256

_BLUE_LEAD: Final = 18.0  # of blue over red, 0..255
_BLUE_LEAST: Final = 90.0
_CLOUD_LEAST: Final = 165.0  # of the darkest channel
_CLOUD_SPREAD: Final = 40.0  # between the channels
_CALM: Final = 14.0  # most difference of luma to a neighbour
_HANG: Final = 0.08  # share of the height that a column of sky reaches down, at least

_BRIGHT: Final = 110.0
_DARK: Final = 45.0


@dataclass(frozen=True, slots=True)
class Sky:
    """What hangs from the upper edge.

    Args:
        share: share of the picture, 0..1.
        width: share of the columns in which it is there, 0..1.
        blue: share of it that is blue rather than cloud, 0..1.
        paling: how much less the blue leads at its lower end, or how much brighter it is, 0..255.
        grain: deviation of luma within a row of it: of a flat colour 0.
    """

    share: float = 0.0
    width: float = 0.0
    blue: float = 0.0
    paling: float = 0.0
    grain: float = 0.0


@dataclass(frozen=True, slots=True)
class Disc:
    """The one bright disc of a dark picture.

    Args:
        x, y, radius: in shares of the picture's width, height and height.
        roundness: share of the disc that is bright, less the share of the bright beside it.
        texture: deviation of luma inside, 0..255.
        luma: mean luma inside, 0..255.
        halo: mean luma of a ring around it, 0..255.
        dark: share of the rest that is dark, 0..1.
        tint: mean spread of the channels inside, 0..255.
    """

    x: float
    y: float
    radius: float
    roundness: float
    texture: float
    luma: float
    halo: float
    dark: float
    tint: float


def sky(bgr: NDArray[np.uint8]) -> Sky:
    """Measure what hangs from the upper edge of a picture, uint8 [height, width, 3]."""
    picture = bgr.astype(np.float32)
    blue, green, red = picture[..., 0], picture[..., 1], picture[..., 2]
    luma = 0.114 * blue + 0.587 * green + 0.299 * red
    is_blue = (blue - red >= _BLUE_LEAD) & (blue >= _BLUE_LEAST) & (green >= red - 6) & (
        green <= blue + 4
    )  # fmt: skip
    dark, bright = lowest(picture), highest(picture)
    cloud = (dark >= _CLOUD_LEAST) & (bright - dark <= _CLOUD_SPREAD) & (blue >= red - 4)
    calm = np.ones(luma.shape, bool)
    calm[1:] &= np.abs(np.diff(luma, axis=0)) <= _CALM
    calm[:, 1:] &= np.abs(np.diff(luma, axis=1)) <= _CALM
    hanging = np.logical_and.accumulate((is_blue | cloud) & calm, axis=0)
    depth = hanging.sum(axis=0)
    hanging &= depth[None, :] >= max(2, round(_HANG * len(luma)))
    count = int(hanging.sum())
    if not count:
        return Sky()
    lead = np.where(hanging & is_blue, blue - red, 0.0)
    return Sky(
        share=count / hanging.size,
        width=float(hanging[0].mean()),
        blue=float(is_blue[hanging].mean()),
        paling=_paling(hanging, lead, luma, is_blue),
        grain=_grain(hanging, luma),
    )


def _paling(hanging: NDArray[np.bool_], lead: F32, luma: F32, is_blue: NDArray[np.bool_]) -> float:
    """Compare the upper with the lower half of the blue, column by column."""
    both = hanging & is_blue
    rows = np.arange(len(luma))[:, None]
    middle = hanging.sum(axis=0)[None, :] / 2
    upper, lower = both & (rows < middle), both & (rows >= middle)
    if not upper.any() or not lower.any():
        return 0.0
    paler = float(lead[upper].mean() - lead[lower].mean())
    brighter = float(luma[lower].mean() - luma[upper].mean())
    return max(paler, brighter)


def _grain(hanging: NDArray[np.bool_], luma: F32) -> float:
    both = hanging[:, 1:] & hanging[:, :-1]
    if not both.any():
        return 0.0
    return float(np.abs(np.diff(luma, axis=1))[both].mean())


def disc(bgr: NDArray[np.uint8]) -> Disc | None:
    """Measure the one bright disc of a dark picture, uint8 [height, width, 3]; None without one."""
    picture = bgr.astype(np.float32)
    luma = picture @ np.array([0.114, 0.587, 0.299], np.float32)
    bright = luma >= _BRIGHT
    count = int(bright.sum())
    height, width = luma.shape
    if count < 20 or count > 0.35 * luma.size:
        return None
    rows, columns = np.nonzero(bright)
    y, x = float(np.median(rows)), float(np.median(columns))
    radius = float(np.sqrt(count / np.pi))
    away = np.hypot(np.arange(height)[:, None] - y, np.arange(width)[None, :] - x)
    inside, core = away <= 1.12 * radius, away <= 0.85 * radius
    if not core.any():
        return None
    ring = (away > 1.25 * radius) & (away <= 1.7 * radius)
    rest = away > 1.25 * radius
    spread = highest(picture) - lowest(picture)
    return Disc(
        x=x / width,
        y=y / height,
        radius=radius / height,
        roundness=float(bright[core].mean() - bright[~inside].sum() / count),
        texture=float(luma[core].std()),
        luma=float(luma[core].mean()),
        halo=float(luma[ring].mean()) if ring.any() else 255.0,
        dark=float((luma[rest] < _DARK).mean()) if rest.any() else 0.0,
        tint=float(spread[core].mean()),
    )
