"""Who speaks when: the diarization error rate (DER), as NIST's Rich Transcription defines it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Times are compared in steps of 10 ms.
_STEPS_PER_S: Final = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of one speaker, seconds (half-open)."""

    start_s: float
    end_s: float
    speaker: str


@dataclass(frozen=True, slots=True)
class SpeakerError:
    """What a DER is made of, seconds; all but `spoken` are errors.

    Args:
        spoken: speech of the truth.
        missed: speech without a speaker.
        false: speakers where nobody speaks.
        confused: speech of another speaker.
    """

    spoken: float
    missed: float
    false: float
    confused: float

    @property
    def wrong(self) -> float:
        """All errors."""
        return self.missed + self.false + self.confused


def speaker_error(
    truth: Sequence[Said], found: Sequence[Said], collar_s: float = 0.0
) -> SpeakerError:
    """Compare who speaks when; speakers are matched one to one as is best for the answer.

    Args:
        truth: who speaks, one at a time.
        found: who is said to speak, one at a time.
        collar_s: so near to a border of the truth nothing is counted.
    """
    end = max((one.end_s for one in (*truth, *found)), default=0.0)
    steps = round(end * _STEPS_PER_S) + 1
    names, answers = _names(truth), _names(found)
    expected, got = _line(truth, names, steps), _line(found, answers, steps)
    counted = np.ones(steps, np.bool_)
    for border in (edge for one in truth for edge in (one.start_s, one.end_s)):
        low, high = (
            round((border - collar_s) * _STEPS_PER_S),
            round((border + collar_s) * _STEPS_PER_S),
        )
        counted[max(0, low) : high] = False
    expected, got = expected[counted], got[counted]
    together = np.zeros((len(answers), len(names)), np.int64)
    both = (expected >= 0) & (got >= 0)
    np.add.at(together, (got[both], expected[both]), 1)
    right = _best_match(together)
    return SpeakerError(
        spoken=float((expected >= 0).sum()) / _STEPS_PER_S,
        missed=float(((expected >= 0) & (got < 0)).sum()) / _STEPS_PER_S,
        false=float(((expected < 0) & (got >= 0)).sum()) / _STEPS_PER_S,
        confused=float(both.sum() - right) / _STEPS_PER_S,
    )


def _names(said: Sequence[Said]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted({one.speaker for one in said}))}


def _line(said: Sequence[Said], names: dict[str, int], steps: int) -> NDArray[np.intp]:
    """Return the number of who speaks in each step, -1 for nobody."""
    line = np.full(steps, -1, np.intp)
    for one in said:
        line[round(one.start_s * _STEPS_PER_S) : round(one.end_s * _STEPS_PER_S)] = names[
            one.speaker
        ]
    return line


def _best_match(together: NDArray[np.int64]) -> int:
    """Return the most steps that agree when each answer stands for at most one name, and back."""
    best = {0: 0}  # names that are taken (bits) → steps
    for row in together.tolist():
        following = dict(best)
        for taken, steps in best.items():
            for name, agreed in enumerate(row):
                if agreed and not taken >> name & 1:
                    key = taken | 1 << name
                    following[key] = max(following.get(key, 0), steps + agreed)
        best = following
    return max(best.values())
