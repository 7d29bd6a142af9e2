"""Sharpness of pictures that have edges, and silence about those that have none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from videre.visual import focus


def checkers(seed: int = 0) -> np.ndarray:
    cells = np.random.default_rng(seed).integers(20, 235, (9, 16)).astype(np.float32)
    return np.kron(cells, np.ones((32, 32), np.float32))


def blurred(grey: np.ndarray, sigma: float) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma))


def test_a_sharp_picture_is_not_blurred() -> None:
    assert focus.measure(checkers()).blur < 0.05


@pytest.mark.parametrize("sigma", [4, 6, 9])
def test_a_blurred_picture_is(sigma: float) -> None:
    assert focus.measure(blurred(checkers(), sigma)).blur > 0.7


def test_more_blur_never_looks_sharper() -> None:
    widths = [focus.measure(blurred(checkers(), s)).edge_width for s in (0.5, 1, 2, 4, 8)]
    assert widths == sorted(widths)


def test_a_sharp_subject_before_a_blurred_background_is_sharp() -> None:
    portrait = blurred(checkers(), 8)
    portrait[80:208, 180:330] = checkers(1)[80:208, 180:330]
    assert focus.measure(portrait).blur < 0.1


@pytest.mark.parametrize("noise", [0, 3])
def test_a_plain_wall_says_nothing_about_focus(noise: float) -> None:
    wall = np.random.default_rng(0).normal(140, noise, (288, 512)).astype(np.float32)
    assert focus.measure(wall).blur == 0


def test_a_picture_smaller_than_a_block_is_measured_without_error() -> None:
    tiny = np.zeros((2, 2), np.float32)
    assert focus.measure(tiny) == focus.Focus(0.0, 0.0)
    assert focus.laplacian_variance(tiny) == 0
