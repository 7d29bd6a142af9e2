"""Shot boundaries and black or solid stretches from per-frame signals. Pure (numpy only).

**Cuts.** A cut is a change that stands out from the changes on *both* sides of it: planes (mean
|ΔY|+|ΔU|+|ΔV|) and luma histograms vote together. A pan or a shaking camera changes much in every
frame and stands out nowhere. A change that is taken back within `FLASH_NS` is a flash.

**Fades.** A dark stretch between two shots gives one boundary in its middle (rounded up), as
PySceneDetect's threshold detector does; the hard edges of such a stretch are no cuts of their own.
A stretch that goes dark by a hard edge and lasts longer than `SHORT_NS` is a shot in its own right:
its hard edges are cuts. White is treated alike, but only where it comes or goes gradually: a
page of white paper between two cuts is a shot. A dissolve (`dissolves`) is a fade as well.

**Locality.** Whatever is said of a frame depends only on the frames within `REACH_NS` of it, so
any caller that gives 2 s of context on both sides gets the same answer. Fades longer than
`2 × REACH_NS` are therefore not placed here: their runs, joined over the chunks, tell of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.signals import SIGNAL_FIELDS
from videre.visual.appearance import Signals, apart, appearance
from videre.visual.dissolves import dissolves

SIGNAL_DTYPE: Final = np.dtype(list(SIGNAL_FIELDS))
_SECOND: Final = 1_000_000_000

#: How far to either side of a frame the answer for it may look.
REACH_NS: Final = 2 * _SECOND
#: A dark stretch up to this long belongs to its fade as a whole, hard edges included.
SHORT_NS: Final = 2 * _SECOND
#: A change that is taken back within this time is a flash or a blink.
FLASH_NS: Final = 160_000_000
#: Black before the first picture counts as a shot of its own from this length.
_LEAD_IN_NS: Final = _SECOND // 2

_NEIGHBOURS: Final = 8
_RANK: Final = 2  # one further cut among the neighbours may be stronger than the baseline
# Fitted on hand-made truth (66 + 21 cuts) and on one-shot clips with zooms, pans and hand-held
# cameras; strongest false change 2.9, weakest true cut 3.7 on this scale.
_THRESHOLD: Final = 3.3
_FULL_CHANGE: Final = 40.0  # plane change (0..765) from which a change counts in full
_PLANE_NOISE: Final = 1.0
_HISTOGRAM_NOISE: Final = 0.02
_RETURNED: Final = 0.6  # share of the jump that may be left after a flash
_VISIBLE_JUMP: Final = 200.0  # smallest jump (as `apart` measures) that the flash test can judge

# Plane change from which a stretch begins or ends by a hard edge. Unlike a cut's strength it needs
# no neighbours, which may lie beyond the reach of the stretch's middle.
_SUDDEN: Final = 20.0
_DARK_MEAN: Final = 12.0  # PySceneDetect's threshold, 0..255
_DARK_SHARE: Final = 0.97  # leaves room for a time code burned in
_LIT_MEAN: Final = 24.0  # luma that a scene reaches next to a fade, else it is merely a dark scene
_WHITE_MEAN: Final = 243.0
_WHITE_SHARE: Final = 0.97
_BLACK_MEAN: Final = 8.0
_BLACK_SHARE: Final = 0.995
_SOLID_LUMA: Final = 2.5  # standard deviations, 0..255
_SOLID_CHROMA: Final = 2.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Boundary:
    """First frame of a new shot; `kind` is "cut" or "fade", `score` 0..1."""

    frame: int
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Run:
    """Frames `start`..`end` (half-open) that are all "black" or all "solid", `score` 0..1."""

    start: int
    end: int
    kind: str
    score: float


def boundaries(signals: Signals, own_start: int, own_end: int) -> list[Boundary]:
    """Return the boundaries whose frame lies in `own_start`..`own_end` (half-open), in order."""
    if len(signals) < 2:
        return []
    strength = cut_strength(signals)
    hard = strength >= _THRESHOLD
    hard &= ~_flashes(signals, hard)
    dark, white = _dark(signals), _white(signals)
    fades = _fades(signals, dark, hard, white=False) | _fades(signals, white, hard, white=True)
    first = int(signals["frame"][0])
    found = {
        first + int(i): Boundary(first + int(i), "cut", _score(float(strength[i])))
        for i in np.flatnonzero(hard)
    }
    found |= {
        first + one.index: Boundary(first + one.index, "fade", one.strength / (one.strength + 1))
        for one in dissolves(signals, dark | white)
    }
    found |= {first + index: boundary for index, boundary in fades.items()}
    return [found[frame] for frame in sorted(found) if own_start <= frame < own_end]


def runs(signals: Signals, own_start: int, own_end: int) -> list[Run]:
    """Return the black and solid stretches that begin in `own_start`..`own_end`, in order.

    A stretch begins where its first frame's predecessor is known not to belong to it, or at frame 0
    of the media. It ends with the signals when it goes on beyond them.
    """
    black = (signals["luma_mean"] < _BLACK_MEAN) & (signals["dark_share"] >= _BLACK_SHARE)
    flat = (signals["luma_deviation"] < _SOLID_LUMA) & (signals["chroma_deviation"] < _SOLID_CHROMA)
    out = []
    for kind, mask in (("black", black), ("solid", flat & ~black)):
        for start, end in stretches(mask):
            frame = int(signals["frame"][start])
            if (start > 0 or frame == 0) and own_start <= frame < own_end:
                out.append(Run(frame, int(signals["frame"][end - 1]) + 1, kind, 1.0))
    return sorted(out, key=lambda run: (run.start, run.kind))


def cut_strength(signals: Signals) -> NDArray[np.float64]:
    """Return for each frame how far its change stands out from those around it, ≥ 0.

    The baseline of a side is the `_RANK`-th largest of its up to `_NEIGHBOURS` changes, the
    baseline of a frame the larger of its two sides.
    """
    planes = _plane_change(signals)
    histogram = signals["histogram_distance"].astype(np.float64)
    real = signals["frame"] > 0  # frame 0 has nothing to differ from
    ratio = planes / (_baseline(signals, planes, real) + _PLANE_NOISE)
    ratio += 0.5 * histogram / (_baseline(signals, histogram, real) + _HISTOGRAM_NOISE)
    strength: NDArray[np.float64] = ratio * np.minimum(1.0, planes / _FULL_CHANGE) * real
    return strength


def stretches(mask: Mask) -> list[tuple[int, int]]:
    """Return the runs of True in a mask as half-open index pairs."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _baseline(signals: Signals, change: NDArray[np.float64], real: Mask) -> NDArray[np.float64]:
    times = signals["time_ns"]
    size = len(change)
    sides = []
    for sign in (-1, 1):
        around = np.zeros((size, _NEIGHBOURS))
        for step in range(1, _NEIGHBOURS + 1):
            to = slice(step, size) if sign < 0 else slice(0, max(size - step, 0))
            source = slice(0, max(size - step, 0)) if sign < 0 else slice(step, size)
            near = (np.abs(times[to] - times[source]) <= REACH_NS) & real[source]
            around[to, step - 1] = change[source] * near
        sides.append(np.sort(around, axis=1)[:, -_RANK])
    return np.maximum(*sides)


