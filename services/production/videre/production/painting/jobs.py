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


@dataclass(frozen=True, slots=True)
class BeautyJob:
    """Change faces, each strength 0..1.

    Args:
        faces: file of the model that finds them.
        smooth: skin without what is small on it.
        whiten: brighter skin.
        sharpen: clearer eyes, brows, mouth and outline.
        behind: nothing is.
        kind: tells these jobs apart.
    """

    faces: str
    smooth: float
    whiten: float
    sharpen: float
    behind: Behind = Behind()
    kind: Literal["beauty"] = "beauty"


@dataclass(frozen=True, slots=True)
class Beautified:
    """How many faces were in a frame at most, and the share of the frames with any."""

    face_count: int
    face_ratio: float
    kind: Literal["beauty"] = "beauty"


@dataclass(frozen=True, slots=True)
class CartoonJob:
    """Draw frames: steps of luma, strength of outlines 0..1."""

    levels: int
    outlines: float
    behind: Behind = Behind()
    kind: Literal["cartoon"] = "cartoon"


@dataclass(frozen=True, slots=True)
class EnlargeJob:
    """Give frames so many times the rows and columns."""

    factor: int
    behind: Behind = Behind()
    kind: Literal["enlarge"] = "enlarge"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Nothing was seen: the frames were changed by themselves."""

    kind: Literal["drawn"] = "drawn"


PaintJob = KeyJob | MatteJob | BeautyJob | CartoonJob | EnlargeJob
Painted = Keying | Matting | Beautified | Drawn
