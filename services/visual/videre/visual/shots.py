"""Shot boundaries and black or solid stretches from per-frame signals. Pure (numpy only).

A shot begins with a hard cut (`cuts`), in the middle of a fade through black or white (`fades`), or
in the middle of a dissolve (`dissolves`), which counts as a fade.

**Locality.** Whatever is said of a frame depends only on the frames within `REACH_NS` of it, so
any caller that gives 2 s of context on both sides gets the same answer. Fades longer than
`2 × REACH_NS` are therefore not placed here: their runs, joined over the chunks, tell of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.signals import SIGNAL_FIELDS
from videre.visual.appearance import Signals
from videre.visual.cuts import THRESHOLD, cut_strength, hard_cuts
from videre.visual.dissolves import dissolves
from videre.visual.fades import REACH_NS, dark, fades, stretches, white

__all__ = ["REACH_NS", "SIGNAL_DTYPE", "Boundary", "Run", "boundaries", "runs"]

SIGNAL_DTYPE: Final = np.dtype(list(SIGNAL_FIELDS))

_BLACK_MEAN: Final = 8.0
_BLACK_SHARE: Final = 0.995
_SOLID_LUMA: Final = 2.5  # standard deviations, 0..255
_SOLID_CHROMA: Final = 2.0


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
    hard = hard_cuts(signals, strength)
    faded = fades(signals, hard)
    first = int(signals["frame"][0])
    found = {
        first + int(i): Boundary(first + int(i), "cut", _score(float(strength[i])))
        for i in np.flatnonzero(hard)
    }
    found |= {
        first + one.index: Boundary(first + one.index, "fade", one.strength / (one.strength + 1))
        for one in dissolves(signals, dark(signals) | white(signals))
    }
    found |= {first + index: Boundary(first + index, "fade", 1.0) for index in faded}
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


def _score(strength: float) -> float:
    return strength / (strength + THRESHOLD)
