"""Fades: stretches of black or white that part two shots. Pure.

A dark stretch between two shots gives one boundary in its middle (rounded up), as PySceneDetect's
threshold detector does; the hard edges of such a stretch are no cuts of their own. A stretch that
goes dark by a hard edge and lasts longer than `SHORT_NS` is a shot in its own right: its hard edges
are cuts. White is treated alike, but only where it comes or goes gradually: a page of white paper
between two cuts is a shot. A stretch as short as a blink parts two shots only when the pictures
outside of its ramps are not of one scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.appearance import F64, Mask, Signals, alike, apart, brightness
from videre.visual.cuts import FLASH_NS, plane_change

_SECOND: Final = 1_000_000_000
#: How far from the middle of a fade its scenes are looked for.
REACH_NS: Final = 2 * _SECOND
#: A dark stretch up to this long belongs to its fade as a whole, hard edges included.
SHORT_NS: Final = 2 * _SECOND
#: Black before the first picture counts as a shot of its own from this length.
_LEAD_IN_NS: Final = _SECOND // 2

# Plane change from which a stretch longer than `SHORT_NS` begins or ends by a hard edge. Unlike a
# cut's strength it needs no neighbours, which may lie beyond the reach of the stretch's middle.
_SUDDEN: Final = 20.0
_HARD_SHARE: Final = 0.6  # of the way from the scene to the colour in one frame; less is a ramp
_DARK_MEAN: Final = 12.0  # PySceneDetect's threshold, 0..255
_DARK_SHARE: Final = 0.97  # leaves room for a time code burned in
_LIT_MEAN: Final = 24.0  # luma from which a scene next to a fade is no dim one
_WHOLLY_BLACK: Final = 3.0
_WHITE_MEAN: Final = 243.0
_WHITE_SHARE: Final = 0.97

_RAMP_NS: Final = _SECOND // 2  # how far a ramp is followed away from the colour
_RAMP_STEP: Final = 1.0  # luma per frame; a scene beside the ramp changes less
# What tells a blink from a fade as short: but for one, 60 blinks and strobes leave pictures with a
# correlation of .96 and more that are at most 11.7 levels apart; 139 fades, .74 at most.
_LEAST_ALIKE: Final = 0.94
_MOST_APART: Final = 12.0
# Flat pictures, and dark ones full of noise, have no pattern to be alike in: these are as good as
# equal, in levels of luma.
_EQUAL: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Black or white frames `start`..`end` (half-open) as indices, and the boundary `middle`.

    `first` and `last` are the nearest frames outside of the ramps; `opens` tells that the stretch
    begins with the media.
    """

    start: int
    middle: int
    end: int
    first: int
    last: int
    opens: bool


def dark(signals: Signals) -> Mask:
    """Tell which frames are as dark as the middle of a fade."""
    mask: Mask = (signals["luma_mean"] < _DARK_MEAN) & (signals["dark_share"] >= _DARK_SHARE)
    return mask


def white(signals: Signals) -> Mask:
    """Tell which frames are as white as the middle of a fade."""
    mask: Mask = (signals["luma_mean"] > _WHITE_MEAN) & (signals["bright_share"] >= _WHITE_SHARE)
    return mask


def stretches(mask: Mask) -> list[tuple[int, int]]:
    """Return the runs of True in a mask as half-open index pairs."""
    edges_of_runs = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    pairs = zip(edges_of_runs[::2], edges_of_runs[1::2], strict=True)
    return [(int(a), int(b)) for a, b in pairs]


def fades(signals: Signals, hard: Mask) -> list[int]:
    """Return the indices of the frames in the middle of fades through black or white, in order.

    Args:
        signals: records of consecutive frames.
        hard: hard cuts; those that belong to a fade are cleared.
    """
    light = brightness(signals)
    masks = dark(signals), white(signals)
    scene = ~(masks[0] | masks[1])
    out = []
    for mask, is_white in zip(masks, (False, True), strict=True):
        for start, end in stretches(mask):
            stretch = _stretch(signals, scene, start, end)
            if stretch and _parts(signals, light, hard, stretch, is_white=is_white):
                out.append(stretch.middle)
    return sorted(out)


