"""Parameters of `sprite`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, in_range
from videre.v1 import production_pb2

_NS: Final = 1_000_000_000
INTERVAL_NS: Final = (_NS // 2, 600 * _NS)
TILE_WIDTH: Final = (32, 640)
COLUMNS: Final = (1, 50)
_DEFAULT_TILES: Final = 100


@dataclass(frozen=True, slots=True)
class SpriteOptions(Options):
    """What a sprite task asks for, defaults filled in; sizes in pixels.

    `interval_ns` is None where the media's length decides: see `default_interval_ns`.
    """

    interval_ns: int | None
    tile_width: int
    columns: int


def default_interval_ns(duration_ns: int) -> int:
    """Return the time between thumbnails that gives 100 of them, at least 1 s."""
    return max(_NS, -(-duration_ns // _DEFAULT_TILES))


def _interval_ns(sprite: production_pb2.SpriteParams) -> int:
    return sprite.interval.seconds * _NS + sprite.interval.nanos


def _check(sprite: production_pb2.SpriteParams) -> list[ParamViolation]:
    found = []
    low, high = INTERVAL_NS
    if sprite.HasField("interval") and not low <= _interval_ns(sprite) <= high:
        limit = f"{low / _NS:g}..{high / _NS:g} s"
        actual = f"{_interval_ns(sprite) / _NS:g} s"
        found.append(ParamViolation("interval", f"must be {limit}", limit, actual))
    if sprite.HasField("tile_width"):
        found += in_range("tile_width", sprite.tile_width, TILE_WIDTH)
    if sprite.HasField("columns"):
        found += in_range("columns", sprite.columns, COLUMNS)
    return found


def _options(sprite: production_pb2.SpriteParams) -> SpriteOptions:
    return SpriteOptions(
        interval_ns=_interval_ns(sprite) if sprite.HasField("interval") else None,
        tile_width=sprite.tile_width if sprite.HasField("tile_width") else 160,
        columns=sprite.columns if sprite.HasField("columns") else 10,
    )


SPRITE: Final = Function("sprite", _check, _options)
