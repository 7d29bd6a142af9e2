"""Captions drawn on pictures, and the truth that says where they stand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.constructed.caption_looks import LOOKS, Look
from bench.constructed.captions import drawn, frames_of
from bench.constructed.textures import PAINTERS, Painter

SIZE = (640, 360)
GREY = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)


def changed(look: Look, texts: tuple[str, ...], step: int) -> np.ndarray:
    return np.abs(drawn(GREY, look, texts, step).astype(int) - GREY).max(axis=2) > 8


@pytest.mark.parametrize(("look", "texts"), LOOKS, ids=[look.style for look, _ in LOOKS])
def test_every_look_can_be_seen_and_leaves_the_picture_as_it_is(
    look: Look, texts: tuple[str, ...]
) -> None:
    length = frames_of(look, texts, SIZE)
    ink = changed(look, texts, length // 2)
    assert 0.0005 < ink.mean() < 0.2
    assert (GREY == 120).all()


def test_a_crawl_enters_at_the_right_and_leaves_at_the_left() -> None:
    look = Look("crawl", height=40, crawl=6)
    length = frames_of(look, ("A long line",), SIZE)
    first, last = (np.flatnonzero(changed(look, ("A long line",), step).any(0))
                   for step in (8, length - 8))  # fmt: skip
    assert first.min() > SIZE[0] * 0.9
    assert last.max() < SIZE[0] * 0.1


def test_spelled_letters_come_one_by_one() -> None:
    look = Look("spelled", spelled=True)
    widths = [np.ptp(np.flatnonzero(changed(look, ("Letters",), at).any(0))) for at in (1, 7, 20)]
    assert widths == sorted(set(widths))


def test_faint_letters_are_fainter() -> None:
    strong, faint = (
        drawn(GREY, Look("look", opacity=opacity), ("Words",), 5).max() for opacity in (1.0, 0.4)
    )
    assert strong > faint > 120


@pytest.mark.parametrize("painter", PAINTERS, ids=[painter.__name__ for painter in PAINTERS])
def test_a_pattern_fills_its_picture_and_comes_out_the_same(painter: Painter) -> None:
    one, other = (np.full((180, 320, 3), 150, np.uint8) for _ in range(2))
    for picture in (one, other):
        painter(picture, np.random.default_rng(3))
    assert (one == other).all()
    assert one.std() > 5
