"""The values every part of Videre shares: time, place, scores, digests. Pure.

Time is kept in integers. A media's clock starts at its *origin* (the earliest presentation time of
the selected streams); an instant is the floor to the nanosecond of the exact rational time stamp.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import msgspec

NS: Final = 1_000_000_000
SCORE_ONE: Final = 10_000


def score_e4(score: float) -> int:
    """Return `score` (0..1, cut to it) as an integer 0..10,000, rounded half up.

    Raises:
        ValueError: the score is not a number.
    """
    if score != score:  # NaN is the only value unequal to itself
        raise ValueError("score is NaN")
    return rounded(min(max(score, 0.0), 1.0), SCORE_ONE)


def rounded(value: float, scale: int) -> int:
    """Return `value` × `scale` as an integer, rounded half up, exactly.

    In whole numbers: a film has a hundred thousand scores, and fractions are ten times as slow.
    """
    numerator, denominator = value.as_integer_ratio()
    return (2 * numerator * scale + denominator) // (2 * denominator)


def to_ns(pts: int, time_base: Fraction, origin: Fraction = Fraction(0)) -> int:
    """Return the floor to the nanosecond of `pts` × `time_base` − `origin` (both in seconds)."""
    value = (pts * time_base - origin) * NS
    return value.numerator // value.denominator


def canonical_json(value: Any) -> bytes:
    """Return JSON with sorted keys, no blanks, UTF-8.

    Equals RFC 8785 for what Videre stores: objects with ASCII keys, strings, integers, booleans.

    Raises:
        TypeError: the value holds a float, whose text form is not canonical here.
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float in canonical JSON: {value!r}")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


class TimeSpan(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A half-open stretch of the media's clock, in nanoseconds, with frame indices for video.

    No dataclass, as films have tens of thousands: a struct is made in a fifth of the time, and read
    from JSON, where it is a list, without a line of Python but the check.
    """

    start_ns: int
    end_ns: int
    start_frame: int | None = None
    end_frame: int | None = None

    def __post_init__(self) -> None:
        if self.start_ns < 0 or self.end_ns < self.start_ns:
            raise ValueError(f"not a span: {self.start_ns}..{self.end_ns} ns")
        if (self.start_frame is None) != (self.end_frame is None):
            raise ValueError("a span has both frame indices or none")

    @property
    def duration_ns(self) -> int:
        """Length in nanoseconds."""
        return self.end_ns - self.start_ns

    def overlaps(self, other: TimeSpan) -> bool:
        """Tell whether the two share an instant."""
        return self.start_ns < other.end_ns and other.start_ns < self.end_ns

    def hull(self, other: TimeSpan) -> TimeSpan:
        """Return the shortest span that holds both; frame indices stay when both have them."""
        frames = self.start_frame is not None and other.start_frame is not None
        return TimeSpan(
            min(self.start_ns, other.start_ns),
            max(self.end_ns, other.end_ns),
            min(self.start_frame, other.start_frame) if frames else None,  # type: ignore[type-var]
            max(self.end_frame, other.end_frame) if frames else None,  # type: ignore[type-var]
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle normalised to the displayed picture (0..1), origin top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Share of the picture, 0..1."""
        return self.width * self.height

    def iou(self, other: Box) -> float:
        """Return intersection over union, 0..1."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        shared = max(0.0, right - left) * max(0.0, bottom - top)
        union = self.area + other.area - shared
        # x + width is rounded: thin boxes far from the corner may share more than they have.
        return min(1.0, shared / union) if union > 0 else 0.0


#: Rates that SMPTE timecode can name, frames per second.
STANDARD_RATES: Final = tuple(
    [Fraction(n, 1001) for n in (24_000, 30_000, 48_000, 60_000, 120_000)]
    + [Fraction(n) for n in (8, 10, 12, 15, 24, 25, 30, 48, 50, 60, 100, 120, 240)]
)
_DROP_FRAME_RATES: Final = {Fraction(30_000, 1001): 2, Fraction(60_000, 1001): 4}


@lru_cache(maxsize=64)  # asked for every span of a reply
def nominal_rate(average: Fraction) -> Fraction:
    """Return the standard rate nearest to `average` (frames per second, > 0)."""
    return min(STANDARD_RATES, key=lambda rate: abs(rate - average))


def timecode(frame: int, rate: Fraction) -> str:
    """Return the SMPTE 12M timecode of a frame index at a rate, starting at 00:00:00:00.

    29.97 and 59.94 count drop-frame (";" before the frames): frame numbers 0 and 1 (0 to 3 at
    59.94) are left out at every minute not divisible by ten (SMPTE ST 12-1).

    Raises:
        ValueError: the frame is negative or the rate not positive.
    """
    if frame < 0 or rate <= 0:
        raise ValueError(f"no timecode for frame {frame} at {rate}")
    fps = -(-rate.numerator // rate.denominator)  # 29.97 counts to 30
    dropped = _DROP_FRAME_RATES.get(rate, 0)
    if dropped:
        per_minute = fps * 60 - dropped
        per_ten = fps * 600 - 9 * dropped
        tens, rest = divmod(frame, per_ten)
        frame += 9 * dropped * tens
        if rest >= fps * 60:
            frame += dropped * (1 + (rest - fps * 60) // per_minute)
    seconds, frames = divmod(frame, fps)
    mark = ";" if dropped else ":"
    width = 2 if fps <= 100 else 3
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frames:0{width}}"
