"""What the analysis already knows of a media, as far as production uses it. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from videre.v1.analysis_pb2 import MusicStructure


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
    """A face in a stretch: area and distance of its centre from the picture's, shares of it.

    `smiles` are the stretches in which it seems happy, with how sure that is, 0..1; None = nobody
    looked.
    """

    stretch: Stretch
    area: float
    off_centre: float
    smiles: tuple[tuple[Stretch, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class SeenAt:
    """Where something is at an instant: left, top, width, height, shares of the picture."""

    ns: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that was followed through a shot.

    Args:
        kind: "face", "person", "object" or "text".
        boxes: in order of time; between two of them each side moves evenly.
    """

    kind: str
    boxes: tuple[SeenAt, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A word or an utterance with its time."""

    stretch: Stretch
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text in the picture: its box as shares of the picture, at its best instant.

    Args:
        language: BCP 47, "und" where it is not known.
        subtitle: whether it is one, in the lower or upper band for a while.
    """

    stretch: Stretch
    text: str
    x: float
    y: float
    width: float
    height: float
    language: str = "und"
    subtitle: bool = False


@dataclass(frozen=True, slots=True)
class Utterance:
    """Understood speech between two pauses; `words` may be empty."""

    stretch: Stretch
    text: str
    words: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class FlaggedPart:
    """Something that is flagged for a stretch of the media.

    Args:
        stretch: when.
        seen: it is in the picture.
        heard: it is in the sound.
        boxes: where it was seen, in order of time; empty = anywhere.
        more: it may have been seen elsewhere too.
    """

    stretch: Stretch
    seen: bool
    heard: bool
    boxes: tuple[SeenAt, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A segment of a verdict.

    Args:
        category: such as "porn".
        medium: such as "image".
        label: of what was found.
        suggestion: "block" or "review".
        parts: what is flagged; empty = nothing of the media itself.
    """

    category: str
    medium: str
    label: str
    suggestion: str
    parts: tuple[FlaggedPart, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict.

    Args:
        template: "id@version".
        findings: what it flags.
        unsettled: category, medium and reason of reviews that no finding asks for.
    """

    template: str
    findings: tuple[Finding, ...]
    unsettled: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known.

    Args:
        shots: in order of time.
        unfit: black, solid and blurred stretches, fades left out.
        faces: where faces are.
        followed: faces, people, other objects and text with their ways, in order of time.
        face_ways: faces that were followed, with their ways.
        face_boxes: all boxes of faces that nobody followed, in order of time.
        vehicles: cars, buses, trucks and motorcycles with their ways.
        utterances: understood ones, in order of time.
        lines: read from the picture and at rest, in order of time, upper lines first.
        keywords: when they are said or shown, with how telling they are, 0..1.
        music: of the main input; None where there is no beat.
        subtitle_ways: the boxes of such lines, in order of time.
        judged: the verdict; None where nobody judged.
        stages: name of each stage of the analysis → reason it gave no answer; "" where it gave one.
    """

    shots: tuple[Stretch, ...] = ()
    unfit: tuple[Stretch, ...] = ()
    faces: tuple[FaceAt, ...] = ()
    followed: tuple[Followed, ...] = ()
    face_ways: tuple[Followed, ...] = ()
    face_boxes: tuple[SeenAt, ...] = ()
    vehicles: tuple[Followed, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    lines: tuple[Written, ...] = ()
    keywords: tuple[tuple[Stretch, float], ...] = ()
    music: MusicStructure | None = None
    subtitle_ways: tuple[Followed, ...] = ()
    judged: Judged | None = None
    stages: tuple[tuple[str, str], ...] = ()
