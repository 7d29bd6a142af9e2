"""What is wrong with sound, measured in its samples: level, bandwidth, clipping, dropouts. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.silence import STEP, levels

Samples = NDArray[np.float32]

SILENT_DB: Final = -60.0
_FLOOR_DB: Final = -120.0
#: Clipped are this many samples running that stay within this of each other, and above that level.
_RUN: Final = 3
_SAME: Final = 1e-4
_HIGH: Final = 0.89
#: Clipped samples that are so near belong to one fault, seconds.
_NEAR_S: Final = 0.1
#: A dropout is this long, seconds, in sound that is this loud on both sides, dB.
_DROPOUT_S: Final = (0.005, 0.5)
_AMID_DB: Final = -45.0
_AROUND_S: Final = 0.02
_NOTHING: Final = 1e-6
#: Fault lists are cut off here.
MOST_FAULTS: Final = 1_000
#: Share of the loudest and of the quietest steps that stand for signal and noise.
_QUIETEST, _LOUDEST = 0.05, 0.5
#: Nothing is there above a frequency from which the mean spectrum stays so far below its highest.
_BELOW_DB: Final = 80.0
_FRAME: Final = 2_048
_PIECE_S: Final = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """A stretch with a fault, "clipping" or "dropout"; seconds from the first sample."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured; see the message AudioAssessment."""

    snr_db: float | None
    bandwidth_hz: float
    peak_dbfs: float
    rms_dbfs: float
    clipped_ratio: float
    silent_ratio: float
    faults: tuple[Fault, ...]


def measure(samples: Samples, rate: int) -> Measures:
    """Measure sound.

    Args:
        samples: float32 [samples, channels]; may be mapped from a file.
        rate: samples a second.
    """
    count = len(samples)
    piece = _PIECE_S * rate
    peak, power = 0.0, 0.0
    clipped: list[NDArray[np.int64]] = [np.zeros(0, np.int64)] * samples.shape[1]
    gaps: list[tuple[int, int]] = []
    spectrum = np.zeros(_FRAME // 2 + 1)
    for first in range(0, count, piece):
        part = np.asarray(samples[first : first + piece])
        peak = max(peak, float(np.abs(part).max()))
        power += float(np.square(part, dtype=np.float64).mean(axis=1).sum())
        spectrum += _spectrum(part)
        for channel in range(part.shape[1]):
            clipped[channel] = np.concatenate(
                [clipped[channel], first + _clipped(part[:, channel])]
            )
        gaps += _nothing(part, first)
    level = levels(samples, rate)
    faults = [*_clipping(np.unique(np.concatenate(clipped)), rate), *_dropouts(gaps, level, rate)]
    faults.sort(key=lambda one: (one.start, one.kind))
    return Measures(
        snr_db=_snr(level),
        bandwidth_hz=_bandwidth(spectrum, rate),
        peak_dbfs=_db(peak),
        rms_dbfs=_db(math.sqrt(power / count)) if count else _FLOOR_DB,
        clipped_ratio=max(len(one) for one in clipped) / count if count else 0.0,
        silent_ratio=float((level < SILENT_DB).mean()) if len(level) else 1.0,
        faults=tuple(faults[:MOST_FAULTS]),
    )


def _db(amplitude: float) -> float:
    return max(_FLOOR_DB, 20 * math.log10(amplitude)) if amplitude > 0 else _FLOOR_DB


def _clipped(channel: Samples) -> NDArray[np.int64]:
    """Return the numbers of samples that are held at a high level."""
    if len(channel) < _RUN:
        return np.zeros(0, np.int64)
    loud = np.abs(channel) >= _HIGH
    if not loud.any():
        return np.zeros(0, np.int64)
    held = (np.abs(np.diff(channel)) <= _SAME) & loud[1:] & loud[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]))).reshape(-1, 2)
    runs = [np.arange(a, b + 1) for a, b in edges if b - a + 1 >= _RUN]
    return np.concatenate(runs) if runs else np.zeros(0, np.int64)


def _clipping(numbers: NDArray[np.int64], rate: int) -> list[Fault]:
    """Return stretches of clipped samples, near ones as one."""
    if not len(numbers):
        return []
    breaks = np.flatnonzero(np.diff(numbers) > _NEAR_S * rate)
    starts = numbers[np.concatenate([[0], breaks + 1])]
    ends = numbers[np.concatenate([breaks, [len(numbers) - 1]])] + 1
    return [
        Fault("clipping", float(a) / rate, float(b) / rate)
        for a, b in zip(starts, ends, strict=True)
    ]


def _nothing(part: Samples, first: int) -> list[tuple[int, int]]:
    """Return the runs of samples without anything in any channel."""
    empty = (np.abs(part) < _NOTHING).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], empty, [False]]))).reshape(-1, 2)
    return [(first + int(a), first + int(b)) for a, b in edges]


def _dropouts(gaps: list[tuple[int, int]], level: NDArray[np.float64], rate: int) -> list[Fault]:
    """Return runs of nothing amid sound; those that two pieces share are put together."""
    joined: list[tuple[int, int]] = []
    for start, end in gaps:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    found = []
    for start, end in joined:
        begin_s, end_s = start / rate, end / rate
        if not _DROPOUT_S[0] <= end_s - begin_s <= _DROPOUT_S[1]:
            continue
        before = _level_at(level, begin_s - _AROUND_S)
        behind = _level_at(level, end_s + _AROUND_S)
        if min(before, behind) > _AMID_DB:
            found.append(Fault("dropout", begin_s, end_s))
    return found


def _level_at(level: NDArray[np.float64], seconds: float) -> float:
    place = int(seconds / float(STEP))
    return float(level[place]) if seconds >= 0 and place < len(level) else _FLOOR_DB


def _snr(level: NDArray[np.float64]) -> float | None:
    """Return the level of the loud half over that of the quietest steps; None without either."""
    heard = np.sort(level[level > -99.0])
    if len(heard) < 1 / _QUIETEST:
        return None
    noise = heard[: int(len(heard) * _QUIETEST)].mean()
    loud = heard[int(len(heard) * _LOUDEST) :]
    signal = 10 * np.log10(np.power(10.0, loud / 10).mean())
    return float(signal - noise)


def _spectrum(part: Samples) -> NDArray[np.float64]:
    """Return the power spectrum of the mean channel, summed over frames."""
    mono = part.mean(axis=1)
    frames = len(mono) // _FRAME
    if not frames:
        return np.zeros(_FRAME // 2 + 1)
    cut = mono[: frames * _FRAME].reshape(frames, _FRAME) * np.hanning(_FRAME)
    return np.asarray(np.square(np.abs(np.fft.rfft(cut, axis=1))).sum(axis=0))


def _bandwidth(spectrum: NDArray[np.float64], rate: int) -> float:
    """Return the frequency above which the spectrum stays far below its highest."""
    highest = float(spectrum.max())
    if highest <= 0:
        return 0.0
    there = np.flatnonzero(spectrum >= highest * 10 ** (-_BELOW_DB / 10))
    return float(there[-1]) * rate / _FRAME
