"""Covers come from inside shots, are the good pictures, and differ from each other."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.candidates import MOST, candidate_times, face_value, spread_times
from videre.production.choosing import beside_each_other, choose, likeness
from videre.production.eyes import Face, openness, relative
from videre.production.known import FaceAt, Known, Stretch
from videre.production.moving_covers import RATE, Animator, liveliest, shot_around
from videre.production.neighbours import in_transition, steadiness, tiny
from videre.production.reframing.looks import small
from videre.production.stills import Around, Measured, Reasons, Subject, measure
from videre.production.writing import writing_share

S = 1_000_000_000
#: Of tests that look at pictures.
FEW = settings(max_examples=20)


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


@FEW
@given(st.integers(0, 200))
def test_sharp_pictures_beat_blurred_ones(seed: int) -> None:
    picture = scene(seed)
    soft = measure(0, blurred(picture, 12), Around())
    assert measure(0, picture, Around()).reasons.sharpness > soft.reasons.sharpness


@FEW
@given(st.integers(0, 200))
def test_well_exposed_pictures_beat_dark_ones(seed: int) -> None:
    picture = scene(seed)
    assert (
        measure(0, picture, Around()).score
        > measure(0, (picture * 0.2).astype(np.uint8), Around()).score
    )


def test_colour_beats_grey_and_a_face_beats_none() -> None:
    picture = scene()
    grey = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    assert measure(0, picture, Around()).score > measure(0, grey, Around()).score
    assert measure(0, picture, Around(faces=1.0)).score > measure(0, picture, Around()).score


@pytest.mark.parametrize("value", [0, 5, 128, 255])
def test_pictures_of_one_colour_score_nothing(value: int) -> None:
    assert measure(0, np.full((90, 160, 3), value, np.uint8), Around()).score == 0.0


def test_black_bars_do_not_count() -> None:
    picture = scene()
    barred = np.zeros((180, 480, 3), np.uint8)
    barred[:, 80:400] = picture
    assert measure(0, barred, Around()).score == measure(0, picture, Around()).score


PLAIN = Reasons(0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 0.0, None, None, 0.0, "")


def made(frame: int, score: float, unfit: str = "", blur: float = 0.3) -> Measured:
    signature = np.random.default_rng(frame).random((64, 3))
    return Measured(frame, score, signature, blur, replace(PLAIN, unfit=unfit))


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.floats(0, 1), st.sampled_from(["", "", "blank", "eyes"])),
        max_size=12,
    ),
    st.integers(1, 6),
)
def test_choices_are_fit_where_any_is_and_never_more_than_asked_for(
    items: list[tuple[int, float, str]], count: int
) -> None:
    candidates = list({item[0]: made(*item) for item in items}.values())
    chosen = choose(candidates, count)
    fit = [one for one in candidates if one.fit]
    assert len(chosen) == (min(count, len(fit)) if fit else min(1, len(candidates)))
    assert len({one.frame for one in chosen}) == len(chosen)
    if fit:
        assert chosen[0].score == max(one.score for one in fit)
        assert all(one.fit for one in chosen)
        assert chosen[0].distinctness == 1.0


def test_a_second_cover_differs_from_the_first() -> None:
    first = measure(1, scene(1), Around())
    twin = replace(measure(2, scene(1), Around()), score=first.score - 0.001)
    other = replace(measure(3, scene(2), Around()), score=first.score - 0.2)
    assert likeness(first, twin) == 1.0
    assert [one.frame for one in choose([twin, other, first], 2)] == [1, 3]
    assert choose([twin, first], 2)[1].distinctness == 0.0


def test_a_picture_is_blurred_beside_the_others_of_its_media() -> None:
    sharp = [made(number, 0.5, blur=0.3) for number in range(6)]
    soft, little = made(9, 0.9, blur=0.5), made(10, 0.9, blur=0.4)
    judged = beside_each_other([*sharp, soft, little])
    assert [one.frame for one in judged if one.reasons.unfit == "blurred"] == [9]
    assert beside_each_other([replace(one, blur=0.5) for one in sharp])[0].fit


def test_what_is_wrong_with_a_picture_is_named() -> None:
    picture = scene()
    assert measure(0, picture, Around(in_transition=True)).reasons.unfit == "transition"
    assert measure(0, picture, Around(eyes_open=0.3)).reasons.unfit == "eyes"
    assert measure(0, picture, Around(writing=0.2)).reasons.unfit == "writing"
    assert measure(0, picture, Around()).fit
    card = np.zeros((180, 320, 3), np.uint8) + 40
    card[80:100, 150:170] = 255
    assert measure(0, card, Around()).reasons.unfit == "blank"


def test_a_subject_stands_best_whole_on_a_third_or_in_the_middle() -> None:
    boxes = [
        Subject(0.23, 0.3, 0.43, 0.5), Subject(0.4, 0.25, 0.6, 0.6), Subject(0.9, 0.8, 1.0, 1.0)
    ]  # fmt: skip
    third, middle, corner = (
        measure(0, scene(), Around(subject=one)).reasons.composition for one in boxes
    )
    assert third > 0.7
    assert middle > 0.9
    assert corner == 0.0


@FEW
@given(st.integers(0, 60), st.floats(0.2, 0.8))
def test_dissolves_and_wipes_are_transitions_and_shots_are_not(seed: int, share: float) -> None:
    before, behind = scene(seed), scene(seed + 100)
    mixed = (before * (1 - share) + behind * share).astype(np.uint8)
    wiped = before.copy()
    wiped[:, : round(320 * share)] = behind[:, : round(320 * share)]
    for picture in (mixed, wiped):
        assert in_transition([tiny(before)], tiny(picture), [tiny(behind)])
    assert not in_transition([tiny(before)], tiny(before), [tiny(behind)])
    assert not in_transition([tiny(before)], tiny(behind), [tiny(behind)])
    assert not in_transition([], tiny(before), [])


@pytest.mark.parametrize("target", [0.0, 255.0])
def test_fades_to_black_and_to_white_are_transitions(target: float) -> None:
    picture = scene(3)
    faded = (picture * 0.6 + target * 0.4).astype(np.uint8)
    assert in_transition([tiny(picture)], tiny(faded), [])
    assert not in_transition([tiny(np.zeros_like(picture))], tiny(picture), [tiny(picture)])


def test_a_shot_that_stands_still_is_steady() -> None:
    picture = tiny(scene())
    assert steadiness(picture, [picture]) == 1.0
    assert steadiness(picture, [tiny(scene(9)), picture]) == 1.0
    assert steadiness(picture, [tiny(scene(9))]) == 0.0


def test_lines_of_letters_are_writing_and_scenes_are_not() -> None:
    page = np.full((360, 640, 3), 235, np.uint8)
    for row in range(7):
        words = "The quick brown fox jumps over it"
        cv2.putText(page, words, (20, 45 + 48 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20,) * 3, 2)
    assert writing_share(page[:, :, 0] / 255) > 0.15
    assert all(writing_share(scene(seed)[:, :, 1] / 255) < 0.03 for seed in range(5))
    assert writing_share(np.zeros((3, 3))) == 0.0


def eye_picture(height: int) -> np.ndarray:
    """A face's skin with two dark ovals, 60 pixels apart."""
    picture = np.full((120, 160, 3), 190, np.uint8)
    for x in (50, 110):
        cv2.ellipse(picture, (x, 60), (8, height), 0, 0, 360, (30, 30, 30), -1)
    return picture


