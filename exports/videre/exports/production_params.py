"""The parameters of production tasks: which ranges they have, and what stands for those not given.

Submit checks with it before a job is stored, the production service before it works; both see the
same ranges. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from videre.v1 import production_pb2

_NS: Final = 1_000_000_000

COUNT: Final = (1, 20)
MAX_SIDE: Final = (16, 3_840)
INTERVAL_NS: Final = (_NS // 2, 600 * _NS)
TILE_WIDTH: Final = (32, 640)
COLUMNS: Final = (1, 50)
LINE_LENGTH: Final = (10, 200)

_DEFAULT_TILES: Final = 100


@dataclass(frozen=True, slots=True)
class ParamViolation:
    """A parameter out of its range. `field` counts from the task, such as "cover.count"."""

    field: str
    description: str
    limit: str
    actual: str


@dataclass(frozen=True, slots=True)
class CoverOptions:
    """What a cover task asks for, defaults filled in; sizes in pixels."""

    count: int
    max_side: int
    format: production_pb2.ImageFormat.ValueType


@dataclass(frozen=True, slots=True)
class SpriteOptions:
    """What a sprite task asks for, defaults filled in; sizes in pixels.

    `interval_ns` is None where the media's length decides: see `default_interval_ns`.
    """

    interval_ns: int | None
    tile_width: int
    columns: int


@dataclass(frozen=True, slots=True)
class CaptionsOptions:
    """What a captions task asks for, defaults filled in; lengths in characters."""

    source: production_pb2.CaptionSource.ValueType
    format: production_pb2.CaptionFormat.ValueType
    max_line_length: int


Options: TypeAlias = CoverOptions | SpriteOptions | CaptionsOptions


def violations_of(task: production_pb2.ProductionTask) -> list[ParamViolation]:
    """Return every parameter of a task that is out of range; none for a task without function."""
    function = task.WhichOneof("function")
    if function == "cover":
        return _cover_violations(task.cover)
    if function == "sprite":
        return _sprite_violations(task.sprite)
    if function == "captions":
        return _captions_violations(task.captions)
    return []


def options_of(task: production_pb2.ProductionTask) -> Options:
    """Return a task's parameters with defaults; to be called on tasks without violations.

    Raises:
        ValueError: the task has no function of this release.
    """
    function = task.WhichOneof("function")
    if function == "cover":
        cover = task.cover
        return CoverOptions(
            count=cover.count if cover.HasField("count") else 1,
            max_side=cover.max_side if cover.HasField("max_side") else 1_280,
            format=cover.format or production_pb2.IMAGE_FORMAT_JPEG,
        )
    if function == "sprite":
        sprite = task.sprite
        return SpriteOptions(
            interval_ns=_interval_ns(sprite) if sprite.HasField("interval") else None,
            tile_width=sprite.tile_width if sprite.HasField("tile_width") else 160,
            columns=sprite.columns if sprite.HasField("columns") else 10,
        )
    if function == "captions":
        captions = task.captions
        given = captions.HasField("max_line_length")
        return CaptionsOptions(
            source=captions.source or production_pb2.CAPTION_SOURCE_SPEECH,
            format=captions.format or production_pb2.CAPTION_FORMAT_SRT,
            max_line_length=captions.max_line_length if given else 42,
        )
    raise ValueError("the task has no function of this release")


def default_interval_ns(duration_ns: int) -> int:
    """Return the time between thumbnails that gives 100 of them, at least 1 s."""
    return max(_NS, -(-duration_ns // _DEFAULT_TILES))


def _interval_ns(sprite: production_pb2.SpriteParams) -> int:
    return sprite.interval.seconds * _NS + sprite.interval.nanos


def _cover_violations(cover: production_pb2.CoverParams) -> list[ParamViolation]:
    found = []
    if cover.HasField("count"):
        found += _range("cover.count", cover.count, COUNT)
    if cover.HasField("max_side"):
        found += _range("cover.max_side", cover.max_side, MAX_SIDE)
    return found + _known("cover.format", cover.format, production_pb2.ImageFormat.keys())


def _sprite_violations(sprite: production_pb2.SpriteParams) -> list[ParamViolation]:
    found = []
    low, high = INTERVAL_NS
    if sprite.HasField("interval") and not low <= _interval_ns(sprite) <= high:
        limit = f"{low / _NS:g}..{high / _NS:g} s"
        actual = f"{_interval_ns(sprite) / _NS:g} s"
        found.append(ParamViolation("sprite.interval", f"must be {limit}", limit, actual))
    if sprite.HasField("tile_width"):
        found += _range("sprite.tile_width", sprite.tile_width, TILE_WIDTH)
    if sprite.HasField("columns"):
        found += _range("sprite.columns", sprite.columns, COLUMNS)
    return found


def _captions_violations(captions: production_pb2.CaptionsParams) -> list[ParamViolation]:
    found = _known("captions.source", captions.source, production_pb2.CaptionSource.keys())
    found += _known("captions.format", captions.format, production_pb2.CaptionFormat.keys())
    if captions.HasField("max_line_length"):
        found += _range("captions.max_line_length", captions.max_line_length, LINE_LENGTH)
    return found


def _range(field: str, value: int, bounds: tuple[int, int]) -> list[ParamViolation]:
    low, high = bounds
    if low <= value <= high:
        return []
    return [ParamViolation(field, f"must be {low}..{high}", f"{low}..{high}", str(value))]


def _known(field: str, value: int, names: list[str]) -> list[ParamViolation]:
    """Refuse enum values of another release; names are numbered from 0 without gaps."""
    if 0 <= value < len(names):
        return []
    limit = ", ".join(names[1:])
    return [ParamViolation(field, "is not a value of this release", limit, str(value))]
