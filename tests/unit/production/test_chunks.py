"""Chunks cover an output, whatever its times; their borders follow from nothing but these."""

from __future__ import annotations

import os
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.production.chunk_shelf import ChunkShelf, clear_abandoned, sweep, work_folder
from videre.production.rendering.chunks import (
    CHUNK_S,
    Chunk,
    chunk_list,
    edits_within,
    plan_chunks,
    step_of,
)
from videre.production.rendering.timeline import FINE
from videre.production.retouching.edits import Caption, Captions, Edits, Hole, Mark

ticks_of_films = st.lists(st.integers(1, 60), min_size=1, max_size=300).map(
    lambda steps: np.cumsum(np.array(steps, np.int64)) - steps[0]
)


@given(ticks_of_films, st.integers(1, 500), st.sets(st.integers(0, 300)))
def test_chunks_cover_every_frame_once_and_begin_where_they_may(
    ticks: np.ndarray, step: int, taken: set[int]
) -> None:
    chunks = plan_chunks(ticks, step, lambda place: place not in taken)
    assert [chunks[0].first, chunks[-1].end] == [0, len(ticks)]
    assert all(one.end == after.first for one, after in pairwise(chunks))
    assert all(one.first < one.end for one in chunks)
    assert not {one.first for one in chunks[1:]} & taken


@given(ticks_of_films, st.integers(1, 500))
def test_where_all_may_begin_chunks_are_as_long_as_they_should(
    ticks: np.ndarray, step: int
) -> None:
    chunks = plan_chunks(ticks, step)
    for one in chunks[1:]:  # the first frame of a step
        assert int(ticks[one.first]) // step > int(ticks[one.first - 1]) // step
    last = int(ticks[-1]) + 1 - int(ticks[chunks[-1].first])
    assert len(chunks) == 1 or 2 * last >= step


@given(ticks_of_films, st.integers(1, 500), st.integers(1, 1_000))
def test_a_longer_film_has_the_same_borders_before_the_last(
    ticks: np.ndarray, step: int, more: int
) -> None:
    longer = np.append(ticks, ticks[-1] + 1 + np.arange(more))
    before = {one.first for one in plan_chunks(ticks, step)}
    assert before <= {one.first for one in plan_chunks(longer, step)}


@pytest.mark.parametrize(
    ("rate", "step"),
    [(Fraction(25), 1_500), (Fraction(30_000, 1_001), 1_800), (Fraction(24_000, 1_001), 1_440),
     (Fraction(25, 2), 750), (Fraction(1, 100), 1), (None, CHUNK_S * FINE)],
)  # fmt: skip
def test_a_chunk_is_a_minute_of_frames(rate: Fraction | None, step: int) -> None:
    assert step_of(rate) == step


@given(ticks_of_films, st.sampled_from([Fraction(1, 25), Fraction(1_001, 30_000)]))
def test_lengths_in_a_list_never_add_up_to_an_error(ticks: np.ndarray, base: Fraction) -> None:
    starts = ticks.tolist()
    lines = chunk_list(starts, base, [f"c{n}" for n in range(len(starts))]).splitlines()
    lengths = [Fraction(line.split()[1]) for line in lines if line.startswith("duration")]
    passed = Fraction(0)
    for start, length in zip(starts[1:], lengths, strict=True):
        passed += length
        assert abs(passed - (start - starts[0]) * base) <= Fraction(1, 1_000_000)


def cue(start: int, end: int) -> Caption:
    return Caption(start, end, ("words",))


def test_edits_of_a_chunk_are_those_that_are_seen_in_it() -> None:
    edits = Edits(
        captions=Captions("", (cue(0, 10), cue(90, 120), cue(150, 160), cue(201, 300)), 30, 10,
                          boxed=False),
        marks=(Mark("a", 0, 0, 1.0, ()), Mark("b", 0, 0, 1.0, ((0, 50), (140, 400)))),
        holes=(Hole("h", 0, 0, 8, 8, 80, 99), Hole("i", 0, 0, 8, 8, 400, 500)),
    )  # fmt: skip
    part = edits_within(edits, 100, 200, (70, 230))
    assert part.captions is not None
    assert [one.start_ns for one in part.captions.cues] == [90, 150]
    assert [one.times for one in part.marks] == [(), ((140, 400),)]
    assert [one.file for one in part.holes] == ["h"]
    assert edits_within(edits, 20, 60, (20, 60)).captions is None


# --- the shelf ---------------------------------------------------------------------------------


def written(folder: Path, name: str, content: bytes = b"pictures") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(content)
    return file


def test_what_is_put_on_a_shelf_is_found_by_its_key_alone(tmp_path: Path) -> None:
    shelf = ChunkShelf(tmp_path / "shelf")
    wanted = tmp_path / "two" / "c.mp4"
    wanted.parent.mkdir()
    assert not shelf.take("key", [wanted])
    shelf.put("key", [written(tmp_path / "one", "c.mp4")])
    shelf.put("key", [written(tmp_path / "three", "c.mp4", b"other")])  # came too late
    assert not shelf.take("other key", [wanted])
    assert not shelf.take("key", [wanted, tmp_path / "two" / "d.mp4"])
    assert not wanted.exists()
    assert shelf.take("key", [wanted])
    shelf.drop(["key", "no key"])
    assert wanted.read_bytes() == b"pictures"  # what was taken stays
    assert [*(tmp_path / "shelf").iterdir()] == []


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    now = time.time()
    for age, name in enumerate("abcd"):
        ChunkShelf(tmp_path / "shelves" / "project").put(
            name, [written(tmp_path / "work", name, bytes(10))]
        )
        place = tmp_path / "shelves" / "project" / name
        os.utime(place, (now - 100 * age, now - 100 * age))
    assert sweep(tmp_path / "shelves", 250, 20) == 2
    assert sorted(one.name for one in (tmp_path / "shelves" / "project").iterdir()) == ["a", "b"]
    assert sweep(tmp_path / "nothing", 250, 20) == 0


def test_a_killed_task_leaves_no_folder_for_good(tmp_path: Path) -> None:
    parent = tmp_path / "render"
    hour_ago = (time.time() - 3_600,) * 2
    (parent / "render-abandoned").mkdir(parents=True)
    os.utime(parent / "render-abandoned", hour_ago)
    (parent / "render-young").mkdir()
    with work_folder(parent) as held:
        os.utime(held, hour_ago)
        assert clear_abandoned(parent) == 1
        assert {one.name for one in parent.iterdir()} == {held.name, "render-young"}
    assert {one.name for one in parent.iterdir()} == {"render-young"}


def test_one_frame_is_one_chunk() -> None:
    assert plan_chunks(np.array([0], np.int64), 1) == [Chunk(0, 1)]
