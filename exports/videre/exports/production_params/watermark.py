"""Parameters of `watermark`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import (
    Function,
    ParamViolation,
    known_value,
)
from videre.exports.production_params.retouched import (
    MAIN,
    RetouchedOptions,
    check_image_format,
    check_ranges,
    check_retouched,
    check_share,
    common_of,
    image_format_of,
    stretches_of,
)
from videre.exports.production_params.times import Stretch
from videre.v1 import production_pb2

MARGIN: Final = (0, 0.5)
SIZE: Final = (0.01, 1)
OPACITY: Final = (0.01, 1)
TEXT: Final = 200
LINES: Final = 4
_MARGIN: Final = 0.03
_PICTURE_SIZE: Final = 0.15
_TEXT_SIZE: Final = 0.04
#: Anchors as shares of the room beside the mark: across, down.
_ANCHORS: Final = {
    production_pb2.ANCHOR_TOP_LEFT: (0.0, 0.0),
    production_pb2.ANCHOR_TOP: (0.5, 0.0),
    production_pb2.ANCHOR_TOP_RIGHT: (1.0, 0.0),
    production_pb2.ANCHOR_LEFT: (0.0, 0.5),
    production_pb2.ANCHOR_CENTRE: (0.5, 0.5),
    production_pb2.ANCHOR_RIGHT: (1.0, 0.5),
    production_pb2.ANCHOR_BOTTOM_LEFT: (0.0, 1.0),
    production_pb2.ANCHOR_BOTTOM: (0.5, 1.0),
    production_pb2.ANCHOR_BOTTOM_RIGHT: (1.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class WatermarkOptions(RetouchedOptions):
    """What a watermark task asks for, defaults filled in.

    Args:
        picture: name of the input that is drawn; empty = text is.
        lines: of text; none = a picture is drawn.
        anchor: place in the room beside the mark, 0..1 across and down.
        margin: kept free at the edges, share of the frame's shorter side.
        size: width of a picture as share of the frame's, or height of a line of text likewise.
        opacity: 0..1.
        shown: when; none = always.
        image_format: of what is made of a picture.
    """

    picture: str
    lines: tuple[str, ...]
    anchor: tuple[float, float]
    margin: float
    size: float
    opacity: float
    shown: tuple[Stretch, ...]
    image_format: production_pb2.ImageFormat.ValueType


def _check(given: production_pb2.WatermarkParams) -> list[ParamViolation]:
    found = check_retouched(given) + check_image_format(given)
    which = given.WhichOneof("mark")
    if which is None or not getattr(given, which):
        found.append(ParamViolation("mark", "must be given", "picture or text", "none"))
    if which == "text":
        count = len(given.text.splitlines())
        if len(given.text) > TEXT or count > LINES:
            limit = f"{TEXT} characters in {LINES} lines"
            actual = f"{len(given.text)} characters in {count} lines"
            found.append(ParamViolation("text", f"must be at most {limit}", limit, actual))
        elif given.text and not given.text.strip():
            found.append(ParamViolation("text", "shows nothing", "a text", "blanks"))
    found += known_value("anchor", given.anchor, production_pb2.Anchor.keys())
    for field, bounds in (("margin", MARGIN), ("size", SIZE), ("opacity", OPACITY)):
        found += check_share(given, field, bounds)
    return found + check_ranges("shown", given.shown)


def _options(given: production_pb2.WatermarkParams) -> WatermarkOptions:
    size = _PICTURE_SIZE if given.picture else _TEXT_SIZE
    return WatermarkOptions(
        **common_of(given),
        picture=given.picture,
        lines=tuple(line.strip() for line in given.text.splitlines()),
        anchor=_ANCHORS.get(given.anchor, (1.0, 1.0)),
        margin=given.margin if given.HasField("margin") else _MARGIN,
        size=given.size if given.HasField("size") else size,
        opacity=given.opacity if given.HasField("opacity") else 1.0,
        shown=stretches_of(given.shown),
        image_format=image_format_of(given),
    )


def _inputs(given: production_pb2.WatermarkParams) -> tuple[str, ...]:
    names = [given.input or MAIN, *([given.picture] if given.picture else [])]
    return tuple(dict.fromkeys(names))


WATERMARK: Final = Function("watermark", _check, _options, _inputs)
