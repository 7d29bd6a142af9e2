"""What the analysis already knows of a media, as far as production uses it. Pure values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of the media, nanoseconds from its origin."""

    start_ns: int
    end_ns: int

    def holds(self, ns: int) -> bool:
        """Tell whether an instant lies in it."""
        return self.start_ns <= ns < self.end_ns


@dataclass(frozen=True, slots=True)
class FaceAt:
    """A face in a stretch: area and distance of its centre from the picture's, shares of it."""

    stretch: Stretch
    area: float
    off_centre: float


@dataclass(frozen=True, slots=True)
class Said:
    """A word or an utterance with its time."""

    stretch: Stretch
    text: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """Understood speech between two pauses; `words` may be empty."""

    stretch: Stretch
    text: str
    words: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known.

    Args:
        shots: in order of time.
        unfit: black, solid and blurred stretches, fades left out.
        faces: where faces are.
        utterances: understood ones, in order of time.
        subtitles: lines read from the picture, in order of time, upper lines first.
        stages: name of each stage of the analysis → reason it gave no answer; "" where it gave one.
    """

    shots: tuple[Stretch, ...] = ()
    unfit: tuple[Stretch, ...] = ()
    faces: tuple[FaceAt, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    subtitles: tuple[Said, ...] = ()
    stages: tuple[tuple[str, str], ...] = ()
