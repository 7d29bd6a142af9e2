"""Where people are looked at, how masks are made steady and brought to edges."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.painting.portrait import around, fitted, leaves, rounded, steadied

SHAPE = (72, 128)


def mask(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    made = np.zeros(SHAPE, np.float32)
    made[top:bottom, left:right] = 1
    return made


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100), st.integers(0, 50), st.integers(4, 60), st.integers(4, 40))
def test_people_have_room_in_what_is_looked_at(x: int, y: int, wide: int, high: int) -> None:
    one = mask(x, y, min(128, x + wide), min(72, y + high))
    left, top, right, bottom = around(one)
    assert 0 <= left < right <= 128
    assert 0 <= top < bottom <= 72
    assert one[top:bottom, left:right].sum() == one.sum()
    assert not leaves(one, (left, top, right, bottom))


def test_nobody_is_looked_for_everywhere() -> None:
    assert around(np.zeros(SHAPE, np.float32)) == (0, 0, 128, 72)
    assert rounded((3, 3, 120, 70), 128, 72) == (0, 0, 128, 72)
    assert rounded((33, 17, 60, 40), 128, 72) == (32, 16, 64, 40)


def test_who_reaches_the_edge_of_a_part_leaves_it() -> None:
    one = mask(40, 20, 90, 72)
    assert leaves(one, (48, 8, 100, 72))
    assert not leaves(one, (32, 8, 100, 72))  # the picture's own edge is none


def test_masks_are_steady_at_rest_and_follow_what_moves() -> None:
    luma = np.random.default_rng(1).uniform(40, 200, SHAPE).astype(np.float32)
    before, now = mask(20, 10, 60, 60), mask(24, 10, 64, 60)
    still = steadied(now, luma + 1, (before, luma))
    assert np.abs(still - before).mean() < 0.5 * np.abs(now - before).mean()
    assert np.array_equal(steadied(now, luma, None), now)
    moved = luma.copy()
    moved[:, :70] = np.roll(luma[:, :70], 9, axis=1)
    made = steadied(now, moved, (before, luma))
    assert np.abs(made - now)[20:50, 20:64].mean() < 0.02
    assert np.array_equal(steadied(now, 255 - luma, (before, luma)), now)  # a cut


def test_a_mask_is_brought_to_the_pictures_edge() -> None:
    luma = np.full(SHAPE, 60, np.float32)
    luma[:, 64:] = 180
    rough = np.clip((np.arange(128, dtype=np.float32) - 58) / 8, 0, 1)[None].repeat(72, axis=0)
    made = fitted(rough, luma, luma.astype(np.uint8))
    true = (luma > 100).astype(np.float32)
    assert np.abs(made - true).mean() < 0.5 * np.abs(rough - true).mean()
