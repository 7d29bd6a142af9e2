"""The similarity that brings a face upright."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.visual import face_align


def turned(degrees: float, scale: float, x: float, y: float) -> np.ndarray:
    """Return the template's points after a rotation, a scale and a shift."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved: np.ndarray = face_align.TEMPLATE @ turn.T * scale + (x, y)
    return moved


@given(st.floats(-170, 170), st.floats(0.1, 10), st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_any_turned_scaled_shifted_face_comes_back(
    degrees: float, scale: float, x: float, y: float
) -> None:
    points = turned(degrees, scale, x, y)
    matrix = face_align.similarity(points)
    back = points @ matrix[:, :2].T + matrix[:, 2]
    assert np.allclose(back, face_align.TEMPLATE, atol=1e-6)


@given(st.floats(-170, 170))
def test_the_roll_is_the_turn(degrees: float) -> None:
    level = face_align.roll_degrees(face_align.TEMPLATE)
    difference = face_align.roll_degrees(turned(degrees, 1, 0, 0)) - level - degrees
    assert abs((difference + 180) % 360 - 180) < 1e-6


def test_points_at_one_place_have_no_pose() -> None:
    with pytest.raises(ValueError, match="one place"):
        face_align.similarity(np.zeros((5, 2)))
