"""Reframing: paths that are smooth, windows that hold their subject, commands in their place."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.known import Followed, SeenAt, Stretch
from videre.production.reframing.camera import (
    MAX_ACCELERATION,
    STEP_S,
    control_points,
    is_still,
    max_acceleration,
    places,
)
from videre.production.reframing.looks import cuts, moving, salient, small
from videre.production.reframing.plan import (
    instants_of,
    keys_of,
    offsets_at,
    plan_shot,
    window_of,
)
from videre.production.reframing.subjects import followed, subject_of

SECOND = 1_000_000_000
TALL = window_of(1280, 720, Fraction(9, 16))


def track(kind: str, x: list[float], width: float = 0.1, step_s: float = 0.2) -> Followed:
    """Return a thing whose middle is at these places of the picture's width."""
    return Followed(
        kind,
        tuple(
            SeenAt(round(n * step_s * SECOND), at - width / 2, 0.3, width, 0.3)
            for n, at in enumerate(x)
        ),
    )


def plan(*things: Followed, seconds: float, fallback: str = "blur"):  # type: ignore[no-untyped-def]
    stretch = Stretch(0, round(seconds * SECOND))
    subject = subject_of(things, instants_of(stretch))
    return plan_shot(stretch, subject, "analysis", TALL, fallback)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.2, 0.8), min_size=1, max_size=40), st.floats(0.0, 0.1), st.floats(0.0, 0.1)
)
def test_a_path_never_jumps_and_stays_in_the_picture(
    middles: list[float], below: float, above: float
) -> None:
    low, high = np.array(middles) - below, np.array(middles) + above
    points = control_points(low, high)
    assert points.min() >= low.min() - 1e-9
    assert points.max() <= high.max() + 1e-9
    assert max_acceleration(points) <= MAX_ACCELERATION
    fine = places(points, np.arange(0, len(middles) * STEP_S, 0.04))
    bent = np.abs(np.diff(fine, 2)) / 0.04**2
    assert bent.max(initial=0.0) <= MAX_ACCELERATION + 1e-6


def test_a_camera_rests_where_one_place_is_good_throughout() -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, 60)
    points = control_points(0.4 + noise, 0.6 + noise)
    assert is_still(points)
    assert 0.45 < points[0] < 0.55


def test_a_camera_follows_an_even_walk_evenly() -> None:
    walk = np.linspace(0.2, 0.8, 60)
    points = control_points(walk - 0.05, walk + 0.05)
    path = places(points, np.arange(60) * STEP_S)
    assert np.abs(path - walk).max() < 0.06
    assert (np.diff(path) > -1e-6).all()
    assert max_acceleration(points) < 0.1


def test_the_largest_window_of_a_shape() -> None:
    assert (TALL.width, TALL.height, TALL.across) == (404, 720, True)
    wide = window_of(720, 1280, Fraction(16, 9))
    assert (wide.width, wide.height, wide.across) == (720, 404, False)
    same = window_of(720, 1280, Fraction(9, 16))
    assert (same.width, same.height, same.size) == (720, 1280, 1.0)
    assert window_of(1, 1, Fraction(9, 16)).width == 1


