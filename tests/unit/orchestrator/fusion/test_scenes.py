"""Shots that belong together, on shots whose looks are planted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from filmed import clock
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    AudioKind,
    AudioSegment,
    ColorShare,
    Condition,
    FrameCondition,
    Shot,
    Transition,
)
from videre.orchestrator.fusion.inputs import PictureSignals
from videre.orchestrator.fusion.scenes import scene_starts
from videre.orchestrator.fusion.shot_likeness import likeness, looks

#: Frames of every shot: four seconds.
LENGTH = 100
_PALETTE = (0x1A2C50, 0xC85028, 0x3C9646, 0xE6E6DC, 0x8C3282, 0x46A0AA, 0xF0C828, 0x5A4632)


def film(pattern: str) -> list[Shot]:
    """Return a shot for every letter; the same letter has the same colours."""
    timeline = clock(LENGTH * len(pattern))
    listed = []
    for index, letter in enumerate(pattern):
        number = ord(letter) % len(_PALETTE)
        colors = (ColorShare("color.x", _PALETTE[number], 7_000),
                  ColorShare("color.y", _PALETTE[(number + 3) % 8], 3_000))  # fmt: skip
        span = timeline.frame_span(index * LENGTH, (index + 1) * LENGTH)
        kind = Transition.CUT if index else Transition.START
        listed.append(Shot(index, span, kind, 10_000, colors=colors))
    return listed


def pictures(pattern: str) -> PictureSignals:
    """Return signals in which the same letter is the same set-up."""
    cells = [
        np.random.default_rng(ord(letter)).integers(20, 230, (9, 16)).astype(np.uint8)
        for letter in pattern
        for _ in range(LENGTH)
    ]
    nothing = np.zeros(len(cells), np.float32)
    return PictureSignals(nothing, nothing, np.array(cells))


def starts(pattern: str, sound=(), conditions=(), shots=None) -> list[int]:  # type: ignore[no-untyped-def]
    listed = shots or film(pattern)
    known = looks(listed, (), pictures(pattern))
    return [first for first, _ in scene_starts(listed, known, sound, conditions)]


def segment(kind: AudioKind, start_s: float, end_s: float) -> AudioSegment:
    return AudioSegment(kind, TimeSpan(round(start_s * NS), round(end_s * NS)), 9_000)


def test_shots_that_return_make_one_scene() -> None:
    assert starts("ABABACDCDC") == [0, 5]
    assert starts("ABCABCDEFDEF") == [0, 6]


def test_a_shot_of_one_take_is_a_scene() -> None:
    assert starts("A") == [0]
    assert starts("AAAA") == [0]
    assert starts("ABCD") == [0, 1, 2, 3]


def test_what_returns_after_a_long_time_is_another_scene() -> None:
    away = "BCBCBCBCBCBCBCBCBCBC"  # 80 s
    assert starts(f"A{away}A") == [0, 1, 21]


def test_speech_that_goes_on_holds_shots_together_where_they_are_a_little_alike() -> None:
    alike = film("AB")
    half = (ColorShare("color.x", _PALETTE[ord("A") % 8], 5_000),
            ColorShare("color.y", _PALETTE[ord("B") % 8], 5_000))  # fmt: skip
    mixed = [alike[0], Shot(1, alike[1].span, Transition.CUT, 10_000, colors=half)]
    known = looks(mixed, (), None)
    speech = [segment(AudioKind.SPEECH, 1, 7)]
    apart = [segment(AudioKind.SPEECH, 1, 4), segment(AudioKind.SPEECH, 4.1, 7)]
    assert len(scene_starts(mixed, known, speech, ())) == 1
    assert len(scene_starts(mixed, known, apart, ())) == 2


def test_black_and_fades_make_a_boundary_surer() -> None:
    shots = film("AB")
    known = looks(shots, (), pictures("AB"))
    (_, cut) = scene_starts(shots, known, (), ())[1]
    music = [segment(AudioKind.MUSIC, 0, 8)]
    (_, held) = scene_starts(shots, known, music, ())[1]
    faded = [shots[0], Shot(1, shots[1].span, Transition.FADE, 10_000, colors=shots[1].colors)]
    (_, fade) = scene_starts(faded, known, music, ())[1]
    black = FrameCondition(Condition.BLACK, clock(200).frame_span(95, 100), 10_000)
    (_, dark) = scene_starts(shots, known, music, [black])[1]
    assert held < cut
    assert fade > held
    assert dark > held


def test_a_flash_of_something_else_is_no_scene_of_its_own() -> None:
    timeline = clock(450)
    borders = (0, 200, 225, 450)
    listed = [
        Shot(i, timeline.frame_span(a, b), Transition.CUT if i else Transition.START, 10_000,
             colors=film("ABC")[i].colors)
        for i, (a, b) in enumerate(pairwise(borders))
    ]  # fmt: skip
    known = looks(listed, (), None)
    assert len(scene_starts(listed, known, (), ())) == 2
    assert len(scene_starts(listed, known, [segment(AudioKind.SPEECH, 0, 18)], ())) < 3


patterns = st.text("ABCDEFGH", min_size=1, max_size=40)


@given(patterns)
def test_scenes_begin_with_the_first_shot_and_rise(pattern: str) -> None:
    listed = film(pattern)
    found = scene_starts(listed, looks(listed, (), pictures(pattern)), (), ())
    assert found[0] == (0, 10_000)
    assert all(a < b for (a, _), (b, _) in pairwise(found))
    assert all(5_000 <= score <= 10_000 for _, score in found)


@given(patterns)
def test_no_scene_begins_between_a_shot_and_its_return_soon_after(pattern: str) -> None:
    begun = set(starts(pattern))
    for first, letter in enumerate(pattern):
        soon = pattern.find(letter, first + 1, first + 5)
        if soon > 0:
            assert not begun & set(range(first + 1, soon + 1))


@given(patterns, st.integers(1, 12))
def test_likeness_is_a_share_and_one_for_the_same_take(pattern: str, lag: int) -> None:
    listed = film(pattern)
    if lag >= len(listed):
        return
    alike = likeness(looks(listed, (), pictures(pattern)), lag)
    assert len(alike) == len(listed) - lag
    assert ((alike >= 0) & (alike <= 1 + 1e-9)).all()
    for place, share in enumerate(alike):
        if pattern[place] == pattern[place + lag]:
            assert share > 0.999


def test_nothing_known_of_the_looks_leaves_every_cut_a_boundary_not_an_error() -> None:
    plain = [Shot(s.index, s.span, s.transition, s.score) for s in film("ABC")]
    assert [first for first, _ in scene_starts(plain, looks(plain, (), None), (), ())] == [0, 1, 2]
    assert scene_starts([], looks([], (), None), (), ()) == []
