"""What `videre produce` is told in words, as messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import typer

from videre.cli.commands.options import parse_tags
from videre.v1 import production_pb2 as pb
from videre.v1 import types_pb2

_CLOCK: Final = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)")
_FRAME: Final = re.compile(r"(\d+)@(\d+)(?:/(\d+))?")
_BACKDROP: Final = "background"
_RATE: Final = re.compile(r"(\d+(?:\.\d+)?)(?:/(\d+))?")


def time_of(word: str) -> pb.RationalTime:
    """Return an exact time: "90.5", "1:30.5", "0:01:30.5", or a frame such as "50@30000/1001".

    Raises:
        typer.BadParameter: it is none of these.
    """
    if frame := _FRAME.fullmatch(word):
        denominator = int(frame[3] or 1)
        return pb.RationalTime(
            value=int(frame[1]), rate_numerator=int(frame[2]), rate_denominator=denominator
        )
    clock = _CLOCK.fullmatch(word)
    if clock is None:
        raise typer.BadParameter(f"{word!r} is no time such as 90.5, 1:30.5 or 50@25")
    seconds = int(clock[1] or 0) * 3600 + int(clock[2] or 0) * 60 + Fraction(clock[3])
    return pb.RationalTime(value=seconds.numerator, rate_numerator=seconds.denominator)


def preview_of(word: str) -> pb.ProductionPreview | None:
    """Return the preview that is asked for: of an instant, or of the "middle"; empty = none.

    Raises:
        typer.BadParameter: it is neither.
    """
    if not word:
        return None
    return pb.ProductionPreview(at=None if word == "middle" else time_of(word))


def range_of(word: str) -> pb.MediaRange:
    """Return a stretch, "start-end"; either side may be left out.

    Raises:
        typer.BadParameter: there is no hyphen, or a side is no time.
    """
    start, hyphen, end = word.partition("-")
    if not hyphen:
        raise typer.BadParameter(f"{word!r} is no stretch such as 1.5-4 or 10-")
    return pb.MediaRange(start=time_of(start) if start else None, end=time_of(end) if end else None)


def region_of(word: str) -> pb.PictureRegion:
    """Return a part of the picture: "x,y,width,height" in shares of it, and "@start-end".

    Raises:
        typer.BadParameter: these are no four numbers, or no stretch.
    """
    sides, at, when = word.partition("@")
    try:
        x, y, width, height = (float(side) for side in sides.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"{word!r} is no box such as 0.7,0.05,0.2,0.1@2-5") from error
    box = types_pb2.BoundingBox(x=x, y=y, width=width, height=height)
    return pb.PictureRegion(keys=[pb.RegionKey(box=box)], range=range_of(when) if at else None)


def rate_of(word: str) -> pb.RationalTime:
    """Return frames a second: "25", "29.97" as it stands, or "30000/1001".

    Raises:
        typer.BadParameter: it is no rate.
    """
    found = _RATE.fullmatch(word)
    if found is None or not int(found[2] or 1):
        raise typer.BadParameter(f"{word!r} is no rate such as 25 or 30000/1001")
    rate = Fraction(found[1]) / int(found[2] or 1)
    return pb.RationalTime(rate_numerator=rate.numerator, rate_denominator=rate.denominator)


@dataclass(frozen=True, slots=True)
class Shape:
    """What all outputs of a command share, in words; empty = not said."""

    width: int | None = None
    height: int | None = None
    aspect: str = ""
    fit: str = ""
    rate: str = ""
    options: Sequence[str] = field(default_factory=tuple)
    mute: bool = False


def renditions(presets: Sequence[str], shape: Shape) -> list[pb.Rendition]:
    """Return the outputs that are asked for, one per preset.

    Raises:
        typer.BadParameter: a word is not understood.
    """
    return [
        pb.Rendition(
            preset=preset,
            width=shape.width,
            height=shape.height,
            aspect=shape.aspect,
            fit=pb.Fit.Value(f"FIT_{shape.fit.upper()}") if shape.fit else pb.FIT_UNSPECIFIED,
            frame_rate=rate_of(shape.rate) if shape.rate else None,
            encoder_options=parse_tags(list(shape.options)),
            without_sound=shape.mute,
        )
        for preset in presets or ["web"]
    ]


def backdrop_of(word: str) -> tuple[pb.Backdrop | None, dict[str, str]]:
    """Return what is put behind a subject, and the further inputs that it needs.

    Args:
        word: "#rrggbb", a file or a URI; empty = nothing.
    """
    if not word:
        return None, {}
    if word.startswith("#"):
        return pb.Backdrop(color=word), {}
    return pb.Backdrop(input=_BACKDROP), {_BACKDROP: word}


def image_format_of(word: str) -> pb.ImageFormat.ValueType:
    """Return a format of pictures; empty = the function's default."""
    return pb.ImageFormat.Value(f"IMAGE_FORMAT_{word.upper() or 'UNSPECIFIED'}")
