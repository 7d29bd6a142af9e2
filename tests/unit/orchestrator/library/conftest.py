"""Marks of pictures that were never taken: corners at chance places with chance descriptors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from videre.common.local_features import ANGLE_SCALE, SCALE
from videre.orchestrator.library.entries import FEATURE_DTYPE, Features, Marks

WIDTH, HEIGHT = 640, 360
Picture = Callable[..., Marks]
View = Callable[..., Marks]


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Return a maker of pictures: the same number gives the same one."""

    def make(number: int, corners: int = 200) -> Marks:
        rng = np.random.default_rng(number)
        features = np.zeros(corners, FEATURE_DTYPE)
        features["x"] = rng.integers(20, WIDTH - 20, corners) * SCALE
        features["y"] = rng.integers(20, HEIGHT - 20, corners) * SCALE
        features["size"] = 31 * SCALE
        features["angle"] = rng.integers(0, 360, corners) * ANGLE_SCALE
        features["descriptor"] = rng.integers(0, 256, (corners, 32))
        return Marks(features, WIDTH, HEIGHT, hash=int(rng.integers(0, 2**63)))

    return make


@pytest.fixture(scope="session")
def view() -> View:
    """Return a maker of views: a picture turned, scaled and moved, some bits of it wrong."""

    def make(
        seen: Marks, turn: float = 0.0, scale: float = 1.0, wrong_bits: int = 0, keep: int = 1_000
    ) -> Marks:
        rng = np.random.default_rng(7)
        features: Features = seen.features[:keep].copy()
        angle = np.deg2rad(turn)
        x = features["x"].astype(float) - WIDTH / 2 * SCALE
        y = features["y"].astype(float) - HEIGHT / 2 * SCALE
        turned_x = scale * (np.cos(angle) * x - np.sin(angle) * y) + WIDTH / 2 * SCALE
        turned_y = scale * (np.sin(angle) * x + np.cos(angle) * y) + HEIGHT / 2 * SCALE
        inside = (turned_x >= 0) & (turned_x < WIDTH * SCALE)
        inside &= (turned_y >= 0) & (turned_y < HEIGHT * SCALE)
        features["x"], features["y"] = turned_x.clip(0, 65_535), turned_y.clip(0, 65_535)
        features["angle"] = (features["angle"].astype(float) + turn * ANGLE_SCALE) % (
            360 * ANGLE_SCALE
        )
        features["size"] = features["size"] * scale
        bits = np.unpackbits(features["descriptor"], axis=1)
        for row in bits:
            row[rng.choice(256, wrong_bits, replace=False)] ^= 1
        features["descriptor"] = np.packbits(bits, axis=1)
        return Marks(features[inside], WIDTH, HEIGHT, seen.hash)

    return make
