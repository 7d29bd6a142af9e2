"""Dominant colours and their names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from videre.visual.dominant_colors import NAMES, dominant, name_of, to_lab


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"), ((255, 255, 255), "white"), ((128, 128, 128), "grey"),
        ((255, 0, 0), "red"), ((255, 128, 0), "orange"), ((255, 255, 0), "yellow"),
        ((0, 200, 0), "green"), ((0, 255, 255), "cyan"), ((0, 0, 255), "blue"),
        ((128, 0, 128), "purple"), ((255, 192, 203), "pink"), ((139, 69, 19), "brown"),
        ((0, 0, 128), "blue"), ((15, 30, 62), "blue"), ((128, 128, 0), "green"),
        ((210, 180, 140), "brown"), ((245, 245, 220), "white"), ((135, 206, 235), "blue"),
    ],
)  # fmt: skip
def test_colours_have_the_names_that_people_give_them(rgb: tuple[int, int, int], name: str) -> None:
    assert name_of(to_lab(np.array([rgb], dtype=np.float64))[0]) == name


def test_lab_of_white_and_red() -> None:
    lab = to_lab(np.array([[255, 255, 255], [255, 0, 0]], dtype=np.float64))
    assert lab[0] == pytest.approx([100, 0, 0], abs=0.05)
    assert lab[1] == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


def test_a_flag_has_its_colours_with_their_shares() -> None:
    flag = np.zeros((40, 40, 3), dtype=np.uint8)
    flag[:20] = (0, 0, 255)
    flag[20:32] = (255, 255, 255)
    flag[32:] = (255, 0, 0)
    colors = dominant(flag)
    assert [(one.name, one.share) for one in colors] == [
        ("blue", 0.5), ("white", 0.3), ("red", 0.2),
    ]  # fmt: skip
    assert colors[0].rgb == pytest.approx((0, 0, 255))


@settings(max_examples=50, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3))))
def test_any_picture_has_at_most_five_colours_in_order(rgb: np.ndarray) -> None:
    colors = dominant(rgb)
    shares = [one.share for one in colors]
    assert len(colors) <= 5
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-9
    assert all(one.name in NAMES for one in colors)
    assert dominant(rgb) == colors
