"""What is changed in the sound of a source: fades at its ends, stretches that are covered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class RawSound:
    """Samples that take the place of a source's: float32 in a file, channels side by side.

    Args:
        path: the file.
        rate: samples a second.
        channels: number.
        start: instant of the source that its first sample stands for, seconds.
    """

    path: str
    rate: int
    channels: int
    start: Fraction


@dataclass(frozen=True, slots=True)
class SoundEdits:
    """Changes of the first source's sound.

    Args:
        fade_in: of the first segment, seconds.
        fade_out: of the last segment, seconds.
        covered: stretches of the source in order of time, not overlapping, seconds.
        tone_hz: of what covers them; 0 = silence.
        raw: what takes the place of the source's sound; None = its own.
        crossfade: length over which each segment's sound becomes the next one's, seconds; all
            segments are of the first source then, and nothing else is changed.
    """

    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    covered: tuple[tuple[float, float], ...] = ()
    tone_hz: float = 0.0
    raw: RawSound | None = None
    crossfade: Fraction = Fraction(0)
