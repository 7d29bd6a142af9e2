"""Sprites: one picture of many thumbnails, and the WebVTT index that finds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.exports.production_params import SpriteOptions, default_interval_ns
from videre.exports.vtt import Tile, sprite_index
from videre.production.decode import Bgr, FrameSource
from videre.production.encoding import Encoder, Format
from videre.production.functions.base import Made, Work
from videre.production.previewing.moment import moment_of

_NS: Final = 1_000_000_000
#: A JPEG's side cannot be longer, and viewers do not open pictures far beyond this area.
_MAX_SIDE: Final = 65_500
_MAX_PIXELS: Final = 64_000_000
_JPEG: Final = Format("jpg", "image/jpeg")
#: Share of the work when all thumbnails are decoded.
_DECODED: Final = 0.95

SPEC: Final = EngineSpec(
    feature="sprite",
    name="sprite",
    version="1",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    max_call_seconds=3_600.0,
    cpu_seconds_per_item=0.03,
)


class Sprite:
    """`sprite.jpg` and `sprite.vtt`; a thumbnail shows the middle of its interval."""

    _encoder: Encoder

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Import the encoder."""
        self._encoder = Encoder()

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, DECODE_FAILED, DECODE_LIMIT; FIELD_INVALID, too large."""
        options = work.options
        assert isinstance(options, SpriteOptions)
        source = work.source()
        tiles = lay_tiles(options, source.pictures.end_ns, _tile_height(options, source))
        if work.preview is not None:
            at, _ = moment_of(work.preview, source.pictures.end_ns)
            tiles = row_at(tiles, at)
        picture = self._picture(work, source, tiles)
        name = f"sprite.{_JPEG.suffix}"
        index = sprite_index(tiles, f"{work.file_prefix}{name}")
        data = self._encoder.encode(picture, _JPEG)
        work.progress(1.0)
        return [
            Made(name, "sprite", _JPEG.media_type, data),
            Made("sprite.vtt", "index", "text/vtt", index),
        ]

    def _picture(self, work: Work, source: FrameSource, tiles: list[Tile]) -> Bgr:
        width = max(tile.x + tile.width for tile in tiles)
        height = max(tile.y + tile.height for tile in tiles)
        sheet = np.zeros((height, width, 3), dtype=np.uint8)
        places: dict[int, list[Tile]] = {}
        for tile in tiles:
            frame = source.pictures.frame_at((tile.start_ns + tile.end_ns) // 2)
            places.setdefault(frame, []).append(tile)
        shown: Bgr | None = None
        for done, item in enumerate(source.read(sorted(places), (tiles[0].width, tiles[0].height))):
            shown = item.picture if item.picture is not None else shown
            if shown is not None:  # a frame that cannot be decoded shows the one before it
                for tile in places[item.frame]:
                    rows, columns = _area(tile)
                    sheet[rows, columns] = shown
            work.progress(_DECODED * (done + 1) / len(places))
        if shown is None:
            raise VidereError(Reason.DECODE_FAILED, "no frame of the media could be decoded")
        return sheet


def row_at(tiles: list[Tile], ns: int) -> list[Tile]:
    """Return the row of thumbnails in which an instant lies, as the only one."""
    (row,) = {one.y for one in tiles if one.start_ns <= ns < one.end_ns}
    return [replace(one, y=0) for one in tiles if one.y == row]


def _tile_height(options: SpriteOptions, source: FrameSource) -> int:
    pictures = source.pictures
    return max(1, round(options.tile_width * pictures.height / pictures.width))


def _area(tile: Tile) -> tuple[slice, slice]:
    return slice(tile.y, tile.y + tile.height), slice(tile.x, tile.x + tile.width)


def lay_tiles(options: SpriteOptions, end_ns: int, tile_height: int) -> list[Tile]:
    """Return the thumbnails' places and times, in order; the last interval may be shorter.

    Raises:
        VidereError: FIELD_INVALID when the picture would be too large.
    """
    interval = options.interval_ns or default_interval_ns(end_ns)
    count = max(1, -(-end_ns // interval))
    rows = -(-count // options.columns)
    columns = min(count, options.columns)
    width, height = columns * options.tile_width, rows * tile_height
    if max(width, height) > _MAX_SIDE or width * height > _MAX_PIXELS:
        raise invalid(
            "task.sprite.interval",
            f"{count} thumbnails of {options.tile_width} × {tile_height} pixels are too many "
            "for one picture: take a longer interval or a smaller tile_width",
            limit=f"{_MAX_PIXELS} pixels, sides up to {_MAX_SIDE}",
            actual=f"{width} × {height}",
        )
    return [
        Tile(
            start_ns=number * interval,
            end_ns=max(number * interval + 1, min((number + 1) * interval, end_ns)),
            x=number % options.columns * options.tile_width,
            y=number // options.columns * tile_height,
            width=options.tile_width,
            height=tile_height,
        )
        for number in range(count)
    ]
