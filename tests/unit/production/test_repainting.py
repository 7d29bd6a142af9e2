"""Drawings, enlargements and faces: what changes, and what must not."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.painting.beauty import beautify, followed, masks
from videre.production.painting.cartoon import Cartoon, outlines, steps
from videre.production.painting.enlarged import Enlarger, enlarged
from videre.production.painting.faces import Face
from videre.production.painting.jobs import BeautyJob, CartoonJob, EnlargeJob

FACE = Face(
    30, 20, 40, 50, marks=np.array([[41, 38], [59, 38], [50, 48], [43, 58], [57, 58]], np.float32)
)


def portrait() -> np.ndarray:
    """Return a blotchy disc of skin with dark eyes and a red mouth before blue, BGR."""
    picture = np.full((96, 104, 3), (170, 90, 60), np.uint8)
    cv2.ellipse(picture, (50, 45), (24, 32), 0, 0, 360, (130, 160, 210), -1)
    noise = np.random.default_rng(1).normal(0, 6, (48, 52, 1))
    blotches = cv2.resize(noise, (104, 96), interpolation=cv2.INTER_CUBIC)[..., None]
    picture = np.clip(picture + blotches, 0, 255).astype(np.uint8)
    for x in (41, 59):
        cv2.circle(picture, (x, 38), 3, (30, 30, 30), -1)
    cv2.ellipse(picture, (50, 58), (8, 3), 0, 0, 360, (60, 60, 190), -1)
    return picture


def changed(**strengths: float) -> tuple[np.ndarray, np.ndarray]:
    before = portrait()
    after = before.copy()
    beautify(after, FACE, BeautyJob("", **{"smooth": 0, "whiten": 0, "sharpen": 0, **strengths}))
    return before.astype(int), after.astype(int)


def test_skin_is_smoothed_and_nothing_else() -> None:
    before, after = changed(smooth=1.0)
    cheek = np.s_[42:56, 30:38]
    assert after[cheek].std(axis=(0, 1)).mean() < 0.75 * before[cheek].std(axis=(0, 1)).mean()
    assert np.abs(after - before)[36:41, 39:44].max() <= 3  # an eye
    assert np.array_equal(after[:, :5], before[:, :5])
    assert np.abs(after - before)[2:8, 84:].max() <= 3


def test_skin_is_whitened_and_eyes_are_sharpened() -> None:
    before, after = changed(whiten=1.0)
    assert (after - before)[42:56, 30:38].mean() > 10
    assert np.abs(after - before)[37:40, 40:43].max() <= 6
    before, after = changed(sharpen=1.0)
    assert after[36:41, 39:44].std() > before[36:41, 39:44].std()
    before, after = changed()
    assert np.array_equal(before, after)


def test_a_face_at_the_edge_is_cut_to_the_picture() -> None:
    picture = portrait()
    beautify(picture, Face(-20, -30, 40, 50, marks=FACE.marks - 50), BeautyJob("", 1, 1, 1))
    beautify(picture, Face(500, 500, 40, 50, marks=FACE.marks + 500), BeautyJob("", 1, 1, 1))
    assert picture.shape == (96, 104, 3)


def test_eyes_and_mouth_are_inside_the_face() -> None:
    oval, features = masks(FACE, (0, 0), (96, 104))
    assert (oval[features > 0.5] > 0.5).all()
    assert features[38, 41] == features[58, 50] == 1
    assert oval[0, 0] == 0


def test_a_face_is_followed_halfway_and_a_new_one_taken_whole() -> None:
    moved = Face(34, 20, 40, 50, marks=FACE.marks + 4)
    assert followed(moved, [FACE]).left == 32
    assert np.allclose(followed(moved, [FACE]).marks, FACE.marks + 2)
    assert followed(moved, []) is moved
    assert followed(Face(80, 20, 40, 50, marks=FACE.marks), [FACE]).left == 80


@given(st.integers(2, 32))
def test_steps_never_fall_and_keep_the_range(levels: int) -> None:
    table = steps(levels).astype(int)
    assert (np.diff(table) >= 0).all()
    assert np.abs(table - np.arange(256)).max() <= 255 / levels / 2 + 1


def test_drawings_are_even_with_dark_outlines() -> None:
    picture = portrait()
    made = Cartoon(CartoonJob(8, 0.0)).paint(picture, None)
    own, drawn = (one[42:56, 30:38].std(axis=(0, 1)).mean() for one in (picture, made))
    assert drawn < 0.6 * own
    lines = outlines(picture, 1.0, np.empty((2, 96, 104), np.float32))
    assert lines[80:, :20].mean() > 245
    assert lines.min() < 200


@settings(max_examples=15, deadline=None)
@given(st.integers(4, 24), st.integers(4, 24), st.integers(2, 4), st.integers(0, 9))
def test_an_enlarged_picture_made_small_again_is_the_given_one(
    rows: int, columns: int, factor: int, seed: int
) -> None:
    luma = np.random.default_rng(seed).uniform(60, 200, (rows, columns)).astype(np.float32)
    luma = cv2.GaussianBlur(luma, (0, 0), 1.5).astype(np.uint8)
    room = np.empty((2, rows * factor, columns * factor), np.float32)
    large = enlarged(luma, factor, room).astype(np.float32)
    small = cv2.resize(large, (columns, rows), interpolation=cv2.INTER_AREA)
    assert np.abs(small - luma).mean() < 0.5
    assert large.min() >= float(luma.min()) - 7
    assert large.max() <= float(luma.max()) + 7


def test_dark_beside_bright_stays_dark_when_enlarged() -> None:
    picture = np.zeros((16, 16, 3), np.uint8)
    picture[:, 8:] = 255
    made = Enlarger(EnlargeJob(4)).paint(picture, None)
    assert made[:, 26:30].max() == 0  # it rings below zero there, which must not become grey


def test_enlarging_keeps_even_colours() -> None:
    picture = np.full((10, 14, 3), (40, 90, 200), np.uint8)
    painter = Enlarger(EnlargeJob(3))
    assert painter.size(14, 10) == (42, 30)
    made = painter.paint(picture, None)
    assert made.shape == (30, 42, 3)
    assert np.abs(made.astype(int) - (40, 90, 200)).max() <= 2
