"""Tracks as one: gains, and how far music is lowered under speech. Pure but for the readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from videre.production.rendering.job import MixedTrack

Samples = NDArray[np.float32]
Curve = NDArray[np.float64]

#: Loudness of a role beside the mix's, LU.
LEVELS: Final = {"voice": 0.0, "music": -4.0, "effects": -6.0}
#: Steps of the curve by which music is lowered, a second.
STEPS: Final = 50
#: Speech is what is not this far below the track's loudness, dB; pauses up to so many seconds
#: belong to it.
_BELOW_DB: Final = 14.0
_PAUSE_S: Final = 0.6
#: How long music takes to go down before speech, and to come up behind it, seconds.
_DOWN_S: Final = 0.2
_UP_S: Final = 0.6


class Reader(Protocol):
    """Gives samples by number, shape (count, channels); silence where there are none."""

    def read(self, first: int, count: int) -> Samples:
        """Return samples [first, first + count)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A track with its reader and its place, in samples.

    Args:
        track: what was asked for.
        reader: of its source.
        begin: first sample in the source.
        first: first sample in the mix.
        end: end in the mix.
    """

    track: MixedTrack
    reader: Reader
    begin: int
    first: int
    end: int

    def read(self, first: int, count: int) -> Samples | None:
        """Return samples of the mix's clock, None where the track is silent throughout."""
        low, high = max(first, self.first), min(first + count, self.end)
        if low >= high:
            return None
        there = self.reader.read(low - self.first + self.begin, high - low)
        if high - low == count:
            return there
        found = np.zeros((count, there.shape[1]), np.float32)
        found[low - first : high - first] = there
        return found


def place(track: MixedTrack, reader: Reader, rate: int) -> Placed:
    """Return a track in its place."""
    first = round(track.start * rate)
    begin, end = round(track.begin * rate), round(track.end * rate)
    return Placed(track, reader, begin, first, first + end - begin)


class Mixed:
    """A `Reader` of the mix."""

    def __init__(
        self, tracks: Sequence[Placed], gains_db: Sequence[float], lowered: Curve, rate: int,
        channels: int,
    ) -> None:  # fmt: skip
        """Take the tracks.

        Args:
            tracks: what is mixed.
            gains_db: of each track.
            lowered: dB by which music is lowered, `STEPS` a second.
            rate: samples a second.
            channels: of the samples.
        """
        self._tracks = tracks
        self._gains = [10 ** (gain / 20) for gain in gains_db]
        self._lowered, self._rate, self._channels = lowered, rate, channels

    def read(self, first: int, count: int) -> Samples:
        """See Reader."""
        mixed = np.zeros((count, self._channels), np.float32)
        for track, gain in zip(self._tracks, self._gains, strict=True):
            samples = track.read(first, count)
            if samples is None:
                continue
            if track.track.role == "music" and len(self._lowered):
                at = np.arange(first, first + count) * (STEPS / self._rate)
                curve = np.interp(at, np.arange(len(self._lowered)), self._lowered)
                samples = samples * (10 ** (-curve / 20))[:, None].astype(np.float32)
            mixed += samples * np.float32(gain)
        return mixed


def levels(track: Placed, rate: int) -> Curve:
    """Return a track's level in dB, `STEPS` a second, from its first sample on."""
    size = rate // STEPS
    found = []
    for first in range(track.first, track.end, rate):
        samples = track.read(first, rate)
        assert samples is not None
        power = np.square(samples.astype(np.float64)).mean(axis=1)
        found.append(power[: size * STEPS].reshape(STEPS, size).mean(axis=1))
    whole = np.concatenate(found) if found else np.zeros(0)
    return np.asarray(10 * np.log10(whole + 1e-12), np.float64)


def speaking(track: Placed, loudness: float, rate: int) -> list[tuple[float, float]]:
    """Return where somebody speaks, seconds of the mix."""
    shift = float(track.track.start - track.track.begin)
    if track.track.speech:
        begin, end = float(track.track.begin), float(track.track.end)
        return [
            (max(begin, a) + shift, min(end, b) + shift)
            for a, b in track.track.speech
            if a < end and b > begin
        ]
    loud = levels(track, rate) > loudness - _BELOW_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    spans = [(int(a) / STEPS, int(b) / STEPS) for a, b in edges.reshape(-1, 2)]
    start = float(track.track.start)
    return [(a + start, b + start) for a, b in spans]


def lowering(speech: Sequence[tuple[float, float]], depth_db: float, length_s: float) -> Curve:
    """Return dB by which music is lowered, `STEPS` a second: ramps lead to it and away."""
    curve = np.zeros(int(length_s * STEPS) + 2, np.float64)
    at = np.arange(len(curve)) / STEPS
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(speech):
        if joined and begin - joined[-1][1] <= _PAUSE_S:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    for begin, end in joined:
        low, high = np.searchsorted(at, [begin - _DOWN_S, end + _UP_S])
        near = at[low : high + 1]
        share = np.minimum((near - begin + _DOWN_S) / _DOWN_S, (end + _UP_S - near) / _UP_S)
        curve[low : high + 1] = np.maximum(curve[low : high + 1], np.clip(share, 0, 1) * depth_db)
    return curve
