"""What is shown and heard when, in exact seconds, to be made one film. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

#: Most items of all tracks together, and most tracks that sound.
ITEMS: Final = 1_000
SOUND_TRACKS: Final = 16
#: Most characters and lines of a title.
TITLE: Final = 200
TITLE_LINES: Final = 4
ROLES: Final = ("voice", "music", "effects")
GAIN_DB: Final = (-40.0, 20.0)
SIZE: Final = (0.01, 1.0)
#: Where titles stand, as shares of the room beside them, across and down.
ANCHORS: Final[Mapping[str, tuple[float, float]]] = {
    f"{row}{column}": (across, down)
    for row, down in (("top", 0.0), ("", 0.5), ("bottom", 1.0))
    for column, across in (("-left", 0.0), ("", 0.5), ("-right", 1.0))
    if row or column
} | {"left": (0.0, 0.5), "right": (1.0, 0.5), "centre": (0.5, 0.5)}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a timeline that is not rendered: where, why, what would be, what is there."""

    place: str
    description: str
    limit: str
    actual: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch of an input in its place, seconds.

    Args:
        url: what the timeline calls the input; empty = nothing: black, or silence.
        start: instant of the input at which it begins.
        begin: instant of the timeline at which it begins, transitions included.
        end: instant of the timeline at which it has ended, likewise.
        rise: length over which it comes.
        fall: length over which it goes.
        gain_db: of sound.
        place: where it stands in the timeline.
    """

    url: str
    start: Fraction
    begin: Fraction
    end: Fraction
    rise: Fraction = Fraction(0)
    fall: Fraction = Fraction(0)
    gain_db: float = 0.0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """Lines of text over the picture, seconds; see `Placed`, `ANCHORS` and `WatermarkParams`."""

    lines: tuple[str, ...]
    anchor: tuple[float, float]
    size: float
    begin: Fraction
    end: Fraction
    rise: Fraction
    fall: Fraction


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """Sounds one after the other, and what they are for: see `ROLES`."""

    role: str
    sounds: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a timeline shows and sounds like.

    Args:
        length: seconds.
        rate: frames a second that it counts in; None = it counts something else.
        shots: the pictures, in order; black between them.
        titles: over them.
        tracks: of sound; none = the shots' own.
    """

    length: Fraction
    rate: Fraction | None
    shots: tuple[Placed, ...]
    titles: tuple[Title, ...]
    tracks: tuple[SoundTrack, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        """What the timeline calls the inputs that are shown or heard, in order."""
        heard = [one for track in self.tracks for one in track.sounds]
        return tuple(dict.fromkeys(one.url for one in (*self.shots, *heard) if one.url))


class NotRenderedError(Exception):
    """A timeline carries what is not rendered."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take what it carries; there is something."""
        super().__init__("; ".join(f"{one.place}: {one.description}" for one in problems))
        self.problems = tuple(problems)
