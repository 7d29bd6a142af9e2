"""Moving covers: which stretch around a still, and animations as files."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError
from videre.production.known import Stretch
from videre.production.reframing.looks import Small, cuts, difference

Bgr = NDArray[np.uint8]

_NS: Final = 1_000_000_000
#: Pictures a second of animations, as GIF's hundredths of a second allow without jitter.
RATE: Final = 12
#: Media types and codec names of animations.
MEDIA_TYPES: Final = {"gif": "image/gif", "webp": "image/webp", "apng": "image/apng"}
_SUFFIXES: Final = {"gif": "gif", "webp": "webp", "apng": "png"}
#: Mean difference of neighbouring looks, of 255, beyond which more movement is not better.
_LIVELY: Final = 12.0
_WEBP_QUALITY: Final = 80


def suffix_of(motion: str) -> str:
    """Return the ending of an animation's file."""
    return _SUFFIXES[motion]


def shot_around(instants: Sequence[int], pictures: Sequence[Small], ns: int) -> Stretch:
    """Return the shot around an instant, no wider than what was looked at.

    Args:
        instants: of the looks, rising, nanoseconds; the last one is the end.
        pictures: what was seen, one fewer.
        ns: the instant; not before the first look.
    """
    differences = [0.0, *(difference(a, b) for a, b in itertools.pairwise(pictures))]
    borders = [instants[0], *(instants[place] for place in cuts(differences)), instants[-1]]
    before = max((one for one in borders if one <= ns), default=instants[0])
    behind = min((one for one in borders if one > ns), default=instants[-1])
    return Stretch(before, behind)


def liveliest(
    instants: Sequence[int], pictures: Sequence[Small], shot: Stretch, ns: int, length_ns: int
) -> Stretch:
    """Return the stretch of a shot with an instant in it in which most happens.

    Args:
        instants: of the looks, rising; the last one is the end.
        pictures: what was seen, one fewer.
        shot: where it must lie.
        ns: the instant.
        length_ns: of the stretch; a shorter shot is shown whole.
    """
    if shot.end_ns - shot.start_ns <= length_ns:
        return shot
    starts = [
        one for one in instants[:-1]
        if shot.start_ns <= one <= ns and ns < one + length_ns <= shot.end_ns
    ] or [min(max(shot.start_ns, ns - length_ns // 2), shot.end_ns - length_ns)]  # fmt: skip
    moved = np.minimum([difference(a, b) for a, b in itertools.pairwise(pictures)], _LIVELY)
    times = np.asarray(instants[1:-1])

    def happening(start: int) -> float:
        inside = (times > start) & (times < start + length_ns)
        return float(moved[inside].sum())

    middle = ns - length_ns // 2
    best = max(starts, key=lambda one: (round(happening(one), 1), -abs(one - middle)))
    return Stretch(best, best + length_ns)


class Animator:
    """Writes animations, the same bytes for the same pictures."""

    def __init__(self) -> None:
        import cv2

        self._cv2: ModuleType = cv2

    def encode(self, pictures: Sequence[Bgr], motion: str) -> bytes:
        """Return the file of pictures, uint8 BGR of one size, `RATE` a second, without end.

        Raises:
            VidereError: ENGINE_FAILED, the encoder refuses them.
        """
        animation = self._cv2.Animation()
        animation.frames = list(pictures)
        animation.durations = np.array(_durations(len(pictures)), np.int32)
        animation.loop_count = 0
        settings = [self._cv2.IMWRITE_WEBP_QUALITY, _WEBP_QUALITY] if motion == "webp" else []
        done, data = self._cv2.imencodeanimation(f".{suffix_of(motion)}", animation, settings)
        if not done:
            raise VidereError(Reason.ENGINE_FAILED, f"no {motion} of these pictures can be made")
        return bytes(data)


def _durations(count: int) -> list[int]:
    """Return how long each picture stays, ms, in whole hundredths of a second; sums are right."""
    marks = [round(place * 100 / RATE) * 10 for place in range(count + 1)]
    return [after - before for before, after in itertools.pairwise(marks)]
