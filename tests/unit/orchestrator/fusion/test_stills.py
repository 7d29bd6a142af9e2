"""Frozen and still pictures that are planted to the frame."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from filmed import clock, grain, moving, room, shots, signals, talking_head
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.document import Condition
from videre.orchestrator.fusion.inputs import PictureSignals
from videre.orchestrator.fusion.stills import stills

_GRID = (9, 16)


def found(pictures, cuts=(), known=(), crf=23):  # type: ignore[no-untyped-def]
    pictures = list(pictures)
    timeline = clock(len(pictures))
    seen = stills(signals(pictures, crf), shots(timeline, cuts), known, timeline)
    return [(cue.kind, cue.span.start_frame, cue.span.end_frame) for cue in seen]


@pytest.mark.parametrize("crf", [18, 23, 36])
@pytest.mark.parametrize("frozen", [50, 130])
def test_a_freeze_in_a_moving_shot_is_found_to_two_frames(crf: int, frozen: int) -> None:
    before = [moving(number) for number in range(60)]
    after = [moving(number) for number in range(60, 100)]
    ((kind, start, end),) = found([*before, *[before[-1]] * frozen, *after], crf=crf)
    assert kind is Condition.FROZEN
    assert abs(start - 59) <= 2
    assert abs(end - (60 + frozen)) <= 2


def test_a_slide_between_cuts_is_still_not_frozen() -> None:
    pan = [moving(number, 1) for number in range(50)]
    assert found([*pan, *[room(2)] * 75, *pan], cuts=(50, 125)) == [(Condition.STILL, 50, 125)]


def test_a_picture_that_stands_before_the_camera_sets_off_is_still() -> None:
    standing = [moving(0)] * 70
    panning = [moving(number) for number in range(60)]
    ((kind, start, end),) = found([*standing, *panning])
    assert (kind, start) == (Condition.STILL, 0)
    assert abs(end - 70) <= 2


def test_a_freeze_soon_after_a_cut_is_one_when_the_picture_goes_on_moving() -> None:
    before = [moving(number, 1) for number in range(12)]
    after = [moving(number, 1) for number in range(12, 60)]
    other = [moving(number) for number in range(50)]
    film = [*other, *before, *[before[-1]] * 70, *after]
    assert [kind for kind, _, _ in found(film, cuts=(50,))] == [Condition.FROZEN]
    standing = [*other, *[before[0]] * 82, *after]
    assert [kind for kind, _, _ in found(standing, cuts=(50,))] == [Condition.STILL]


@pytest.mark.parametrize("long", [15, 40])
def test_a_title_that_fades_in_is_still(long: int) -> None:
    fading = [(room(3) * (number / long)).astype(np.uint8) for number in range(long)]
    ((kind, start, end),) = found([*fading, *[room(3)] * 85])
    assert (kind, end) == (Condition.STILL, long + 85)
    assert abs(start - long) <= 2


@pytest.mark.parametrize("long", [12, 25, 40])
def test_a_picture_that_another_dissolves_into_is_still(long: int) -> None:
    other, picture = moving(0, 1).astype(np.float64), room(3).astype(np.float64)
    mixed = [
        (other + (picture - other) * (number / long)).astype(np.uint8) for number in range(long)
    ]
    ((kind, start, end),) = found([*mixed, *[room(3)] * 85])
    assert kind is Condition.STILL
    assert abs(start - long) <= 2
    assert abs(end - (long + 85)) <= 2


@pytest.mark.long  # grain is dear to make; the clean speaker below is always asked
@pytest.mark.parametrize("level", [1.5, 3.0])
def test_a_speaker_who_sits_still_is_not_frozen_under_grain(level: float) -> None:
    assert found([grain(talking_head(number), number, level) for number in range(150)]) == []


def test_a_clean_speaker_who_moves_only_the_mouth_is_not_frozen() -> None:
    assert found([talking_head(number) for number in range(150)]) == []


def test_a_moving_film_of_twelve_pictures_a_second_is_not_frozen() -> None:
    assert found([moving(number // 2 * 2) for number in range(150)]) == []


def test_a_slow_zoom_is_neither() -> None:
    creeping = []
    picture = room(5)
    for number in range(150):
        rows = np.linspace(0.1 * number, 179 - 0.1 * number, 180).round().astype(int)
        columns = np.linspace(0.18 * number, 319 - 0.18 * number, 320).round().astype(int)
        creeping.append(np.ascontiguousarray(picture[rows][:, columns]))
    assert found(creeping) == []


def test_what_is_told_already_and_what_is_short_is_left_out() -> None:
    pan = [moving(number, 1) for number in range(50)]
    film = [*pan, *[room(2)] * 75, *pan]
    assert found(film, cuts=(50, 125), known=[(50, 125)]) == []
    assert found([*pan, *[room(2)] * 40, *pan], cuts=(50, 90)) == []


@given(st.lists(st.sampled_from([0.0, 0.01, 3.0]), min_size=2, max_size=400), st.data())
def test_stretches_are_in_order_within_their_shots_and_long_enough(changes, data) -> None:  # type: ignore[no-untyped-def]
    timeline = clock(len(changes))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(changes) - 1), max_size=4)))
    made = PictureSignals(
        np.array(changes, np.float32), np.zeros(len(changes), np.float32),
        np.zeros((len(changes), *_GRID), np.uint8),
    )  # fmt: skip
    listed = shots(timeline, cuts)
    cues = stills(made, listed, (), timeline)
    for cue in cues:
        assert cue.span.duration_ns >= 18 * 10**8
        assert any(s.span.start_ns <= cue.span.start_ns and cue.span.end_ns <= s.span.end_ns
                   for s in listed)  # fmt: skip
        assert 0 < cue.score <= 10_000
    assert all(a.span.end_ns <= b.span.start_ns for a, b in itertools.pairwise(cues))


def test_without_signals_of_every_frame_nothing_is_said() -> None:
    none = PictureSignals(np.zeros(0, np.float32), np.zeros(0, np.float32),
                          np.zeros((0, *_GRID), np.uint8))  # fmt: skip
    timeline = clock(100)
    assert stills(none, shots(timeline), (), timeline) == []
