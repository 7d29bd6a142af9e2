"""What is changed in the pictures of a source; JSON between two processes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

#: When something is there, nanoseconds from the source's origin, half-open; none = always.
Times = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture that stays in its place.

    Args:
        file: with uint8 RGBA [height, width, 4], as numpy writes it.
        left: in the frame, pixels.
        top: in the frame, pixels.
        opacity: 0..1.
        times: when it is shown.
    """

    file: str
    left: int
    top: int
    opacity: float
    times: Times


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines of text from an instant to another, nanoseconds from the source's origin."""

    start_ns: int
    end_ns: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Captions:
    """Captions and how they are drawn.

    Args:
        font: path of its file; empty = the packaged one.
        cues: in order of time; of several at one time all are shown, the first undermost.
        line_height: pixels.
        bottom: room below them, pixels.
        boxed: on a dark box, else with an outline.
    """

    font: str
    cues: tuple[Caption, ...]
    line_height: int
    bottom: int
    boxed: bool


@dataclass(frozen=True, slots=True)
class Hidden:
    """A part of the picture that is made unrecognisable.

    Args:
        kind: "face", "text", "plate" or "region".
        mode: "blur", "mosaic" or "fill".
        keys: instant in nanoseconds, left, top, width and height as shares of the picture, in order
            of time; between two of them each side moves evenly, beside them it rests.
        start_ns: from when on, nanoseconds.
        end_ns: until when.
    """

    kind: str
    mode: str
    keys: tuple[tuple[int, float, float, float, float], ...]
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Veil:
    """Something that lets the picture through and is taken away.

    Args:
        file: with `kept`, `seen` and `behind`, as numpy writes them; see `veils`.
        left: in the frame, pixels, a multiple of eight.
        top: in the frame, pixels, a multiple of eight.
        start_ns: from when on, nanoseconds.
        end_ns: until when.
    """

    file: str
    left: int
    top: int
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Hole:
    """Pixels that are filled with what stands behind or around them.

    Args:
        file: with bool [height, width], as numpy writes it.
        left: in the frame, pixels.
        top: in the frame, pixels.
        width: pixels.
        height: pixels.
        start_ns: from when on, nanoseconds.
        end_ns: until when.
    """

    file: str
    left: int
    top: int
    width: int
    height: int
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that was taken away.

    Args:
        box: left, top, width, height as shares of the picture.
        start_ns: from when on, nanoseconds.
        end_ns: until when; not above `start_ns` in a picture.
        computed: share of its pixels behind which the picture was computed, not filled.
    """

    box: tuple[float, float, float, float]
    start_ns: int
    end_ns: int
    computed: float


@dataclass(frozen=True, slots=True)
class Edits:
    """All that is changed, in this order."""

    veils: tuple[Veil, ...] = ()
    holes: tuple[Hole, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    marks: tuple[Mark, ...] = ()
    captions: Captions | None = None


def shown_at(times: Times, ns: int | None) -> bool:
    """Tell whether something is there at an instant; None = in a picture."""
    return not times or ns is None or any(start <= ns < end for start, end in times)
