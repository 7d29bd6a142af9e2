"""The perceptual hash stays when a picture is scaled, re-encoded or made brighter."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.visual.picture_hash import perceptual_hash
from videre.visual.pictures import Picture, recompressed


def scene(seed: int) -> NDArray[np.uint8]:
    """Return soft shapes, as photographs have them."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (9, 16, 3)).astype(np.uint8)
    large = cv2.resize(small, (1_280, 720), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def bits_apart(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> int:
    one, other = perceptual_hash(Picture(left)), perceptual_hash(Picture(right))
    assert one is not None
    assert other is not None
    return (one ^ other).bit_count()


def test_copies_are_near_and_strangers_far() -> None:
    for seed in range(10):
        picture = scene(seed)
        small = np.asarray(cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA), np.uint8)
        brighter = np.asarray(cv2.convertScaleAbs(picture, alpha=0.9, beta=20), np.uint8)
        for copy in (recompressed(picture, 30), small, brighter):
            assert bits_apart(picture, copy) <= 6
        assert bits_apart(picture, scene(seed + 100)) > 12


def test_the_first_bit_is_the_mean_and_the_highest() -> None:
    value = perceptual_hash(Picture(scene(1)))
    assert value is not None
    assert value >> 63 == 1
    assert 24 <= value.bit_count() <= 40


def test_a_plain_picture_has_no_hash() -> None:
    assert perceptual_hash(Picture(np.full((90, 160, 3), 200, np.uint8))) is None
    assert perceptual_hash(Picture(np.zeros((90, 160, 3), np.uint8))) is None
