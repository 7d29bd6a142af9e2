"""Faults of the sound track, from measures of each tenth of a second and channel. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS
from videre.orchestrator.document.quality import QualityFinding, QualityKind
from videre.orchestrator.fusion.quality_measures import Records, SoundMeasures
from videre.orchestrator.fusion.quality_spans import (
    F64,
    Ramp,
    mean_severity,
    runs,
    thousandths,
)
from videre.orchestrator.media.quality_records import HOP_NS
from videre.orchestrator.timeline import Timeline

#: Silence, as ffmpeg's silencedetect has it: below −60 dB of full scale for two seconds.
_SILENT: Final = 1e-6
_SILENT_NS: Final = 2 * NS
#: Below this level nothing is said of phase, balance or likeness, mean square (−50 dB).
_HEARD: Final = 1e-5
#: Share of samples near full scale; the loudest undamaged recordings keep below a thousandth.
_CLIPPED: Final = Ramp(0.0005, 0.006)
#: A stretch is clipped when it reaches full scale somewhere: what was only made loud does not.
_FULL: Final = 0.999
#: Correlation of a pair of channels over two seconds, turned round; wide music has −0.5 at times.
_PHASE: Final = Ramp(0.4, 1.0)
#: A pair whose difference is this much below its sum, most of the time, is one channel twice, dB:
#: coders treat the two differently where it is loud.
_SAME_DB: Final = -40.0
#: Mean of the samples over two seconds, full scale = 1.
_OFFSET: Final = Ramp(0.01, 0.05)
#: Level of a channel below that of the other, dB.
_BALANCE: Final = Ramp(4.0, 20.0)
_MISSING_DB: Final = 40.0
_WINDOW_HOPS: Final = 2 * NS // HOP_NS
_SHORT_HOPS: Final = NS // HOP_NS
#: What is clipped where it is loud goes on over shorter pauses than this: people breathe.
_PAUSE_HOPS: Final = 2 * NS // HOP_NS
_LONG_NS: Final = 4 * NS
_PAIR: Final = 2
#: Level of a hum, dB of full scale: the ear hears little of such low tones.
_HUM: Final = Ramp(-54.0, -24.0)
#: Share of what sounds at a hum's frequency that keeps its phase for four seconds: the mains do,
#: and no bass plays exactly their frequency.
_STEADY: Final = 0.5
_LONG_HOPS: Final = _LONG_NS // HOP_NS


def sound_faults(given: SoundMeasures, timeline: Timeline) -> list[QualityFinding]:
    """Return the faults of the sound track, kind by kind in order of time."""
    if not given.records.size:
        return []
    told = _Teller(given, timeline)
    power = np.asarray(given.records["power"], np.float64)
    loudest = power.max(axis=1)
    silent = np.where(loudest < _SILENT, 1.0, 0.0)
    return [
        *told.tell(QualityKind.SILENCE, silent, _decibels(loudest), _SILENT_NS),
        *told.clipping(),
        *told.tell_any(QualityKind.DC_OFFSET, "mean", _OFFSET, _LONG_NS, _SHORT_HOPS),
        *_hum(given.records, told),
        *(_pair_faults(given.records, power, told) if power.shape[1] == _PAIR else ()),
    ]


def _hum(records: Records, told: _Teller) -> list[QualityFinding]:
    """Return where the mains are heard: a low tone that keeps its phase."""
    parts = np.asarray(records["hum"], np.float64)
    smooth = [_mean(parts[..., part].reshape(len(parts), -1), _LONG_HOPS) for part in range(2)]
    steady = smooth[0] ** 2 + smooth[1] ** 2
    whole = _mean((parts**2).sum(axis=-1).reshape(len(parts), -1), _LONG_HOPS)
    # the mean of a tone that fills only part of the time is smaller than the tone by that part
    tone = np.where(steady >= _STEADY * whole, whole**2 / np.maximum(steady, 1e-12), 0.0)
    level = _decibels(tone.max(axis=1))
    return told.tell(QualityKind.HUM, _HUM(level), level, _LONG_NS)


def _pair_faults(records: Records, power: F64, told: _Teller) -> list[QualityFinding]:
    """Return what is wrong between the two channels of a stereo track."""
    beside = np.asarray(records["beside"][:, 0], np.float64)
    left, right = power[:, 0], power[:, 1]
    found = _likeness_faults(left, right, beside, told)
    left, right = (_mean(part, _WINDOW_HOPS) for part in (left, right))
    louder = np.maximum(left, right) >= _HEARD
    for channel, (own, other) in enumerate(((left, right), (right, left))):
        below = _decibels(other) - _decibels(own)
        gone = louder & (below >= _MISSING_DB)
        missing = np.where(gone, 1.0, 0.0)
        found += told.tell(QualityKind.CHANNEL_MISSING, missing, below, _SILENT_NS, (channel,))
        uneven = np.where(louder & ~gone, _BALANCE(below), 0.0)
        found += told.tell(QualityKind.CHANNEL_IMBALANCE, uneven, below, _LONG_NS, (channel,))
    return found


def _likeness_faults(left: F64, right: F64, beside: F64, told: _Teller) -> list[QualityFinding]:
    """Return where the channels cancel each other, and where they are the same.

    A hop that is too quiet to tell goes on as the one before it.
    """
    smooth = [_mean(part, _WINDOW_HOPS) for part in (left, right, beside)]
    likeness = smooth[2] / np.sqrt(np.maximum(smooth[0] * smooth[1], 1e-20))
    heard = np.minimum(smooth[0], smooth[1]) >= _HEARD
    opposite = np.where(heard, _PHASE(-likeness), 0.0)
    apart = np.maximum(left + right - 2 * beside, 0.0) / np.maximum(left + right, 1e-20)
    apart_db = _carried(_decibels(apart), np.minimum(left, right) >= _HEARD)
    same = np.where(_median(apart_db, _WINDOW_HOPS) <= _SAME_DB, 1.0, 0.0)
    return [
        *told.tell(QualityKind.OUT_OF_PHASE, opposite, likeness, _LONG_NS),
        *told.tell(QualityKind.DUAL_MONO, same, apart_db, _LONG_NS),
    ]


def _carried(values: F64, known: npt.NDArray[np.bool_]) -> F64:
    """Return values, each unknown one as the last known before it; 0 before the first."""
    place = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return np.where(place >= 0, values[place], 0.0)


class _Teller:
    """Makes findings of measures on the track's clock."""

    def __init__(self, given: SoundMeasures, timeline: Timeline) -> None:
        self._given = given
        self._timeline = timeline

    def tell(
        self,
        kind: QualityKind,
        severity: npt.NDArray[np.float64],
        value: F64,
        least_ns: int,
        channels: tuple[int, ...] = (),
        pause_hops: int = 0,
    ) -> list[QualityFinding]:
        """Return the stretches of one kind that last; they go on over shorter pauses."""
        found = []
        for first, end in _joined(runs(severity), pause_hops):
            start_ns = self._given.start_ns + first * HOP_NS
            end_ns = min(self._given.start_ns + end * HOP_NS, self._given.end_ns)
            if end_ns - start_ns >= least_ns:
                span = self._timeline.with_frames(start_ns, end_ns)
                strength = mean_severity(severity[first:end])
                number = thousandths(value[first:end])
                found.append(QualityFinding(kind, span, strength, number, channels))
        return found

    def tell_any(
        self, kind: QualityKind, column: str, ramp: Ramp, least_ns: int, pause_hops: int
    ) -> list[QualityFinding]:
        """Return the stretches in which any channel has a fault, with the channels that have it."""
        records = self._given.records[column]
        value = np.stack(
            [
                np.abs(_mean(np.asarray(records[:, channel], np.float64), _SHORT_HOPS))
                for channel in range(records.shape[1])
            ]
        )
        severity = ramp(value)
        worst, most = severity.max(axis=0), 100 * value.max(axis=0)
        told = self.tell(kind, worst, most, least_ns, pause_hops=pause_hops)
        return [replace(found, channels=self._having(found, severity)) for found in told]

    def clipping(self) -> list[QualityFinding]:
        """Return the stretches with peaks that were cut off."""
        found = self.tell_any(QualityKind.CLIPPING, "clipped", _CLIPPED, NS, _PAUSE_HOPS)
        return [
            item for item in found if self._given.records["peak"][self._hops(item)].max() >= _FULL
        ]

    def _hops(self, found: QualityFinding) -> slice:
        """Return the hops of a stretch."""
        first = (found.span.start_ns - self._given.start_ns) // HOP_NS
        return slice(first, -(-(found.span.end_ns - self._given.start_ns) // HOP_NS))

    def _having(self, found: QualityFinding, severity: F64) -> tuple[int, ...]:
        """Return the channels that have a fault at least half as strongly; () for all of them."""
        means = severity[:, self._hops(found)].mean(axis=1)
        having = tuple(np.flatnonzero(2 * means >= means.max()).tolist())
        return () if len(having) == len(severity) else having


def _joined(found: list[tuple[int, int]], pause_hops: int) -> list[tuple[int, int]]:
    """Return stretches, those joined that only a shorter pause parts."""
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start - joined[-1][1] < pause_hops:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _mean(values: F64, hops: int) -> F64:
    """Return the mean over so many hops around each; fewer at the ends. Hops come first."""
    half = max(1, hops // 2)
    sums = np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)))
    places = np.arange(len(values))
    first, last = np.maximum(places - half, 0), np.minimum(places + half + 1, len(values))
    count = (last - first).reshape(-1, *(1 for _ in values.shape[1:]))
    return np.asarray((sums[last] - sums[first]) / count)


def _median(values: F64, hops: int) -> F64:
    """Return the median of so many hops around each; the first and last count on at the ends."""
    padded = np.pad(values, hops // 2, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * (hops // 2) + 1)
    return np.asarray(np.median(around, axis=-1))


def _decibels(power: F64) -> F64:
    """Return a mean square in dB of full scale, −120 at least."""
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))
