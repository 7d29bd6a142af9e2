"""What a timeline is made of, for the rendering process; JSON between two processes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Shot:
    """Pictures of a source; seconds, see `videre.exports.assembly.Placed`.

    Args:
        source: number of the source; None = black.
        start: instant of the source at `begin`.
        begin: instant of the timeline.
        end: instant of the timeline.
        rise: length over which it comes over what is there.
    """

    source: int | None
    start: Fraction
    begin: Fraction
    end: Fraction
    rise: Fraction


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture that is laid over the others for a while.

    Args:
        file: with uint8 RGBA [height, width, 4], as numpy writes it.
        left: in the frame, pixels.
        top: in the frame, pixels.
        begin: instant of the timeline, seconds.
        end: likewise.
        rise: length over which it comes.
        fall: length over which it goes.
    """

    file: str
    left: int
    top: int
    begin: Fraction
    end: Fraction
    rise: Fraction
    fall: Fraction


@dataclass(frozen=True, slots=True)
class Heard:
    """Sound of a source; as `Shot`, and the length over which it goes, and its gain in dB."""

    source: int
    start: Fraction
    begin: Fraction
    end: Fraction
    rise: Fraction
    fall: Fraction
    gain_db: float


@dataclass(frozen=True, slots=True)
class HeardTrack:
    """Sounds of one track; `role` is "voice", "music" or "effects"."""

    role: str
    sounds: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class AssemblyJob:
    """A timeline.

    Args:
        length: seconds.
        rate: frames a second; None = those of the first source.
        shots: in order; each comes over the one before it.
        overlays: over all of them.
        tracks: of sound.
    """

    length: Fraction
    rate: Fraction | None
    shots: tuple[Shot, ...]
    overlays: tuple[Overlay, ...]
    tracks: tuple[HeardTrack, ...]