def _stretch(signals: Signals, scene: Mask, start: int, end: int) -> _Stretch | None:
    """Return a stretch with its surroundings; None where it is not known how it begins or ends."""
    opens = start == 0 and signals["frame"][0] == 0
    if (start == 0 and not opens) or end == len(signals):
        return None
    middle = (start + end + 1) // 2
    first = start if opens else _beyond_ramp(signals, scene, start, end - 1)
    return _Stretch(start, middle, end, first, _beyond_ramp(signals, scene, end, start), opens)


def _beyond_ramp(signals: Signals, scene: Mask, edge: int, other: int) -> int:
    """Return the first frame outside of the ramp at an edge of a stretch.

    The ramp, and whatever flickers between black and white before it, is followed only as far as it
    lies within reach of the other edge too.
    """
    luma, times = signals["luma_mean"], signals["time_ns"]
    step = 1 if edge > other else -1
    index = edge if step > 0 else edge - 1
    sign = np.sign(luma[index] - luma[index - step])
    while (
        0 <= index + step < len(luma)
        and abs(times[index + step] - times[edge]) <= _RAMP_NS
        and abs(times[index + step] - times[other]) <= REACH_NS
        and (sign * (luma[index + step] - luma[index]) > _RAMP_STEP or not scene[index])
    ):
        index += step
    return index


def _parts(signals: Signals, light: F64, hard: Mask, stretch: _Stretch, *, is_white: bool) -> bool:
    """Tell whether a stretch is a fade between two shots; clears the hard edges it owns."""
    times = signals["time_ns"]
    start, end, middle = stretch.start, stretch.end, stretch.middle
    last_before = start if stretch.opens else start - 1
    length = times[end] - times[last_before]
    if stretch.opens and length < _LEAD_IN_NS:
        return False
    if length <= SHORT_NS:
        if is_white and _hard_edges(signals["luma_mean"], stretch) == 2:
            return False
        hard[start] = hard[end] = False
        if times[end] - times[start] <= FLASH_NS and _same_scene(light, stretch):
            return False
    else:
        seen = max(times[end] - times[middle], times[middle] - times[last_before]) <= REACH_NS
        change = plane_change(signals)
        if not seen or change[end] >= _SUDDEN or (not stretch.opens and change[start] >= _SUDDEN):
            return False
    return is_white or _joins_scenes(signals, light, stretch)


def _hard_edges(luma: NDArray[np.float32], stretch: _Stretch) -> int:
    """Return how many edges of a stretch go most of the way to the scene in a single frame."""
    count = 0
    pairs = [(stretch.end, stretch.end - 1, stretch.last)]
    if not stretch.opens:
        pairs.append((stretch.start - 1, stretch.start, stretch.first))
    for outside, inside, scene in pairs:
        way = abs(float(luma[scene]) - float(luma[inside]))
        count += abs(float(luma[outside]) - float(luma[inside])) > _HARD_SHARE * way
    return count


def _same_scene(light: F64, stretch: _Stretch) -> bool:
    """Tell whether the pictures outside of the ramps are of one scene."""
    before, after = light[stretch.first], light[stretch.last]
    distance = apart(before, after)
    of_one = (alike(before, after) >= _LEAST_ALIKE) & (distance <= _MOST_APART)
    return bool(of_one | (distance <= _EQUAL))


def _joins_scenes(signals: Signals, light: F64, stretch: _Stretch) -> bool:
    """Tell whether a dark stretch lies between scenes, and is no dark moment of a single one.

    Both scenes are lit within `REACH_NS` of its middle; or the stretch turns wholly black, which
    dim scenes do not, and parts two pictures.
    """
    luma = signals["luma_mean"]
    near = np.abs(signals["time_ns"] - signals["time_ns"][stretch.middle]) <= REACH_NS
    lit = (luma >= _LIT_MEAN) & near
    if lit[stretch.end :].any() and (stretch.opens or lit[: stretch.start].any()):
        return True
    black = luma[stretch.start : stretch.end].min() <= _WHOLLY_BLACK
    return bool(black) and not stretch.opens and not _same_scene(light, stretch)
