"""What is changed in the sound of a source: fades at its ends, stretches that are covered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class SoundEdits:
    """Changes of the first source's sound.

    Args:
        fade_in: of the first segment, seconds.
        fade_out: of the last segment, seconds.
        covered: stretches of the source in order of time, not overlapping, seconds.
        tone_hz: of what covers them; 0 = silence.
    """

    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    covered: tuple[tuple[float, float], ...] = ()
    tone_hz: float = 0.0
