"""Fitting pictures into squares."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.visual.letterbox import centre_crop, cover_size, fit_inside, pad_top_left

side = st.integers(1, 4000)


@given(side, side, st.integers(8, 1280))
def test_what_fits_inside_keeps_its_shape(width: int, height: int, limit: int) -> None:
    w, h = fit_inside(width, height, limit)
    assert max(w, h) == min(limit, max(width, height))
    scale = max(w, h) / max(width, height)
    assert abs(w - width * scale) <= 1
    assert abs(h - height * scale) <= 1


@given(side, side)
def test_enlarging_reaches_the_side(width: int, height: int) -> None:
    assert max(fit_inside(width, height, 416, enlarge=True)) == 416


@given(side, side)
def test_a_cover_can_be_cropped(width: int, height: int) -> None:
    w, h = cover_size(width, height, 256)
    assert min(w, h) == 256
    assert centre_crop(np.zeros((min(h, 300), min(w, 300), 3), np.uint8), 224).shape[:2] == (
        224,
        224,
    )


def test_padding_lies_below_and_to_the_right() -> None:
    image = np.full((2, 3, 3), 7, dtype=np.uint8)
    canvas = pad_top_left(image, 4, 114)
    assert np.array_equal(canvas[:2, :3], image)
    assert set(canvas[2:].ravel()) | set(canvas[:, 3:].ravel()) == {114}
