"""Cutting a sound track into pieces of work. Pure.

Sound classes work on a fixed grid; speech is cut where nobody speaks, never at a chunk's border.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.media.audiofile import SPEECH_RATE

#: 40 hops of 0.48 s, the hop of the sound classes.
_SOUND_HOPS: Final = 40
_HOP_S_NUMERATOR, _HOP_S_DENOMINATOR = 12, 25
GROUP_S: Final = 30
#: A span longer than a group is split at its quietest 0.1 s after this long.
_SPLIT_AFTER_S: Final = 20
ENERGY_HOP: Final = SPEECH_RATE // 10

Energy = npt.NDArray[np.float32]
#: Returns the mean square of the 0.1 s hops [first, last) of a track, as far as it goes.
EnergyReader = Callable[[int, int], Energy]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SpeechGroup:
    """Neighbouring spans of speech, at most 30 s from first to last; samples at 16 kHz."""

    spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        """First sample."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Sample after the last one."""
        return self.spans[-1][1]


def sound_units(samples: int, rate: int = SPEECH_RATE) -> list[Span]:
    """Return [start, end) of the 19.2 s pieces of a track; the last one may be shorter."""
    length = _SOUND_HOPS * rate * _HOP_S_NUMERATOR // _HOP_S_DENOMINATOR
    return [(start, min(samples, start + length)) for start in range(0, samples, length)]


def hop_energy(samples: npt.NDArray[np.int16]) -> Energy:
    """Return the mean square of every whole 0.1 s of 16 kHz sound."""
    whole = len(samples) // ENERGY_HOP * ENERGY_HOP
    hops = samples[:whole].reshape(-1, ENERGY_HOP).astype(np.float32)
    return np.asarray(np.mean(hops * hops, axis=1), np.float32)


def speech_groups(spans: Sequence[Span], energy: EnergyReader) -> list[SpeechGroup]:
    """Join spans of speech to groups of at most 30 s.

    Args:
        spans: [start, end) in 16 kHz samples, rising, not overlapping.
        energy: asked where a span has to be split.
    """
    groups: list[SpeechGroup] = []
    current: list[Span] = []
    for start, end in spans:
        for piece in _split(start, end, energy):
            if current and piece[1] - current[0][0] > GROUP_S * SPEECH_RATE:
                groups.append(SpeechGroup(tuple(current)))
                current = []
            current.append(piece)
    if current:
        groups.append(SpeechGroup(tuple(current)))
    return groups


def _split(start: int, end: int, energy: EnergyReader) -> list[Span]:
    """Split a span longer than a group, each time in the middle of the quietest 0.1 s."""
    pieces: list[Span] = []
    while end - start > GROUP_S * SPEECH_RATE:
        first = -(-(start + _SPLIT_AFTER_S * SPEECH_RATE) // ENERGY_HOP)
        last = (start + GROUP_S * SPEECH_RATE) // ENERGY_HOP
        window = energy(first, last)
        quietest = first + (int(np.argmin(window)) if len(window) else 0)
        cut = quietest * ENERGY_HOP + ENERGY_HOP // 2
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]