def _plane_change(signals: Signals) -> NDArray[np.float64]:
    change: NDArray[np.float64] = np.zeros(len(signals))
    for plane in "yuv":
        change += signals[f"delta_{plane}"]
    return change


def _score(strength: float) -> float:
    return strength / (strength + _THRESHOLD)


def _flashes(signals: Signals, hard: Mask) -> Mask:
    """Tell which hard changes are taken back, or take something back, within `FLASH_NS`."""
    look, times = appearance(signals), signals["time_ns"]
    out = np.zeros(len(hard), dtype=np.bool_)
    for index in np.flatnonzero(hard):
        before, after = look[index - 1], look[index]
        jump = apart(before, after)
        if jump < _VISIBLE_JUMP:
            continue
        later = look[index + 1 :][times[index + 1 :] - times[index] <= FLASH_NS]
        earlier = look[: index - 1][times[index - 1] - times[: index - 1] <= FLASH_NS]
        out[index] = any(apart(before, x) < _RETURNED * jump for x in later) or any(
            apart(after, x) < _RETURNED * jump for x in earlier
        )
    return out


def _dark(signals: Signals) -> Mask:
    mask: Mask = (signals["luma_mean"] < _DARK_MEAN) & (signals["dark_share"] >= _DARK_SHARE)
    return mask


def _white(signals: Signals) -> Mask:
    mask: Mask = (signals["luma_mean"] > _WHITE_MEAN) & (signals["bright_share"] >= _WHITE_SHARE)
    return mask


def _fades(signals: Signals, mask: Mask, hard: Mask, *, white: bool) -> dict[int, Boundary]:
    """Return the boundary of each fade by index; clears the hard edges that belong to one."""
    times = signals["time_ns"]
    look = appearance(signals)
    sudden = _plane_change(signals) >= _SUDDEN
    out: dict[int, Boundary] = {}
    for start, end in stretches(mask):
        starts_media = start == 0 and signals["frame"][0] == 0
        if (start == 0 and not starts_media) or end == len(mask):
            continue  # it is not known where it begins or ends
        middle = (start + end + 1) // 2
        last_before = start if starts_media else start - 1
        length = times[end] - times[last_before]
        seen = max(times[end] - times[middle], times[middle] - times[last_before]) <= REACH_NS
        sudden_edges = int(sudden[start] and not starts_media) + int(sudden[end])
        whole = length <= SHORT_NS and (not white or sudden_edges < 2)
        if not (whole or (seen and sudden_edges == 0)):
            continue
        if starts_media and length < _LEAD_IN_NS:
            continue
        blink = length <= FLASH_NS
        if whole:
            hard[start] = hard[end] = False
        if blink and apart(look[start - 1], look[end]) < _VISIBLE_JUMP:
            continue
        if white or _lit_around(signals, start, middle, end, starts_media=starts_media):
            out[middle] = Boundary(int(signals["frame"][middle]), "fade", 1.0)
    return out


def _lit_around(signals: Signals, start: int, middle: int, end: int, *, starts_media: bool) -> bool:
    """Tell whether both scenes next to a dark stretch are lit within `REACH_NS` of its middle."""
    luma = signals["luma_mean"]
    near = np.abs(signals["time_ns"] - signals["time_ns"][middle]) <= REACH_NS
    before, after = luma[:start][near[:start]], luma[end:][near[end:]]
    lit_before = starts_media or bool(np.any(before >= _LIT_MEAN))
    return lit_before and bool(np.any(after >= _LIT_MEAN))
