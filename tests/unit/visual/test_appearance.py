"""Comparing pictures by their cells: what light does, what writing does, what a scene does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from videre.visual.appearance import alike, difference_beyond_light, is_relit, is_written

Array = np.ndarray[Any, Any]
CELLS = 144
seeds = st.integers(0, 2**32 - 1)


def picture(seed: int) -> Array:
    """Return the cells of one picture [1, cells]."""
    return np.random.default_rng(seed).uniform(20, 230, (1, CELLS))


@given(seeds, st.floats(0.1, 5), st.floats(-100, 100))
def test_gain_and_offset_are_light(seed: int, gain: float, offset: float) -> None:
    a = picture(seed)
    b = gain * a + offset
    assume(np.abs(a - b).mean() > 1)
    assert is_relit(a, b, 0.01).all()
    assert difference_beyond_light(a, b) == pytest.approx(0, abs=1e-3)
    assert alike(a, b) == pytest.approx(1)


@given(seeds, seeds)
def test_another_scene_is_not_light(one: int, other: int) -> None:
    assume(one != other)
    a, b = picture(one), picture(other)
    assert not is_relit(a, b, 0.13).any()
    assert difference_beyond_light(a, b) > 20


@given(seeds, st.floats(0, 255))
def test_a_flat_picture_is_like_nothing(seed: int, level: float) -> None:
    a, flat = picture(seed), np.full((1, CELLS), level)
    assert alike(a, flat) == 0
    assert difference_beyond_light(a, flat) == pytest.approx(0, abs=1e-6)
    assert not is_relit(a, flat, 0.13).any()


def steps(light: float, edge: float, cells: int) -> tuple[Array, Array]:
    """Return changes of brightness and edges in the first `cells` cells."""
    at = (np.arange(CELLS) < cells)[None]
    return at * light, at * edge


@pytest.mark.parametrize("edge", [9.0, -9.0], ids=["comes", "goes"])
@pytest.mark.parametrize(("cells", "written"), [(20, True), (85, True), (100, False)])
def test_writing_leaves_a_third_of_the_picture(edge: float, cells: int, written: bool) -> None:
    assert is_written(*steps(60, edge, cells)).all() == written


def test_edges_that_come_and_go_are_no_writing() -> None:
    light, edge = steps(60, 9, 40)
    edge[:, :20] *= -1
    assert not is_written(light, edge).any()


def test_a_picture_that_stays_is_no_writing() -> None:
    assert not is_written(*steps(2, 9, 40)).any()
