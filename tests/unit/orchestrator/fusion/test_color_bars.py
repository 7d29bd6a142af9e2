"""Colour bars of every usual kind, and pictures that are like them in one way."""

from __future__ import annotations

import numpy as np
import pytest
from filmed import HEIGHT, WIDTH, Rgb, bars, clock, grain, moving, signals

from videre.orchestrator.document import Condition
from videre.orchestrator.fusion.color_bars import color_bars


def found(pictures: list[Rgb]) -> list[tuple[str, int | None, int | None]]:
    timeline = clock(len(pictures))
    cues = color_bars(signals(pictures), timeline)
    return [(cue.kind, cue.span.start_frame, cue.span.end_frame) for cue in cues]


@pytest.mark.parametrize("kind", ["ebu75", "ebu100", "smpte", "hd"])
def test_bars_are_found_to_the_frame(kind: str) -> None:
    film = [moving(number) for number in range(30)]
    assert found([*film, *[bars(kind)] * 40, *film]) == [(Condition.COLOR_BARS, 30, 70)]


def test_bars_of_a_tape_with_noise_are_found() -> None:
    noisy = [grain(bars("smpte"), number, 2.0) for number in range(40)]
    assert found(noisy) == [(Condition.COLOR_BARS, 0, 40)]


def grey_staircase() -> Rgb:
    return np.repeat(bars("ebu75").mean(axis=2).astype(np.uint8)[:, :, None], 3, axis=2)


def upright() -> Rgb:
    rows = bars("ebu75")[0, :: WIDTH // HEIGHT + 1][:HEIGHT]
    rows = np.resize(rows, (HEIGHT, 3))
    return np.repeat(rows[:, None], WIDTH, axis=1)


def flag() -> Rgb:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for number, color in enumerate(((0, 140, 69), (244, 249, 255), (205, 33, 42))):
        picture[:, number * WIDTH // 3 : (number + 1) * WIDTH // 3] = color
    return picture


@pytest.mark.parametrize(
    "picture", [grey_staircase(), upright(), flag(), bars("ebu75")[:, ::-1].copy()]
)
def test_other_stripes_are_none(picture: Rgb) -> None:
    assert found([picture] * 40) == []


def test_bars_of_a_moment_are_left_out() -> None:
    film = [moving(number) for number in range(30)]
    assert found([*film, *[bars("smpte")] * 8, *film]) == []
