"""From likelihoods of transitions to boundaries: where, of which kind, whose."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.visual.shots import Boundary
from videre.visual.transitions import boundaries_of

LIKELY = st.lists(st.sampled_from([0.0, 0.2, 0.6, 0.9]), min_size=1, max_size=120)


def likely(frames: int, **at: float) -> np.ndarray:
    values = np.zeros(frames, np.float32)
    for name, value in at.items():
        values[int(name[1:])] = value
    return values


def test_a_new_shot_begins_after_the_last_frame_of_the_old_one() -> None:
    cut = likely(60, f30=0.75)
    assert boundaries_of(cut, cut, 100, 100, 160) == [Boundary(131, "cut", 0.75)]


def test_a_gradual_change_lies_in_its_middle() -> None:
    central = likely(60, f29=0.5, f30=0.75, f31=0.5)
    spread = np.where(np.abs(np.arange(60) - 30) <= 6, np.float32(0.9), np.float32(0))
    assert boundaries_of(central, spread, 0, 0, 60) == [Boundary(31, "fade", 0.75)]


def test_what_is_likely_in_no_frame_is_no_boundary() -> None:
    spread = np.full(60, 0.9, np.float32)
    assert boundaries_of(likely(60, f9=0.49), spread, 0, 0, 60) == []


@given(LIKELY, st.data())
def test_every_boundary_belongs_to_one_range_whatever_the_cut(
    values: list[float], data: st.DataObject
) -> None:
    central = np.array(values, np.float32)
    spread = np.maximum(central, np.roll(central, 1))
    at = data.draw(st.integers(0, len(values) + 1))
    whole = boundaries_of(central, spread, 7, 7, 8 + len(values))
    parts = boundaries_of(central, spread, 7, 7, 7 + at)
    parts += boundaries_of(central, spread, 7, 7 + at, 8 + len(values))
    assert parts == whole
    frames = [boundary.frame for boundary in whole]
    assert frames == sorted(set(frames))
