"""Covers come from inside shots, are the good pictures, and differ from each other."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.production.candidates import MOST, candidate_times, face_value, spread_times
from videre.production.known import FaceAt, Known, Stretch
from videre.production.stills import Measured, choose, likeness, measure

S = 1_000_000_000


@st.composite
def shot_lists(draw: st.DrawFn) -> Known:
    cuts = sorted(draw(st.sets(st.integers(1, 600), max_size=80)))
    borders = [0, *(cut * S // 5 for cut in cuts), 125 * S]
    pairs = itertools.pairwise(borders)
    return Known(shots=tuple(Stretch(start, end) for start, end in pairs))


@given(shot_lists(), st.integers(1, 20))
def test_candidates_lie_inside_shots(known: Known, count: int) -> None:
    times = candidate_times(known, 125 * S, count)
    assert 1 <= len(times) <= MOST
    assert times == sorted(times)
    for time in times:
        (shot,) = [shot for shot in known.shots if shot.holds(time)]
        margin = min((shot.end_ns - shot.start_ns) * 0.15, 0.7 * S)
        assert shot.start_ns + margin - 1 <= time <= shot.end_ns - margin + 1


def test_black_stretches_are_avoided() -> None:
    known = Known(unfit=(Stretch(0, 8 * S),))
    assert all(time >= 8 * S for time in candidate_times(known, 10 * S, 1))


def test_a_media_that_is_unfit_throughout_still_has_candidates() -> None:
    assert candidate_times(Known(unfit=(Stretch(0, 10 * S),)), 10 * S, 1)


@given(st.integers(1, 10**14))
def test_spread_times_lie_inside(end_ns: int) -> None:
    assert all(0 <= time < end_ns for time in spread_times(end_ns))


def test_large_faces_in_the_middle_count_most() -> None:
    face = FaceAt(Stretch(0, S), 0.1, 0.0)
    small, aside = replace(face, area=0.01), replace(face, off_centre=0.6)
    values = [face_value(Known(faces=(one,)), 0) for one in (face, small, aside)]
    assert values[0] == 1.0
    assert all(0 < value < 0.5 for value in values[1:])
    assert face_value(Known(faces=(face,)), S) == 0.0


def scene(seed: int = 0) -> np.ndarray:
    """A picture with shapes of many colours."""
    rng = np.random.default_rng(seed)
    picture = np.full((180, 320, 3), rng.integers(60, 160, 3), np.uint8)
    for _ in range(60):
        y, x = rng.integers(0, 160), rng.integers(0, 290)
        picture[y : y + rng.integers(8, 60), x : x + rng.integers(8, 80)] = rng.integers(0, 255, 3)
    return picture


def blurred(picture: np.ndarray, times: int) -> np.ndarray:
    soft = picture.astype(float)
    for _ in range(times):
        soft = (soft + np.roll(soft, 1, 0) + np.roll(soft, 1, 1) + np.roll(soft, 2, 1)) / 4
    return soft.astype(np.uint8)


@given(st.integers(0, 200))
def test_sharp_pictures_beat_blurred_ones(seed: int) -> None:
    picture = scene(seed)
    assert measure(0, picture, 0).score > measure(0, blurred(picture, 12), 0).score


@given(st.integers(0, 200))
def test_well_exposed_pictures_beat_dark_ones(seed: int) -> None:
    picture = scene(seed)
    assert measure(0, picture, 0).score > measure(0, (picture * 0.2).astype(np.uint8), 0).score


def test_colour_beats_grey_and_a_face_beats_none() -> None:
    picture = scene()
    grey = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    assert measure(0, picture, 0).score > measure(0, grey, 0).score
    assert measure(0, picture, 1.0).score > measure(0, picture, 0.0).score


@pytest.mark.parametrize("value", [0, 5, 128, 255])
def test_pictures_of_one_colour_score_nothing(value: int) -> None:
    assert measure(0, np.full((90, 160, 3), value, np.uint8), 0).score == 0.0


def test_black_bars_do_not_count() -> None:
    picture = scene()
    barred = np.zeros((180, 480, 3), np.uint8)
    barred[:, 80:400] = picture
    assert measure(0, barred, 0).score == measure(0, picture, 0).score


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), max_size=12), st.integers(1, 6))
def test_choices_are_candidates_and_never_blank_beside_others(
    items: list[tuple[int, float]], count: int
) -> None:
    candidates = [
        Measured(frame, score, np.random.default_rng(frame).random((64, 3)))
        for frame, score in dict(items).items()
    ]
    chosen = choose(candidates, count)
    fit = [one for one in candidates if one.score > 0]
    assert len(chosen) == (min(count, len(fit)) if fit else min(1, len(candidates)))
    assert len({one.frame for one in chosen}) == len(chosen)
    if fit:
        assert chosen[0].score == max(one.score for one in fit)
        assert all(one.score > 0 for one in chosen)


def test_a_second_cover_differs_from_the_first() -> None:
    first = measure(1, scene(1), 0)
    twin = replace(measure(2, scene(1), 0), score=first.score - 0.001)
    other = replace(measure(3, scene(2), 0), score=first.score - 0.2)
    assert likeness(first, twin) == 1.0
    assert [one.frame for one in choose([twin, other, first], 2)] == [1, 3]
