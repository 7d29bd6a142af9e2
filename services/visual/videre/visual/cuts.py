"""Hard cuts: changes from one frame to the next that stand out and are more than light. Pure.

A cut is a change that stands out from the changes on *both* sides of it: planes (mean
|ΔY|+|ΔU|+|ΔV|) and luma histograms vote together. A pan or a shaking camera changes much in every
frame and stands out nowhere. Four kinds of changes stand out and are no cuts: one that is taken
back within `FLASH_NS` (a flash, a blink), one that only changes the light, and writing that
appears on, or vanishes from, a picture that stays.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.appearance import (
    F64,
    Mask,
    Signals,
    alike,
    apart,
    brightness,
    edges,
    is_relit,
    is_written,
)

#: A change that is taken back within this time is a flash or a blink.
FLASH_NS: Final = 160_000_000

#: Strength from which a change is a cut.
# Fitted on hand-made truth (66 + 21 cuts) and on one-shot clips with zooms, pans and hand-held
# cameras; strongest false change 2.9, weakest true cut 3.7 on this scale.
THRESHOLD: Final = 3.3
_FULL_CHANGE: Final = 40.0  # plane change (0..765) from which a change counts in full
_PLANE_NOISE: Final = 1.0
_HISTOGRAM_NOISE: Final = 0.02

# A film of 10 pictures a second shown at 60 changes every sixth frame only: the neighbourhood must
# hold several of its changes. One or two further cuts in it may be stronger than the baseline.
_NEIGHBOURS: Final = 8
_RANK: Final = 2
_NEAREST_NS: Final = 2_000_000_000  # how far away those neighbours may lie
_AROUND_NS: Final = 320_000_000
_MOST_AROUND: Final = 24
_RANK_AROUND: Final = 3

# A flash has gone when a picture differs from the one before it by less than this share of the jump
# and correlates with it …
_RETURNED: Final = 0.6
_LEAST_ALIKE_AGAIN: Final = 0.75
# … or differs by less than this share: flat pictures correlate with nothing.
_SAME: Final = 0.25
_VISIBLE_JUMP: Final = 1.4  # smallest jump, levels, that the flash test can judge
# On 375 cuts gain and offset leave .23 of the change and more, in 72 switched lights and flashes at
# most .123.
_UNEXPLAINED: Final = 0.13
_LEAST_ALIKE: Final = 0.9  # two nearly flat pictures leave little to explain: they must also agree
_VISIBLE_LIGHT: Final = 4.0  # smallest change, levels, that can be called one of light


def plane_change(signals: Signals) -> F64:
    """Return the mean |difference| to the frame before, summed over the planes, 0..765."""
    change: F64 = np.zeros(len(signals))
    for plane in "yuv":
        change += signals[f"delta_{plane}"]
    return change


def cut_strength(signals: Signals) -> F64:
    """Return for each frame how far its change stands out from those around it, ≥ 0.

    The baseline of a side is the `_RANK`-th largest of its `_NEIGHBOURS` nearest changes, or the
    `_RANK_AROUND`-th largest within `_AROUND_NS` if that is larger; the baseline of a frame is the
    larger of its two sides.
    """
    planes = plane_change(signals)
    histogram = signals["histogram_distance"].astype(np.float64)
    real = signals["frame"] > 0  # frame 0 has nothing to differ from
    ratio = planes / (_baseline(signals, planes, real) + _PLANE_NOISE)
    ratio += 0.5 * histogram / (_baseline(signals, histogram, real) + _HISTOGRAM_NOISE)
    strength: F64 = ratio * np.minimum(1.0, planes / _FULL_CHANGE) * real
    return strength


def hard_cuts(signals: Signals, strength: F64) -> Mask:
    """Tell which frames begin with a hard cut, the hard edges of black and white included."""
    hard = strength >= THRESHOLD
    at = np.flatnonzero(hard)
    at = at[at > 0]
    light, pattern = brightness(signals), edges(signals)
    jump = apart(light[at], light[at - 1])
    relit = is_relit(light[at - 1], light[at], _UNEXPLAINED) & (jump >= _VISIBLE_LIGHT)
    relit &= alike(light[at - 1], light[at]) >= _LEAST_ALIKE
    written = is_written(light[at] - light[at - 1], pattern[at] - pattern[at - 1])
    same_hues = signals["delta_u"][at] + signals["delta_v"][at] <= signals["delta_y"][at]
    flash = _is_flash(signals["time_ns"], light, pattern, at)
    hard[at] = ~(flash | (same_hues & (relit | written)))
    return hard


def _baseline(signals: Signals, change: F64, real: Mask) -> F64:
    times = signals["time_ns"]
    size = len(change)
    sides = []
    for sign in (-1, 1):
        around = np.zeros((size, _MOST_AROUND))
        for step in range(1, _MOST_AROUND + 1):
            to = slice(step, size) if sign < 0 else slice(0, max(size - step, 0))
            source = slice(0, max(size - step, 0)) if sign < 0 else slice(step, size)
            gap = np.abs(times[to] - times[source])
            near = gap <= (_NEAREST_NS if step <= _NEIGHBOURS else _AROUND_NS)
            if not near.any():
                break
            around[to, step - 1] = change[source] * (near & real[source])
        nearest = np.sort(around[:, :_NEIGHBOURS], axis=1)[:, -_RANK]
        sides.append(np.maximum(nearest, np.sort(around, axis=1)[:, -_RANK_AROUND]))
    return np.maximum(*sides)


def _is_flash(times: NDArray[np.int64], light: F64, pattern: F64, at: NDArray[np.intp]) -> Mask:
    """Tell which changes are taken back, or take something back, within `FLASH_NS`."""
    look = np.concatenate([light, pattern], axis=1)
    out = np.zeros(len(at), dtype=np.bool_)
    for number, index in enumerate(at):
        before, after = look[index - 1], look[index]
        jump = apart(before, after)
        if jump < _VISIBLE_JUMP:
            continue
        end = np.searchsorted(times, times[index] + FLASH_NS, side="right")
        start = np.searchsorted(times, times[index - 1] - FLASH_NS)
        later = _again(light, look, slice(index + 1, end), index - 1, jump)
        out[number] = later or _again(light, look, slice(start, index - 1), index, jump)
    return out


def _again(light: F64, look: F64, frames: slice, picture: int, jump: F64) -> bool:
    """Tell whether one of some frames shows a picture again: the same, or near and alike."""
    distance = apart(look[frames], look[picture])
    likeness = alike(light[frames], light[picture])
    near = (distance < _RETURNED * jump) & (likeness >= _LEAST_ALIKE_AGAIN)
    return bool((near | (distance < _SAME * jump)).any())