def test_shut_eyes_are_told_from_open_ones() -> None:
    eyes = ((50.0, 60.0), (110.0, 60.0))
    wide, shut = (openness(eye_picture(height), eyes) for height in (6, 1))
    assert wide is not None
    assert shut is not None
    faces = [Face(0.1, 0.1, 0.5, 0.5, wide)] * 4
    blinking = Face(0.1, 0.1, 0.5, 0.5, shut)
    seen = relative(blinking, [*faces, blinking])
    assert seen is not None
    assert seen < 0.6
    assert relative(faces[0], [*faces, blinking]) == 1.0
    elsewhere = Face(0.7, 0.7, 0.1, 0.1, shut)
    assert relative(elsewhere, faces) is None
    assert openness(eye_picture(6), ((50.0, 60.0), (60.0, 60.0))) is None


def test_the_liveliest_stretch_lies_in_the_shot_around_the_still() -> None:
    still, other = scene(1), scene(2)
    pictures = [small(still)] * 20 + [small(np.roll(still, 20 * n, 1)) for n in range(5)]
    pictures += [small(np.roll(still, 80, 1))] * 15 + [small(other)] * 10
    instants = [number * S // 10 for number in range(len(pictures) + 1)]
    shot = shot_around(instants, pictures, S)
    assert (shot.start_ns, shot.end_ns) == (0, 4 * S)
    found = liveliest(instants, pictures, shot, 3 * S // 2, S)
    assert found.end_ns - found.start_ns == S
    assert found.start_ns <= 3 * S // 2 < found.end_ns
    assert found.end_ns > 2 * S
    assert liveliest(instants, pictures, shot, S, 9 * S) == shot


@pytest.mark.parametrize(
    ("motion", "magic"), [("gif", b"GIF89a"), ("webp", b"RIFF"), ("apng", b"\x89PNG")]
)
def test_animations_repeat_and_last_as_long_as_they_should(motion: str, magic: bytes) -> None:
    pictures = [np.roll(scene(4), 5 * n, 1) for n in range(7)]
    data = Animator().encode(pictures, motion)
    assert data == Animator().encode(pictures, motion)
    assert data.startswith(magic)
    done, read = cv2.imdecodeanimation(np.frombuffer(data, np.uint8))
    assert done
    assert len(read.frames) == len(pictures)
    assert abs(int(np.sum(read.durations)) - 1000 * len(pictures) / RATE) <= 10
