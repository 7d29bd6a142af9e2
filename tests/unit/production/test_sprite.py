"""Thumbnails lie in their grid and cover the media's time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.exports.production_params import SpriteOptions
from videre.production.functions.sprite import lay_tiles

S = 1_000_000_000


@given(
    st.integers(1, 7_200 * S),
    st.none() | st.integers(10 * S, 600 * S),
    st.integers(32, 160),
    st.integers(1, 50),
)
def test_tiles_cover_the_media_once(
    end_ns: int, interval: int | None, width: int, columns: int
) -> None:
    tiles = lay_tiles(SpriteOptions(interval, width, columns), end_ns, 90)
    assert tiles[0].start_ns == 0
    assert tiles[-1].end_ns == end_ns
    assert all(a.end_ns == b.start_ns for a, b in itertools.pairwise(tiles))
    assert len({(tile.x, tile.y) for tile in tiles}) == len(tiles)
    assert all(tile.x % width == 0 and tile.x < columns * width for tile in tiles)
    assert [(t.y, t.x) for t in tiles] == sorted((t.y, t.x) for t in tiles)


def test_by_default_there_are_a_hundred() -> None:
    assert len(lay_tiles(SpriteOptions(None, 160, 10), 600 * S, 90)) == 100
    assert len(lay_tiles(SpriteOptions(None, 160, 10), 40 * S, 90)) == 40


def test_too_large_a_picture_is_refused_before_work() -> None:
    with pytest.raises(VidereError) as caught:
        lay_tiles(SpriteOptions(S // 2, 160, 10), 6 * 3_600 * S, 90)
    assert caught.value.reason is Reason.FIELD_INVALID
    assert caught.value.violations[0].field == "task.sprite.interval"
    assert caught.value.violations[0].actual == "1600 × 388800"
