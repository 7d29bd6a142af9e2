"""Cutting sound: the fixed grid, and speech cut where nobody speaks."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.media.groups import (
    ENERGY_HOP,
    EnergyReader,
    hop_energy,
    sound_units,
    speech_groups,
)

RATE = 16_000
Energy = npt.NDArray[np.float32]
pauses_and_lengths = st.lists(
    st.tuples(st.integers(1, 40 * RATE), st.integers(1, 100 * RATE)), max_size=12
)


def reader(energy: Energy) -> EnergyReader:
    return lambda first, last: energy[first:last]


def spans_of(steps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    spans, at = [], 0
    for pause, length in steps:
        spans.append((at + pause, at + pause + length))
        at += pause + length
    return spans


@given(st.integers(0, 100 * RATE))
def test_the_grid_covers_the_track(samples: int) -> None:
    units = sound_units(samples)
    assert sum(end - start for start, end in units) == samples
    assert all(start % (40 * 7680) == 0 for start, _ in units)


@given(pauses_and_lengths, st.integers(0, 2**32 - 1))
def test_groups_keep_all_speech_and_stay_short(steps: list[tuple[int, int]], seed: int) -> None:
    spans = spans_of(steps)
    end = spans[-1][1] if spans else 0
    energy = np.random.default_rng(seed).random(end // ENERGY_HOP, np.float32)
    groups = speech_groups(spans, reader(energy))
    pieces = [span for group in groups for span in group.spans]
    assert sum(b - a for a, b in pieces) == sum(b - a for a, b in spans)
    assert all(group.end - group.start <= 30 * RATE for group in groups)
    starts = {start for start, _ in spans}
    for start, _ in pieces:
        inside = [span for span in spans if span[0] < start < span[1]]
        assert start in starts or inside[0][1] - inside[0][0] > 30 * RATE


def test_a_long_span_is_split_at_its_quietest_tenth() -> None:
    energy = np.ones(600, np.float32)
    energy[253] = 0.1
    energy[150] = 0.0  # before 20 s: too early
    groups = speech_groups([(0, 45 * RATE)], reader(energy))
    assert [group.spans for group in groups] == [
        ((0, 253 * ENERGY_HOP + ENERGY_HOP // 2),),
        ((253 * ENERGY_HOP + ENERGY_HOP // 2, 45 * RATE),),
    ]


def test_neighbours_share_a_group_until_it_is_full() -> None:
    spans = [(0, 10 * RATE), (11 * RATE, 20 * RATE), (21 * RATE, 31 * RATE)]
    groups = speech_groups(spans, lambda _first, _last: pytest.fail("no span is too long"))
    assert [group.spans for group in groups] == [tuple(spans[:2]), tuple(spans[2:])]


@given(st.integers(0, 12 * ENERGY_HOP), st.integers(0, 12), st.integers(0, 12))
def test_energy_does_not_depend_on_the_pieces(length: int, first: int, last: int) -> None:
    samples = np.arange(length, dtype=np.int16)
    whole = hop_energy(samples)
    piece = hop_energy(samples[first * ENERGY_HOP : last * ENERGY_HOP])
    np.testing.assert_array_equal(piece, whole[first:last])
    assert len(whole) == len(samples) // ENERGY_HOP
