"""Pictures that look the same have hashes that are near; others have not; plain ones have none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from videre.orchestrator.review.similar import MAX_DISTANCE
from videre.orchestrator.steps.picture_hashes import picture_hash


def jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return bytes(data)


def scene(seed: int) -> np.ndarray:
    """Shapes in places that the seed says."""
    rng = np.random.default_rng(seed)
    picture = np.full((360, 640, 3), rng.integers(0, 255, 3), np.uint8)
    for _ in range(12):
        x, y, side = (int(value) for value in rng.integers(20, 340, 3))
        color = tuple(int(value) for value in rng.integers(0, 255, 3))
        cv2.rectangle(picture, (x, y), (x + side, y + side // 2), color, -1)
    return picture


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("seed", range(8))
def test_the_same_scene_is_near_and_another_far(seed: int) -> None:
    picture = scene(seed)
    known = picture_hash(jpeg(picture))
    small = cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)
    brighter = cv2.convertScaleAbs(picture, alpha=1.0, beta=12)
    for variant in (jpeg(picture, 40), jpeg(small), jpeg(brighter)):
        assert apart(known, picture_hash(variant)) <= MAX_DISTANCE
    others = [apart(known, picture_hash(jpeg(scene(seed + 100 + more)))) for more in range(8)]
    assert min(others) > MAX_DISTANCE


def test_a_plain_picture_has_none() -> None:
    assert picture_hash(jpeg(np.full((90, 160, 3), 77, np.uint8))) == ""


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="no JPEG"):
        picture_hash(b"nothing")
