"""Which holes are filled together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.production.retouching.edits import Hole
from videre.production.retouching.regions import region_around, runs_of, together

SIZE = (333, 207)
SHIFTS = ((0, 0), (1, 1), (2, 0))


@st.composite
def hole(draw: st.DrawFn, largest: int = max(SIZE)) -> Hole:
    left, top = draw(st.integers(0, SIZE[0] - 1)), draw(st.integers(0, SIZE[1] - 1))
    width, height = (
        draw(st.integers(1, min(largest, side - at)))
        for side, at in zip(SIZE, (left, top), strict=True)
    )
    start = draw(st.integers(0, 90))
    return Hole("", left, top, width, height, start, draw(st.integers(start + 1, 100)))


HOLES = st.lists(hole(), min_size=1, max_size=12)
SMALL = st.lists(hole(12), min_size=1, max_size=12)


@given(HOLES)
def test_every_instant_with_a_hole_is_in_one_run_whose_region_holds_it(holes: list[Hole]) -> None:
    runs = runs_of(holes, SIZE)
    for ns in range(100):
        shown = [one for one in holes if one.start_ns <= ns < one.end_ns]
        now = [run for run in runs if run.start_ns <= ns < run.end_ns]
        assert len(now) == bool(shown)
        for one in shown:
            region = now[0].region
            assert region.left <= one.left < one.left + one.width <= region.right
            assert region.top <= one.top < one.top + one.height <= region.bottom
    assert [run.start_ns for run in runs] == sorted(run.start_ns for run in runs)


@given(HOLES)
def test_a_region_has_the_same_samples_in_the_picture_and_in_a_part_of_it(
    holes: list[Hole],
) -> None:
    whole = region_around(holes, SIZE)
    for run in runs_of(holes, SIZE):
        for shift, wide, part, inside in zip(
            SHIFTS, whole.slices(SHIFTS), run.region.slices(SHIFTS),
            run.region.slices(SHIFTS, within=whole), strict=True,
        ):  # fmt: skip
            across, down = shift
            shape = -(-SIZE[1] // (1 << down)), -(-SIZE[0] // (1 << across))
            plane = np.arange(shape[0] * shape[1]).reshape(shape)
            assert np.array_equal(plane[wide][inside], plane[part])
            assert plane[part].size


@given(SMALL)
def test_what_is_filled_apart_does_not_touch(holes: list[Hole]) -> None:
    groups = together(holes, SIZE)
    assert sorted(map(id, holes)) == sorted(id(one) for group in groups for one in group)
    seen = np.zeros((SIZE[1], SIZE[0]), int)
    for group in groups:
        region = region_around(group, SIZE)
        seen[region.top : region.bottom, region.left : region.right] += 1
    assert seen.max() == 1
