"""Screens are found by their colour; mattes are those that the picture was made with."""

from __future__ import annotations

import cv2
import keyed
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.production.painting.base import Looks
from videre.production.painting.fields import filled
from videre.production.painting.green_screen import GreenScreen
from videre.production.painting.jobs import Behind, KeyJob
from videre.production.painting.mattes import matte_of
from videre.production.painting.screens import axes, clean_plate, find_screen, hue_part, screen_of

HUES = [keyed.GREEN, keyed.BLUE, keyed.WHITE, (200, 40, 160), (210, 190, 30)]


def bgr(one: keyed.Keyed) -> np.ndarray:
    return np.ascontiguousarray(one.picture[..., ::-1])


def painted(one: keyed.Keyed, job: KeyJob) -> np.ndarray:
    painter = GreenScreen(job)
    painter.look(Looks([0], lambda _frame: bgr(one)))
    return painter.paint(bgr(one), None)


@pytest.mark.parametrize("colour", HUES)
def test_a_screen_is_found_by_its_colour(colour: tuple[int, int, int]) -> None:
    found = find_screen([bgr(keyed.keyed(colour))])
    assert found is not None
    assert np.abs(np.array(found.colour[::-1]) - colour).max() < 14
    assert found.hued == (colour != keyed.WHITE)


def test_what_has_no_even_edges_has_no_screen() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (96, 160, 3), np.uint8)
    assert find_screen([noise]) is None
    dark = np.full((96, 160, 3), 30, np.uint8)
    assert find_screen([dark]) is None
    with pytest.raises(VidereError) as caught:
        GreenScreen(KeyJob(None, 1.0, Behind())).look(Looks([0], lambda _frame: noise))
    assert caught.value.reason is Reason.FIELD_REQUIRED


@pytest.mark.parametrize("colour", HUES)
def test_the_matte_is_the_true_one(colour: tuple[int, int, int]) -> None:
    one = keyed.keyed(colour)
    made = painted(one, KeyJob(None, 1.0, Behind()))
    assert made.shape == (96, 160, 4)
    alpha = made[..., 3] / 255
    error = np.abs(alpha - one.alpha)
    edge = (one.alpha > 0) & (one.alpha < 1)
    assert error.mean() < 0.006
    assert error[edge].mean() < 0.12
    assert alpha[one.alpha == 0].max() < 0.1
    if colour not in (keyed.GREEN, keyed.BLUE, keyed.WHITE):
        return  # the subject is of nearly the same hue: its own colour is taken for the screen's
    black = painted(one, KeyJob(None, 1.0, Behind((0, 0, 0)))).astype(np.float64)
    assert cv2.PSNR(black[..., ::-1], one.before((0, 0, 0)).astype(np.float64)) > 35


def test_the_screens_light_is_taken_away() -> None:
    one = keyed.keyed(keyed.GREEN)
    inside = one.alpha == 1
    grey = one.picture.copy()
    grey[inside] = one.picture[inside].mean(axis=1, keepdims=True)
    lit = np.where(inside[..., None], grey + 0.12 * np.array(keyed.GREEN), grey).clip(0, 255)
    spilled = keyed.Keyed(lit.astype(np.uint8), one.alpha, one.own)
    off = {}
    for despill in (0.0, 0.5, 1.0):
        made = painted(spilled, KeyJob(None, despill, Behind((0, 0, 0))))[..., ::-1]
        off[despill] = np.abs(made[inside].astype(int) - grey[inside]).mean()
    assert off[1.0] < 1.5
    assert off[1.0] < off[0.5] < off[0.0]


def test_a_plate_is_seen_through_a_moving_subject() -> None:
    shown = [keyed.keyed(keyed.GREEN, shift) for shift in (0, 25, 50)]
    plate = clean_plate([bgr(one) for one in shown], screen_of((60, 180, 40)))
    clear = np.min([one.alpha for one in shown], axis=0) == 0
    y, x = np.mgrid[:96, :160]
    light = 1.04 - 0.25 * ((x / 160 - 0.4) ** 2 + (y / 96 - 0.5) ** 2)
    assert np.abs(plate[..., 1] - light * 180)[clear].mean() < 3


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 40), st.integers(3, 40), st.integers(0, 10))
def test_filling_keeps_what_is_known_and_its_range(rows: int, columns: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    colours = random.uniform(0, 255, (rows, columns, 3)).astype(np.float32)
    known = random.random((rows, columns)) < 0.3
    known[0, 0] = True
    made = filled(colours, known.astype(np.float32))
    assert np.allclose(made[known], colours[known], atol=0.01)
    own = colours[known]
    assert (made >= own.min() - 1e-2).all()
    assert (made <= own.max() + 1e-2).all()


def test_an_edge_is_solved_for_along_the_mixture() -> None:
    ramp = np.clip((np.arange(40, dtype=np.float32) - 15) / 10, 0, 1)
    alpha = np.tile(ramp, (12, 1))
    near, plate = np.array([90, 80, 170], np.float32), np.array([60, 180, 40], np.float32)
    mixed = alpha[..., None] * near + (1 - alpha[..., None]) * plate
    picture = np.rint(mixed).astype(np.uint8)
    first = np.where(alpha > 0, np.minimum(1, alpha * 1.5), 0).astype(np.float32)
    matte = matte_of(picture, first, np.broadcast_to(plate, (3, 10, 3)).copy(), 3)
    assert np.abs(matte.alpha - alpha).mean() < np.abs(first - alpha).mean() / 2


def test_what_lies_inside_is_opaque() -> None:
    one = keyed.keyed(keyed.GREEN)
    green = one.picture.copy()
    green[56:60, 56:62] = (90, 150, 80)  # a badge of nearly the screen's colour
    made = painted(keyed.Keyed(green, one.alpha, one.own), KeyJob(None, 1.0, Behind()))
    assert made[56:60, 56:62, 3].min() == 255


def test_a_hues_part_is_what_is_along_it_less_what_is_across() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (700, 130, 3), np.uint8)
    vectors = axes(screen_of((60.0, 180.0, 40.0)))
    whole = picture.astype(np.float64) @ vectors.T.astype(np.float64)
    true = whole[..., 0] - np.abs(whole[..., 1])
    for given_as in (picture, picture.astype(np.float32)):
        assert np.abs(hue_part(given_as, vectors) - true).max() < 1e-3
