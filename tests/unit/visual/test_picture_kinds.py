"""Illustrations, skies and moons are told by light and colours, and what looks like them is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.constructed.drawn_pictures import KINDS, Drawn, drawn_pictures
from videre.visual import flatness, heavens
from videre.visual.engines.picture_kinds import SPEC, PictureMeasures
from videre.visual.pictures import Bgr, Picture, recompressed

NODES = {"illustration": "artwork.illustration", "sky": "landscape.sky", "moon": "landscape.moon"}
#: Another seed than the one that the measures were set by.
SEED = 7
#: What even the only sampled frame of a shot is believed with.
CLEAR = 0.75


def bgr(drawn: Drawn) -> Bgr:
    """As the picture reaches an engine: after a lossy round trip."""
    rgb = np.asarray(drawn.picture.convert("RGB"), np.uint8)
    return recompressed(np.ascontiguousarray(rgb[:, :, ::-1]), 90)


def seen(picture: Bgr) -> dict[str, float]:
    return {one.class_name: one.score for one in PictureMeasures().look(Picture(picture)).seen}


@pytest.mark.parametrize("drawn", drawn_pictures(1, SEED), ids=lambda drawn: drawn.name)
def test_a_drawn_picture_is_taken_for_what_it_shows_and_nothing_else(drawn: Drawn) -> None:
    found = seen(bgr(drawn))
    told = {NODES[name] for name, score in found.items() if name in NODES and score >= CLEAR}
    assert told == ({drawn.node} & set(NODES.values()))
    faint = {NODES[name] for name, score in found.items() if name in NODES and score >= 0.5}
    assert faint == told


def test_a_moon_is_a_celestial_body() -> None:
    (moon,) = [item for item in drawn_pictures(1, SEED) if item.node == "landscape.moon"]
    found = seen(bgr(moon))
    assert found["celestial_body"] == found["moon"]


def test_every_class_is_drawn() -> None:
    classes = {item.name for item in SPEC.classes}
    assert classes == NODES.keys() | {"celestial_body"}
    assert set(NODES.values()) < KINDS.keys()


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 300), (300, 1), (3, 3)])
def test_the_smallest_pictures_tell_nothing(size: tuple[int, int]) -> None:
    assert seen(np.full((*size, 3), 200, np.uint8)) == {}


def test_a_gradient_is_few_colours() -> None:
    rows = np.linspace(20, 220, 120).astype(np.uint8)
    shaded = np.stack([np.repeat(rows[:, None], 160, 1)] * 3, 2)
    assert flatness.measure(shaded).colors <= 6
    assert flatness.measure(shaded).vivid == 0


def test_where_the_disc_is_and_how_large() -> None:
    height, width = 180, 320
    away = np.hypot(np.arange(height)[:, None] - 60, np.arange(width)[None, :] - 240)
    grey = np.where(away <= 27, 180, 5).astype(np.uint8)
    found = heavens.disc(np.stack([grey] * 3, 2))
    assert found is not None
    assert (found.x, found.y, found.radius) == pytest.approx((0.75, 1 / 3, 0.15), abs=0.01)
    assert found.roundness > 0.98
    assert found.dark == 1


def test_two_discs_are_no_moon() -> None:
    height, width = 180, 320
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    both = [np.hypot(rows - 90, columns - x) <= 25 for x in (90, 230)]
    found = heavens.disc(np.stack([np.where(both[0] | both[1], 180, 5).astype(np.uint8)] * 3, 2))
    assert found is None or found.roundness < 0.5


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40), st.integers(1, 256))
def test_scores_keep_their_bounds_whatever_the_picture(
    seed: int, height: int, width: int, levels: int
) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, levels, (height, width, 3), np.uint8)
    first = seen(picture)
    assert all(SPEC.storing_floor <= score <= 1 for score in first.values())
    assert seen(picture.copy()) == first
