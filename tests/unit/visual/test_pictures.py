"""A picture is decoded once and resized once per size."""

from __future__ import annotations

import numpy as np

from videre.visual.pictures import BASE_SIDE, Picture


def test_a_large_picture_is_reduced_once_for_all() -> None:
    picture = Picture(np.zeros((720, 1280, 3), np.uint8))
    assert picture.base.shape == (360, BASE_SIDE, 3)
    assert picture.base is picture.base
    assert picture.resized(224, 224) is picture.resized(224, 224)
    assert picture.resized(BASE_SIDE, 360) is picture.base


def test_a_small_picture_is_its_own_base() -> None:
    picture = Picture(np.zeros((48, 64, 3), np.uint8))
    assert picture.base is picture.bgr
    assert picture.resized(128, 96).shape == (96, 128, 3)
