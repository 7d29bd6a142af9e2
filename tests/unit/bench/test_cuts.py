"""The bench of cuts finds a joint that stands wrong."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from bench.constructed.cut_sources import RATE, Source
from bench.cuts import Asked, _picture_shift, _sound_shift

NOISE = np.asarray(np.random.default_rng(3).normal(0, 0.2, 6 * RATE), np.float32)
SOURCE = Source(
    "x", Path("x"), tuple(n / 25 for n in range(150)), 4_096, NOISE, Fraction(0), Fraction(0),
    Fraction(6), Fraction(1, 25),
)  # fmt: skip


def test_sound_is_found_where_it_comes_from() -> None:
    for late in (0, 480, -1_920):
        part = NOISE[2 * RATE + late : 3 * RATE + late]
        sound = np.concatenate([np.zeros(RATE, np.float32), part])
        asked = Asked(SOURCE, Fraction(2), Fraction(3))
        shift = _sound_shift(sound, asked, Fraction(1), Fraction(2))
        assert abs(shift - (1 + late / RATE)) < 1 / RATE


def test_a_picture_one_frame_late_is_seen() -> None:
    shown = [(1 + n / 25, 4_096 + 50 + n - 1) for n in range(25)]
    shift = _picture_shift(shown, SOURCE, Fraction(1), Fraction(2))
    assert abs(shift - (1 - 1 / 25)) < 1e-9
