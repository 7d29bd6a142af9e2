"""Corners of a picture: in bounds, few enough, the same whatever was looked at before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from videre.common.local_features import MOST, SCALE, SIDE
from videre.visual.corners import FEATURE_DTYPE, describe
from videre.visual.pictures import Picture


def noise(width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return blocks of grey: a picture with many corners."""
    cells = np.random.default_rng(seed).integers(0, 256, (height // 8 + 1, width // 8 + 1))
    grey = np.repeat(np.repeat(cells, 8, axis=0), 8, axis=1)[:height, :width]
    return np.repeat(grey[:, :, None], 3, axis=2).astype(np.uint8)


def test_corners_lie_in_the_picture_strongest_first_and_few_enough() -> None:
    features, width, height = describe(Picture(noise(1_280, 720)))
    assert (width, height) == (SIDE, 360)
    assert 100 < len(features) <= MOST
    assert features["x"].max() < width * SCALE
    assert features["y"].max() < height * SCALE
    fewer, _, _ = describe(Picture(noise(1_280, 720)), most=50)
    assert len(fewer) <= 50


def test_a_small_picture_is_described_as_large_as_any() -> None:
    _, width, height = describe(Picture(noise(96, 128)))
    assert (width, height) == (480, SIDE)


def test_the_same_picture_has_the_same_corners() -> None:
    first, _, _ = describe(Picture(noise(640, 480)))
    describe(Picture(noise(640, 480, seed=1)))
    again, _, _ = describe(Picture(noise(640, 480)))
    assert first.tobytes() == again.tobytes()


def test_a_plain_picture_has_none() -> None:
    features, _, _ = describe(Picture(np.full((90, 160, 3), 128, np.uint8)))
    assert features.dtype == FEATURE_DTYPE
    assert len(features) == 0
