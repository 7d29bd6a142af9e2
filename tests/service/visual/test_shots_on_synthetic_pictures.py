"""Shot boundaries on pictures made for one question each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from videre.visual import shots

Array = np.ndarray[Any, Any]
Planes = tuple[Array, Array, Array]
SignalsOf = Callable[..., Array]
HEIGHT, WIDTH = 90, 160


def scene(seed: int, level: int = 120) -> Array:
    """Return a blocky luma plane with a large margin, so that one can pan over it."""
    coarse = np.random.default_rng(seed).normal(level, 35, (14, 60))
    return np.kron(coarse, np.ones((8, 8))).clip(30, 220)


def view(picture: Array, offset: int = 0, seed: int = 0) -> Array:
    noise = np.random.default_rng(seed).normal(0, 1.5, (HEIGHT, WIDTH))
    return picture[:HEIGHT, offset : offset + WIDTH] + noise


def planes(lumas: list[Array]) -> list[Planes]:
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return [(luma.clip(16, 235).astype(np.uint8), grey, grey) for luma in lumas]


def still(seed: int, count: int) -> list[Array]:
    return [view(scene(seed), seed=index) for index in range(count)]


def mixed(a: Array, b: Array, share: float) -> Array:
    return a * (1 - share) + b * share


def found(signals_of: SignalsOf, lumas: list[Array]) -> list[tuple[int, str]]:
    signals = signals_of(planes(lumas))
    return [(one.frame, one.kind) for one in shots.boundaries(signals, 0, len(signals))]


BLACK = np.full((HEIGHT, WIDTH), 16.0)
WHITE = np.full((HEIGHT, WIDTH), 235.0)


def through(colour: Array, ramp: int, hold: int) -> list[Array]:
    a, b = still(1, 30), still(2, 30)
    out = [mixed(a[-1], colour, (i + 1) / ramp) for i in range(ramp)]
    back = [mixed(b[0], colour, 1 - (i + 1) / ramp) for i in range(ramp)]
    return [*a, *out, *([colour] * hold), *back, *b]


def test_a_cut_between_still_scenes(signals_of: SignalsOf) -> None:
    assert found(signals_of, still(1, 30) + still(2, 30)) == [(30, "cut")]


def test_cuts_a_few_frames_apart(signals_of: SignalsOf) -> None:
    lumas = still(1, 30) + still(2, 6) + still(3, 30)
    assert found(signals_of, lumas) == [(30, "cut"), (36, "cut")]


@pytest.mark.parametrize("speed", [2, 5])
def test_a_pan_is_no_cut(signals_of: SignalsOf, speed: int) -> None:
    moving = [view(scene(4), offset=speed * index, seed=index) for index in range(40)]
    lumas = still(4, 20) + moving + [view(scene(4), speed * 40, seed=i) for i in range(20)]
    assert found(signals_of, lumas) == []


@pytest.mark.parametrize("length", [1, 2])
def test_a_photographers_flash_is_no_cut(signals_of: SignalsOf, length: int) -> None:
    lumas = still(5, 60)
    for index in range(30, 30 + length):
        lumas[index] = lumas[index] * 0.4 + 135
    assert found(signals_of, lumas) == []


def test_a_flash_that_dies_away_is_no_cut(signals_of: SignalsOf) -> None:
    lumas = still(5, 60)
    for step, strength in enumerate((0.8, 0.5, 0.25, 0.1)):
        lumas[30 + step] = mixed(lumas[30 + step], WHITE, strength)
    assert found(signals_of, lumas) == []


@pytest.mark.parametrize("length", [1, 2])
def test_a_blink_to_black_is_no_boundary(signals_of: SignalsOf, length: int) -> None:
    lumas = still(6, 60)
    lumas[30 : 30 + length] = [BLACK] * length
    assert found(signals_of, lumas) == []


@pytest.mark.parametrize(("ramp", "hold"), [(12, 10), (20, 4), (6, 25)])
@pytest.mark.parametrize("colour", [BLACK, WHITE], ids=["black", "white"])
def test_a_fade_is_one_boundary_in_its_middle(
    signals_of: SignalsOf, colour: Array, ramp: int, hold: int
) -> None:
    ((frame, kind),) = found(signals_of, through(colour, ramp, hold))
    assert kind == "fade"
    assert abs(frame - (30 + ramp + hold / 2)) <= 2


def test_a_long_black_scene_keeps_its_hard_edges(signals_of: SignalsOf) -> None:
    lumas = still(7, 30) + [BLACK] * 100 + still(8, 30)
    assert found(signals_of, lumas) == [(30, "cut"), (130, "cut")]


def test_a_white_page_between_cuts_is_a_shot(signals_of: SignalsOf) -> None:
    lumas = still(7, 30) + [WHITE] * 30 + still(8, 30)
    assert found(signals_of, lumas) == [(30, "cut"), (60, "cut")]


def test_runs_are_frame_exact(signals_of: SignalsOf) -> None:
    grey = np.full((HEIGHT, WIDTH), 120.0)
    lumas = still(9, 20) + [BLACK] * 15 + still(9, 10) + [grey] * 12 + still(9, 5)
    signals = signals_of(planes(lumas))
    runs = [(run.kind, run.start, run.end) for run in shots.runs(signals, 0, len(signals))]
    assert runs == [("black", 20, 35), ("solid", 45, 57)]


def test_a_run_belongs_to_the_piece_in_which_it_begins(signals_of: SignalsOf) -> None:
    signals = signals_of(planes(still(9, 20) + [BLACK] * 15 + still(9, 25)))
    assert [run.start for run in shots.runs(signals[:40], 0, 25)] == [20]
    assert shots.runs(signals[22:], 25, 60) == []


def half_textured(seed: int, level: int, *, left: bool) -> Array:
    """Return a view whose one half is full of edges and whose other half is plain."""
    fine = np.random.default_rng(seed).normal(level, 60, (HEIGHT // 2, WIDTH // 2)).clip(20, 230)
    out = np.kron(fine, np.ones((2, 2)))
    columns = slice(WIDTH // 2, None) if left else slice(None, WIDTH // 2)
    out[:, columns] = level
    return out


@pytest.mark.parametrize("length", [10, 16, 24, 36])
def test_a_dissolve_is_one_boundary_in_its_middle(signals_of: SignalsOf, length: int) -> None:
    a, b = half_textured(11, 90, left=True), half_textured(12, 150, left=False)
    blend = [mixed(a, b, (i + 1) / (length + 1)) for i in range(length)]
    ((frame, kind),) = found(signals_of, [a] * 40 + blend + [b] * 40)
    assert kind == "fade"
    assert abs(frame - (40 + length / 2)) <= 4


def test_a_light_that_is_turned_down_is_no_boundary(signals_of: SignalsOf) -> None:
    lumas = [(view(scene(13), seed=i) - 16) * share + 16 for i, share in enumerate(
        [1.0] * 30 + list(np.linspace(1, 0.3, 25)) + [0.3] * 30
    )]  # fmt: skip
    assert found(signals_of, lumas) == []


@pytest.mark.parametrize("share", [0.35, 0.6])
def test_a_light_that_is_switched_is_no_cut(signals_of: SignalsOf, share: float) -> None:
    lumas = still(14, 30) + [(luma - 16) * share + 16 for luma in still(14, 30)]
    assert found(signals_of, lumas) == []
    assert found(signals_of, lumas[::-1]) == []


@pytest.mark.parametrize("ramp", [1, 8])
def test_a_caption_that_comes_and_goes_is_no_boundary(signals_of: SignalsOf, ramp: int) -> None:
    letters = np.kron(np.random.default_rng(15).integers(0, 2, (8, 64)), np.ones((3, 2)))
    lumas = still(15, 120)
    for index in range(30, 90):
        opacity = min(1.0, (index - 29) / ramp, (90 - index) / ramp)
        lumas[index][60:84, 16:144] += opacity * letters * (235 - lumas[index][60:84, 16:144])
    assert found(signals_of, lumas) == []


def test_a_blink_that_fades_out_and_in_is_no_boundary(signals_of: SignalsOf) -> None:
    lumas = still(16, 60)
    for step, share in enumerate((0.3, 0.6, 1.0, 1.0, 0.6, 0.3)):
        lumas[28 + step] = mixed(lumas[28 + step], BLACK, share)
    assert found(signals_of, lumas) == []


@pytest.mark.parametrize("colour", [BLACK, WHITE], ids=["black", "white"])
def test_a_short_fade_between_pictures_of_one_room(signals_of: SignalsOf, colour: Array) -> None:
    lumas = still(17, 60)
    for index, luma in enumerate(lumas):
        luma[20:80, 30:90] = 60 if index < 30 else 180  # somebody else before the same wall
        luma[30:60, 100:130] = 170 if index < 30 else 50
    for step, share in enumerate((0.25, 0.5, 0.75, 1.0, 1.0, 0.75, 0.5, 0.25)):
        lumas[26 + step] = mixed(lumas[26 + step], colour, share)
    ((frame, kind),) = found(signals_of, lumas)
    assert kind == "fade"
    assert abs(frame - 30) <= 1


@pytest.mark.parametrize("ramp", [2, 3, 5])
def test_a_quick_fade_from_a_dark_scene_to_white(signals_of: SignalsOf, ramp: int) -> None:
    a = [view(scene(18, level=60), seed=index) for index in range(30)]
    b = [view(scene(19, level=60), seed=index) for index in range(30)]
    out = [mixed(a[-1], WHITE, (i + 1) / (ramp + 1)) for i in range(ramp)]
    back = [mixed(b[0], WHITE, 1 - (i + 1) / (ramp + 1)) for i in range(ramp)]
    ((frame, kind),) = found(signals_of, [*a, *out, *([WHITE] * 4), *back, *b])
    assert kind == "fade"
    assert abs(frame - (30 + ramp + 2)) <= 1


def test_a_slow_film_shown_fast_has_no_cuts(signals_of: SignalsOf) -> None:
    pan = [view(scene(20), offset=6 * (index // 5), seed=index // 5) for index in range(180)]
    signals = signals_of(planes(pan), 60)
    assert shots.boundaries(signals, 0, len(signals)) == []


@pytest.mark.parametrize("rate", [24, 50, 60])
def test_a_dissolve_at_other_rates(signals_of: SignalsOf, rate: int) -> None:
    a, b = half_textured(21, 90, left=True), half_textured(22, 150, left=False)
    length = rate // 2
    blend = [mixed(a, b, (i + 1) / (length + 1)) for i in range(length)]
    signals = signals_of(planes([a] * (2 * rate) + blend + [b] * (2 * rate)), rate)
    (one,) = shots.boundaries(signals, 0, len(signals))
    assert one.kind == "fade"
    assert abs(one.frame - (2 * rate + length / 2)) <= 4


def test_a_picture_that_blurs_and_comes_back_is_no_dissolve(signals_of: SignalsOf) -> None:
    sharp = half_textured(23, 120, left=True)
    lumas = [mixed(sharp, np.full_like(sharp, 120.0), share) for share in
             [0.0] * 40 + list(np.linspace(0, 0.9, 12)) + list(np.linspace(0.9, 0, 12)) + [0.0] * 40
    ]  # fmt: skip
    assert found(signals_of, lumas) == []


def test_a_cut_out_of_a_fade_that_never_ends(signals_of: SignalsOf) -> None:
    lumas = [*still(24, 30), *(mixed(view(scene(24)), BLACK, i / 8) for i in range(1, 7))]
    assert found(signals_of, lumas + still(25, 30)) == [(36, "cut")]
