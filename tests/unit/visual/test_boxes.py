"""Non-maximum suppression and normalised boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import Box
from videre.visual.boxes import normalised, suppress

coordinate = st.floats(0, 100, width=32)
box = st.tuples(coordinate, coordinate, st.floats(1, 50, width=32), st.floats(1, 50, width=32))
scored = st.lists(st.tuples(box, st.floats(0, 1, width=32)), min_size=1, max_size=20)


def corners(boxes: list[tuple[float, float, float, float]]) -> np.ndarray:
    return np.array([[x, y, x + w, y + h] for x, y, w, h in boxes], dtype=np.float32)


def test_the_better_of_two_overlapping_boxes_stays() -> None:
    boxes = corners([(0, 0, 10, 10), (1, 1, 10, 10), (50, 50, 10, 10)])
    scores = np.array([0.6, 0.9, 0.5], dtype=np.float32)
    assert suppress(boxes, scores, 0.45) == [1, 2]


@given(scored)
def test_what_stays_does_not_overlap_and_what_goes_does(
    found: list[tuple[tuple[float, float, float, float], float]],
) -> None:
    boxes = corners([one for one, _ in found])
    scores = np.array([score for _, score in found], dtype=np.float32)
    kept = suppress(boxes, scores, 0.5)
    places = [Box(float(b[0]), float(b[1]), float(b[2] - b[0]), float(b[3] - b[1])) for b in boxes]
    assert [float(scores[i]) for i in kept] == sorted(
        (float(scores[i]) for i in kept), reverse=True
    )
    for n, i in enumerate(kept):
        assert all(places[i].iou(places[j]) <= 0.5 + 1e-4 for j in kept[:n])
    for gone in set(range(len(found))) - set(kept):
        assert any(places[gone].iou(places[i]) > 0.5 - 1e-4 for i in kept)


def test_a_box_is_cut_to_the_picture() -> None:
    cut = normalised(np.array([-10, 10, 50, 210], dtype=np.float32), 100, 200)
    assert cut is not None
    assert (cut.x, cut.y, cut.width, cut.height) == pytest.approx((0, 0.05, 0.5, 0.95))


def test_a_box_outside_the_picture_is_none() -> None:
    assert normalised(np.array([110, 0, 120, 10], dtype=np.float32), 100, 100) is None
