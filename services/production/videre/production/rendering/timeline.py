"""Where everything stands in the output: which frame of which source when, which samples. Pure.

Two ways of time. At a constant rate the output is a grid: the n-th cut begins at the frame nearest
to the sum of the lengths before it, so that errors never add up; where the source has the same
rate, a cut begins at a frame of the source, and its sound at the very same instant. Without a rate
(the source's varies) every frame keeps its distance from the cut, to 1/90,000 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

import numpy as np

from videre.exports.production_params.renditions import RenditionOptions
from videre.production.media_index import Media, Pictures
from videre.production.rendering.job import Segment

#: Ticks a second where the rate varies.
FINE: Final = 90_000
#: How long encoders assume that a last frame stays, ticks.
_LAST: Final = FINE // 25
#: Frames a second of black where the rate varies.
_BLACK: Final = 25
#: Rates that are meant where a stream's average is this near to one.
_USUAL: Final = tuple(
    Fraction(base * 1000, down)
    for base in (24, 25, 30, 48, 50, 60, 90, 120)
    for down in (1000, 1001)
) + tuple(Fraction(rate) for rate in (5, 8, 10, 12, 15, 20, 100, 240))
_NEAR: Final = Fraction(1, 2_000)
#: Most that a frame of a constant rate may stand beside its place, as share of its length.
_JITTER: Final = 0.12


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a source in its place.

    Args:
        source: number of the source.
        start: instant of the source at which it begins, seconds from the origin.
        out_start: instant of the output.
        out_end: end in the output.
    """

    source: int
    start: Fraction
    out_start: Fraction
    out_end: Fraction

    @property
    def length(self) -> Fraction:
        """Its length in seconds."""
        return self.out_end - self.out_start


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame of a source from a tick of the output on."""

    tick: int
    frame: int


def constant_rate(pictures: Pictures) -> Fraction | None:
    """Return the frames a second of a stream whose frames are equally spaced, else None."""
    count = len(pictures.pts)
    if count < 2:
        return None
    length = int(pictures.pts[-1] - pictures.pts[0]) * pictures.time_base
    if length <= 0:
        return None
    average = (count - 1) / length
    usual = min(_USUAL, key=lambda rate: abs(rate - average))
    # A short stream's average is only as exact as its last time stamp.
    slack = max(_NEAR, pictures.time_base * average / (count - 1) * 2)
    rate = usual if abs(usual / average - 1) <= slack else average.limit_denominator(1_001)
    step = float(1 / rate / pictures.time_base)
    places = np.arange(count) * step
    offsets = (pictures.pts - pictures.pts[0]).astype(np.float64) - places
    allowed = max(1.0, _JITTER * step)
    return rate if float(offsets.max() - offsets.min()) <= 2 * allowed else None


def wanted_rate(renditions: Sequence[RenditionOptions]) -> Fraction | None:
    """Return the rate that all outputs ask for; those with other ones are re-timed afterwards."""
    rates = {one.frame_rate for one in renditions if one.preset.video}
    return rates.pop() if len(rates) == 1 else None


def output_rate(
    segments: Sequence[Segment], sources: Sequence[Media], wanted: Fraction | None
) -> Fraction | None:
    """Return the output's rate: the wanted one, else the first source's; None where that varies."""
    if wanted is not None:
        return wanted
    first = next((sources[s.source].pictures for s in segments if sources[s.source].pictures), None)
    return None if first is None else constant_rate(first)


def lay_out(
    segments: Sequence[Segment], sources: Sequence[Media], rate: Fraction | None
) -> list[Cut]:
    """Return the cuts in the order of the output; those too short for a frame are left out."""
    rates = [constant_rate(m.pictures) if m.pictures else None for m in sources]
    cuts: list[Cut] = []
    passed = Fraction(0)
    for segment in segments:
        begin, passed = passed, passed + segment.end - segment.start
        media, start = sources[segment.source], segment.start
        if rate is None:
            cuts.append(Cut(segment.source, start, begin, passed))
            continue
        first, last = round(begin * rate), round(passed * rate)
        if first == last:
            continue
        if media.pictures is not None and rates[segment.source] == rate:
            start = nearest_start(media.pictures, start, Fraction(1, 2) / rate)
        cuts.append(Cut(segment.source, start, first / rate, last / rate))
    return cuts


def nearest_start(pictures: Pictures, at: Fraction, reach: Fraction) -> Fraction:
    """Return when the frame nearest to an instant begins; the instant itself if none is near."""
    ticks = (at + pictures.origin) / pictures.time_base
    after = _count_until(pictures, ticks)
    near = [
        int(pictures.pts[place]) * pictures.time_base - pictures.origin
        for place in (after - 1, after)
        if 0 <= place < len(pictures.pts)
    ]
    best = min(near, key=lambda instant: abs(instant - at), default=at)
    # Time stamps in coarse ticks stand a little beside the frames' true places.
    return best if abs(best - at) <= reach + pictures.time_base else at


def _count_until(pictures: Pictures, ticks: Fraction) -> int:
    """Return how many frames begin at or before an instant, in ticks."""
    return int(np.searchsorted(pictures.pts, floor(ticks), side="right"))


def frame_shown(pictures: Pictures, instant: Fraction) -> int:
    """Return the frame on show at an instant of the source; the first or last one outside of it."""
    return max(0, _count_until(pictures, (instant + pictures.origin) / pictures.time_base) - 1)


def places_of(cut: Cut, pictures: Pictures | None, rate: Fraction | None) -> Iterator[Shown]:
    """Yield what is shown of a cut in order, as `frames_of`; black, frame -1, without pictures."""
    if pictures is not None:
        yield from frames_of(cut, pictures, rate)
        return
    base = 1 / rate if rate is not None else Fraction(1, FINE)
    step, at = Fraction(1) / (rate or _BLACK), cut.out_start
    while at < cut.out_end:
        yield Shown(round(at / base), -1)
        at += step


def frames_of(cut: Cut, pictures: Pictures, rate: Fraction | None) -> Iterator[Shown]:
    """Yield the frames of a cut in order, ticks of 1/rate or, without one, of 1/`FINE` s."""
    if rate is None:
        yield from _varying(cut, pictures)
        return
    first, last = round(cut.out_start * rate), round(cut.out_end * rate)
    base = pictures.time_base
    # The instant in the middle of a frame: time stamps may be rounded either way. In integers,
    # since a film has hundreds of thousands of frames: numerator + n × step over one denominator.
    begin = (cut.start + pictures.origin + 1 / (2 * rate)) / base
    step = 1 / (rate * base)
    bottom = begin.denominator * step.denominator
    top, pace = begin.numerator * step.denominator, step.numerator * begin.denominator
    wanted = [(top + number * pace) // bottom for number in range(last - first)]
    shown = np.searchsorted(pictures.pts, np.array(wanted, np.int64), side="right") - 1
    for number, frame in enumerate(shown.tolist()):
        yield Shown(first + number, max(0, frame))


def _varying(cut: Cut, pictures: Pictures) -> Iterator[Shown]:
    base, origin = pictures.time_base, pictures.origin
    lowest = (cut.start + origin) / base
    highest = (cut.start + cut.length + origin) / base
    first = max(0, _count_until(pictures, lowest) - 1)
    end = round(cut.out_end * FINE)
    before = -1
    frame = first
    for frame in range(first, len(pictures.pts)):
        pts = int(pictures.pts[frame])
        if frame > first and pts >= highest:
            frame -= 1
            break
        offset = max(Fraction(0), pts * base - origin - cut.start)
        tick = round((cut.out_start + offset) * FINE)
        if before < tick < end:
            yield Shown(tick, frame)
            before = tick
    if before >= 0 and end - before > _LAST:
        # No file says how long its last frame stays: it is shown again, as long as is assumed.
        yield Shown(end - _LAST, frame)


def samples_of(cut: Cut, sample_rate: int) -> tuple[int, int, int]:
    """Return a cut's first sample and end in the output, and its first sample in the source."""
    return (
        round(cut.out_start * sample_rate),
        round(cut.out_end * sample_rate),
        round(cut.start * sample_rate),
    )
