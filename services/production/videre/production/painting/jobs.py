"""How frames are changed, as the rendering process is told, and what it saw of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Red, green, blue, 0..255.
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Behind:
    """What is put behind a subject: a colour, or a source of the job; neither = nothing."""

    colour: Rgb | None = None
    source: int | None = None

    @property
    def clear(self) -> bool:
        """Whether there is nothing: the output is transparent."""
        return self.colour is None and self.source is None


@dataclass(frozen=True, slots=True)
class KeyJob:
    """Cut out what stands before a screen of one colour.

    Args:
        key: the screen's colour; None = to be found.
        despill: how much of the screen's light on the subject is taken away, 0..1.
        behind: what is put behind the subject.
        kind: tells these jobs apart.
    """

    key: Rgb | None
    despill: float
    behind: Behind
    kind: Literal["key"] = "key"


@dataclass(frozen=True, slots=True)
class Keying:
    """What a screen was: its colour, and its share of the pictures, mean of the frames."""

    key: Rgb
    screen_ratio: float
    kind: Literal["key"] = "key"


@dataclass(frozen=True, slots=True)
class MatteJob:
    """Cut out people.

    Args:
        model: file of the segmentation model.
        faces: file of the model that finds faces; empty = it is not installed.
        behind: what is put behind them.
        kind: tells these jobs apart.
    """

    model: str
    faces: str
    behind: Behind
    kind: Literal["matte"] = "matte"


@dataclass(frozen=True, slots=True)
class Matting:
    """What was cut out: the share of the pictures that is people, mean of the frames."""

    subject_ratio: float
    kind: Literal["matte"] = "matte"


PaintJob = KeyJob | MatteJob
Painted = Keying | Matting