def test_a_walking_person_is_followed_and_held() -> None:
    shot = plan(track("person", list(np.linspace(0.15, 0.85, 50))), seconds=10)
    assert (shot.mode, shot.source) == ("tracked", "analysis")
    assert shot.inside == shot.seen == len(instants_of(shot.stretch))
    edges = offsets_at(shot, TALL, np.arange(0, 10 * SECOND, SECOND // 25))
    assert edges.min() >= 0
    assert edges.max() <= 1280 - 404
    assert np.abs(np.diff(edges)).max() <= 8


def test_what_stands_still_is_shown_by_a_camera_that_rests() -> None:
    shot = plan(track("face", [0.8] * 20), seconds=4)
    assert shot.mode == "still"
    (edge,) = set(offsets_at(shot, TALL, instants_of(shot.stretch)).tolist())
    assert edge + 404 >= 0.85 * 1280


def test_two_faces_that_do_not_fit_are_padded_unless_refused() -> None:
    apart = track("face", [0.1] * 20), track("face", [0.9] * 20)
    assert plan(*apart, seconds=4).mode == "padded"
    assert plan(*apart, seconds=4, fallback="crop").mode == "still"
    near = track("face", [0.45] * 20), track("face", [0.6] * 20)
    both = plan(*near, seconds=4)
    (edge,) = set(offsets_at(both, TALL, instants_of(both.stretch)).tolist())
    assert edge / 1280 <= 0.4
    assert (edge + 404) / 1280 >= 0.65


def test_a_face_counts_more_than_who_it_belongs_to() -> None:
    instants = instants_of(Stretch(0, 4 * SECOND))
    found = subject_of([track("person", [0.5] * 20, 0.6), track("face", [0.5] * 20)], instants)
    assert found is not None
    assert found.kind == "face"
    assert subject_of([], instants) is None
    assert subject_of([track("face", [0.5] * 2)], instants_of(Stretch(0, 60 * SECOND))) is None


def test_sightings_of_one_thing_are_put_together() -> None:
    looks = [[SeenAt(n * SECOND // 5, x, 0.2, 0.1, 0.2) for x in (0.1 + n * 0.02, 0.7)]
             for n in range(10)]  # fmt: skip
    assert sorted(len(one.boxes) for one in followed("face", looks)) == [10, 10]


def test_a_fast_face_is_one_face() -> None:
    """Between two looks it goes farther than it is wide."""
    ways = ([0.1 + 0.07 * n for n in range(10)], [0.8] * 10)
    looks = [[SeenAt(n * SECOND // 5, way[n], 0.3, 0.04, 0.1) for way in ways] for n in range(10)]
    found = followed("face", looks)
    assert sorted(one.boxes[-1].x for one in found) == [ways[0][-1], 0.8]
    assert [len(one.boxes) for one in found] == [10, 10]


def test_another_face_far_away_is_another() -> None:
    looks = [[SeenAt(n * SECOND // 5, 0.1 + 0.6 * (n % 2), 0.3, 0.04, 0.1)] for n in range(4)]
    assert [len(one.boxes) for one in followed("face", looks)] == [2, 2]


def test_shoulders_are_seen_with_a_face() -> None:
    place = 0.5 + 0.14 * np.sin(np.arange(40) / 8)
    shot = plan(track("face", list(place), width=0.04), seconds=8)
    ns = np.arange(0, 7 * SECOND, SECOND // 25)
    left = offsets_at(shot, TALL, ns) / 1280
    face = np.interp(ns / SECOND, np.arange(40) / 5, place)
    assert (face - 0.04 - left).min() >= 0
    assert (left + TALL.size - face - 0.04).min() >= 0


def test_keys_tell_the_path() -> None:
    shot = plan(track("person", [0.5 + 0.3 * np.sin(n / 8) for n in range(100)]), seconds=20)
    ns = np.arange(0, 20 * SECOND, SECOND // 25, dtype=np.int64)
    keys = keys_of(shot, TALL, ns, 0.002)
    told = np.interp(ns, [key[0] for key in keys], [key[1] for key in keys])
    assert np.abs(told - offsets_at(shot, TALL, ns) / 1280).max() <= 0.002
    assert 2 < len(keys) < 100


def test_cuts_are_found_and_flashes_and_pans_are_not() -> None:
    quiet = [2.0] * 20
    assert cuts([0.0, *quiet, 60.0, *quiet]) == [21]
    assert cuts([0.0, *quiet, 60.0, 58.0, *quiet]) == []
    assert cuts([0.0, *[20.0] * 40]) == []
    assert cuts([0.0]) == []


def test_what_moves_is_told_from_a_background_at_rest() -> None:
    still = np.random.default_rng(2).integers(0, 255, (54, 96)).astype(np.uint8)
    pictures, instants = [], [n * SECOND // 5 for n in range(20)]
    for n in range(20):
        picture = still.copy()
        picture[20:34, 4 * n : 4 * n + 10] = 255 if n % 2 else 250
        pictures.append(picture)
    found = moving(pictures, instants)
    assert len(found) == 20
    middles = np.array([one.x + one.width / 2 for one in found])
    assert np.abs(middles - (4 * np.arange(20) + 5) / 96).max() < 0.08
    shaken = [np.roll(still, 7 * n, axis=1) for n in range(20)]
    assert moving(shaken, instants) == []
    assert moving([still] * 20, instants) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (180, 320)])
def test_flat_and_tiny_pictures_have_nothing_salient(size: tuple[int, int]) -> None:
    flat = small(np.full((*size, 3), 90, np.uint8))
    assert flat.shape == (54, 96)
    assert salient([flat], [0]) == []


def test_what_stands_out_is_salient() -> None:
    picture = np.random.default_rng(3).integers(80, 100, (180, 320, 3)).astype(np.uint8)
    picture[60:100, 240:280] = (20, 220, 240)
    (found,) = salient([small(picture)], [0])
    assert found.x > 0.6
