"""A sample is placed where its features agree, and nowhere when they do not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from videre.orchestrator.library.descriptors import alike
from videre.orchestrator.library.entries import Marks
from videre.orchestrator.library.geometry import place

Picture = Callable[..., Marks]


@pytest.mark.parametrize(("turn", "scale"), [(0, 1), (15, 1), (-40, 0.5), (180, 0.7), (5, 1.5)])
def test_a_view_is_placed(turn: float, scale: float, picture: Picture, view: Picture) -> None:
    seen = picture(1)
    shown = view(seen, turn, scale, wrong_bits=20)
    found = place(seen, shown, alike(seen.features, shown.features))
    assert found is not None
    assert found.agreeing > 0.7 * len(shown.features)


def test_the_box_is_where_the_sample_lies(picture: Picture, view: Picture) -> None:
    seen = picture(1)
    shown = view(seen, scale=0.5)
    found = place(seen, shown, alike(seen.features, shown.features))
    assert found is not None
    assert found.box == pytest.approx((2_500, 2_500, 5_000, 5_000), abs=20)


def test_pairs_that_agree_on_nothing_place_nothing(picture: Picture) -> None:
    one, other = picture(1), picture(2)
    chance = np.random.default_rng(3).permutation(200)[:100]
    found = place(one, other, np.stack([np.arange(100), chance], axis=1))
    assert found is None or found.agreeing < 8


def test_corners_on_one_spot_count_once(picture: Picture) -> None:
    heap = picture(1, 100)
    heap.features["x"], heap.features["y"] = 3_000, 3_000
    assert place(heap, heap, np.stack([np.arange(100)] * 2, axis=1)) is None


def test_a_mirrored_picture_is_another(picture: Picture) -> None:
    seen = picture(1)
    features = seen.features.copy()
    features["x"] = 640 * 32 - features["x"]
    features["angle"] = (54_000 - features["angle"].astype(int)) % 36_000
    mirrored = Marks(features, 640, 360)
    found = place(seen, mirrored, alike(seen.features, mirrored.features))
    assert found is None or found.agreeing < 8


def test_chance_pairs_do_not_move_the_placement(picture: Picture, view: Picture) -> None:
    seen = picture(1)
    shown = view(seen, turn=10)
    pairs = alike(seen.features, shown.features)
    clean = place(seen, shown, pairs)
    wrong = np.random.default_rng(4).integers(0, 150, (len(pairs) // 2, 2))
    noisy = place(seen, shown, np.concatenate([wrong, pairs]))
    assert clean is not None
    assert noisy is not None
    assert noisy.agreeing >= clean.agreeing
    assert noisy.box == pytest.approx(clean.box, abs=100)
