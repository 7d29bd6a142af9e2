"""Parts of a lecture are the times of its slides: what is built up on one is no border."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.constructed.lectures import LECTURES, Lecture, Told, drawn_speaker, frames
from videre.production.known import Stretch, Written
from videre.production.lectures.borders import around, border, done, rests, settled
from videre.production.lectures.grids import COLUMNS, ROWS, grid
from videre.production.lectures.slides import (
    STEP_NS,
    Cells,
    Change,
    Grids,
    State,
    changes,
    masks,
    new_slides,
    states,
    template,
)
from videre.production.lectures.titles import Readings, same_title, title_lines, title_text

S = 1_000_000_000
SIZE = (384, 216)
#: Frames of a lecture from one grid to the next.
STEP = 6
UNREAD = Readings((), 0)


def seen(lecture: Lecture) -> tuple[Grids, Told]:
    """Return the grids of a lecture of 24 frames a second, and the truth."""
    told, made = Told(), []
    for number, picture in enumerate(frames(lecture, SIZE, drawn_speaker(), told)):
        if number % STEP == 0:
            made.append(grid(np.ascontiguousarray(picture[..., ::-1])))
    return np.stack(made), told


def borders(grids: Grids, readings: Readings = UNREAD) -> list[int]:
    """Return the first grids of new slides."""
    masked = masks(grids)
    found = changes(grids, masked, states(grids, masked))
    made = []
    for one in new_slides(found, template(found), readings):
        first, end = around(one, grids)
        made.append(first + place_of(one, grids[first : end + 1]))
    return made


def place_of(change: Change, grids: Grids) -> int:
    """Return the place of a border among the grids around it."""
    return border(done(change, grids), rests(change, grids), settled(change, grids))


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda one: one.name)
def test_a_border_stands_at_every_new_slide_and_nowhere_else(lecture: Lecture) -> None:
    if len(lecture.slides) > 6:
        lecture = replace(lecture, slides=lecture.slides[:6])
    grids, told = seen(lecture)
    found = borders(grids)
    assert len(found) == len(told.borders)
    for place, frame, gradual in zip(found, told.borders, told.gradual, strict=True):
        slack = STEP if gradual else 0
        assert (place - 1) * STEP - slack < frame <= place * STEP + slack


def still(picture: np.ndarray, count: int) -> list[np.ndarray]:
    return [picture] * count


def drawing(seed: int) -> np.ndarray:
    """Return the grid of a slide: a title, and what stands below."""
    chance = np.random.default_rng(seed)
    made = np.zeros((2, ROWS, COLUMNS), np.uint8)
    made[0] = 240
    for rows, columns in ((slice(3, 5), slice(4, 30)), (slice(10, 26), slice(6, 50))):
        shape = made[:, rows, columns].shape
        made[:, rows, columns] = chance.integers(30, 200, shape)
    return made


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(8, 30), min_size=1, max_size=6), st.integers(0, 1000))
def test_cuts_between_drawings_are_found_where_they_are(lengths: list[int], seed: int) -> None:
    grids = np.stack(
        [g for n, count in enumerate(lengths) for g in still(drawing(seed + n), count)]
    )
    places = np.cumsum(lengths)[:-1].tolist()
    assert borders(grids) == places


def test_a_speaker_who_fills_the_picture_for_a_while_is_no_slide() -> None:
    chance = np.random.default_rng(1)
    speaker = list(chance.integers(0, 255, (40, 2, ROWS, COLUMNS), np.uint8))
    back = np.stack([*still(drawing(1), 30), *speaker, *still(drawing(1), 30)])
    assert borders(back) == []
    other = np.stack([*still(drawing(1), 30), *speaker, *still(drawing(2), 30)])
    (place,) = borders(other)
    assert 30 <= place <= 70


MOVING: Cells = np.zeros(60, np.bool_)
PASSING = np.zeros(60)
MASKLESS: Cells = np.zeros((5, ROWS, COLUMNS), np.bool_)


@given(st.integers(1, 40), st.integers(0, 10), st.integers(1, 10))
def test_the_border_of_a_fade_is_its_middle(length: int, before: int, behind: int) -> None:
    way = (np.arange(length) + 1) / (length + 1)
    shares = np.concatenate([np.zeros(before + 1), way, np.ones(behind)])
    assert abs(border(shares, MOVING, PASSING) - (before + 1 + length / 2)) <= 1


def test_the_border_of_a_cut_is_the_first_picture_behind_it() -> None:
    assert border(np.array([0.02, 0.0, 0.03, 0.97, 1.0]), MOVING, PASSING) == 3
    assert border(np.array([0.0, 0.0]), MOVING, PASSING) == 1


def test_what_is_built_up_right_before_a_change_is_none_of_it() -> None:
    built = [0.0, 0.0, 0.35, 0.35, 0.35, 0.36, 0.35]
    resting = MOVING.copy()
    resting[2:4] = True
    assert border(np.array([*built, 1.0, 1.0]), resting, PASSING) == 7
    fade = [0.45, 0.55, 0.65, 0.75, 0.85, 0.95]
    assert border(np.array([*built, *fade, 1.0]), resting, PASSING) in (9, 10)


def change_between(old: np.ndarray, new: np.ndarray) -> Change:
    """Return the change from one still picture to another."""
    (found,) = changes(
        np.stack([*still(old, 20), *still(new, 20)]), MASKLESS, [State(0, 20), State(20, 40)]
    )
    return found


@pytest.mark.parametrize("length", [8, 13, 30])
def test_the_border_of_a_push_is_its_middle(length: int) -> None:
    """No picture on the way is like either slide; the last step of it looks like a cut."""
    old, new = drawing(1), drawing(2)
    both = np.concatenate([old, new], axis=2)
    shifts = [round((step + 1) / (length + 1) * COLUMNS) for step in range(length)]
    way = [both[:, :, shift : shift + COLUMNS] for shift in shifts]
    grids = np.stack([*still(old, 9), *way, *still(new, 9)])
    change = change_between(old, new)
    place = place_of(change, grids)
    assert abs(place - (9 + length / 2)) <= 1


def test_what_is_built_up_right_behind_a_cut_moves_no_border() -> None:
    old, new = drawing(1), drawing(2)
    grids = np.stack([*still(old, 9), *still(new, 30)])
    for step in range(10):
        coming = grids[9 + step, :, 10:26, 30 + 2 * step : 50]
        coming[0], coming[1] = 240, 0
    assert place_of(change_between(old, new), grids) == 9


def test_a_black_picture_is_no_rest_of_a_change() -> None:
    old, new, black = drawing(1), drawing(2), np.zeros((2, ROWS, COLUMNS), np.uint8)
    grids = np.stack([*still(old, 9), *still(black, 12), *still(new, 9)])
    change = change_between(old, new)
    assert place_of(change, grids) == 15


def test_nothing_happens_in_one_picture() -> None:
    assert borders(np.stack(still(drawing(1), 1))) == []
    assert borders(np.zeros((9, 2, ROWS, COLUMNS), np.uint8)) == []


def line(text: str, y: float, height: float, start: float = 0, end: float = 10) -> Written:
    return Written(Stretch(round(start * S), round(end * S)), text, 0.05, y, 0.5, height)


def test_a_title_is_the_largest_text_of_the_upper_half() -> None:
    lines = [
        line("Course 17", 0.03, 0.03), line("Filters", 0.12, 0.08), line("in practice", 0.22, 0.08),
        line("- low pass", 0.36, 0.05), line("LARGE BELOW", 0.7, 0.2), line("gone", 0.1, 0.1, 0, 2),
    ]  # fmt: skip
    found = title_lines(lines, Stretch(0, 10 * S))
    assert title_text(found) == "Filters in practice"
    assert title_text([line("网络与", 0.1, 0.1), line("信息安全", 0.2, 0.1)]) == "网络与信息安全"
    assert title_lines([line("- low", 0.7, 0.1)], Stretch(0, S)) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Filters", "filters.", True),
        ("The Fourier transform", "The Fourler transform", True),
        ("Part 1", "Part 2", False),
        ("Filters", "Noise", False),
        ("第一章 绪论", "第一章绪论", True),
    ],
)
def test_titles_are_the_same_but_for_what_a_reader_mistakes(
    one: str, other: str, same: bool
) -> None:
    assert same_title(one, other) is same


def test_what_is_read_tells_titles_that_look_alike() -> None:
    """One digit of the title differs; the rest of the slide is replaced in both cases."""
    first, second = drawing(1), drawing(1)
    second[:, 10:26, 6:50] = drawing(2)[:, 10:26, 6:50]
    grids = np.stack([*still(first, 20), *still(second, 20)])
    half = 20 * STEP_NS / S
    renamed = [line("Part 1", 0.08, 0.06, 0, half), line("Part 2", 0.08, 0.06, half, 2 * half)]
    assert borders(grids, Readings(renamed, 0)) == [20]
    kept = [line("Part 1", 0.08, 0.06, 0, 2 * half)]
    assert borders(grids, Readings(kept, 0)) == []


def test_lines_of_the_speakers_picture_are_no_titles() -> None:
    everything: Cells = np.ones((ROWS, COLUMNS), np.bool_)
    masked = everything.copy()
    masked[: ROWS // 4] = False
    readings = Readings([line("badge", 0.08, 0.06)], 0)
    assert readings.title(State(0, 20), masked) is None
    assert readings.title(State(0, 20), everything) is not None
    assert readings.text(Stretch(0, 5 * S), everything) == "badge"
